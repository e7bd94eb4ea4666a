-- The newest messages of one incident or of all, sent or not, newest first; dq alerts and dq incidents ask.
SELECT id, source, incident, channel, what, severity, title, body, link, created, attempts, error, due, leased, sent
FROM message
WHERE CAST(:incident AS TEXT) IS NULL OR incident = CAST(:incident AS TEXT)
ORDER BY sequence DESC
LIMIT :limit
