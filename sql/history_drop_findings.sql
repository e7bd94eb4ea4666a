-- Drop the findings of a run that is recorded again; dq validate sends it before it writes them.
DELETE FROM finding WHERE run = :id
