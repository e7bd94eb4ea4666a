-- Forget all but the newest runs, with their findings; dq validate sends it after each run, so that the history stops growing.
DELETE FROM run WHERE sequence <= (SELECT max(sequence) FROM run) - :kept
