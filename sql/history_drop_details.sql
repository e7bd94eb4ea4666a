-- Drop the details of the oldest runs, as many as weigh too much; their figures stay. dq validate sends it after each run.
DELETE FROM detail WHERE written <= (SELECT max(written) FROM detail) - :kept
