-- Every incident that was ever recorded, those seen last at the end; dq incidents asks.
SELECT id, severity, first_seen, last_seen, state, source, check_name, cause, start_at, end_at, series, message
FROM incident
ORDER BY last_seen, id
