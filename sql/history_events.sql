-- The steps of the lives of one id, oldest first; dq incidents asks.
SELECT source, incident, at, what, severity, run, message
FROM event
WHERE incident = :incident
ORDER BY sequence
