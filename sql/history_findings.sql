-- The findings of a run that dq recorded before version 3 of the file; dq docs build and dq incidents ask.
SELECT check_name, severity, instrument, interval, start_at, end_at, count, columns, cause, observed, expected, evidence, message
FROM finding
WHERE run = :id
ORDER BY position
