-- The window of the newest run of each source that could tell; dq incidents asks, to know which incidents last.
SELECT source, window_start, window_end, max(as_of) AS as_of
FROM run
WHERE verdict <> 'unknown'
GROUP BY source
