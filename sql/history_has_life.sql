-- Whether an incident of a source has, or had, that id; dq asks before it gives a new one.
SELECT 1 AS found FROM life WHERE source = :source AND id = :id
