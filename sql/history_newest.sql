-- As of when the newest run of a source was that could tell; dq asks: a run of the past changes no life.
SELECT (SELECT as_of FROM run WHERE source = :source AND verdict <> 'unknown' ORDER BY as_of DESC LIMIT 1) AS as_of
