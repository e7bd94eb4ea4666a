-- The oldest message of each channel that has not been sent; dq alerts deliver asks.
SELECT id, source, incident, channel, what, severity, title, body, link, created, attempts, error, due, leased, sent
FROM message
WHERE sequence IN (SELECT min(sequence) FROM message WHERE sent IS NULL GROUP BY channel)
ORDER BY sequence
