-- Incidents that are not resolved, of one source or of all; dq validate asks before it names those of its run.
SELECT id, severity, first_seen, last_seen, state, source, check_name, cause, start_at, end_at, series, message
FROM incident
WHERE state <> 'resolved' AND (:source IS NULL OR source = :source)
ORDER BY last_seen, id
