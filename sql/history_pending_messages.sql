-- The messages that have not been sent, oldest first; dq watch and dq alerts ask.
SELECT id, source, incident, channel, what, severity, title, body, link, created, attempts, error, due, leased, sent
FROM message
WHERE sent IS NULL
ORDER BY sequence
