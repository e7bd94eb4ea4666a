-- The lives of incidents, of one source or of all, those seen last at the end; dq incidents asks.
SELECT
    source, id, kind, check_name, cause, severity, worst, state, first_seen, last_seen, start_at, end_at, series,
    message, suite, length, flapping, quiet, resolved, ending, parts
FROM life
WHERE
    (CAST(:source AS TEXT) IS NULL OR source = CAST(:source AS TEXT))
    AND (CAST(:since AS BIGINT) IS NULL OR state <> 'resolved' OR resolved >= CAST(:since AS BIGINT))
ORDER BY last_seen, id
