-- What sources of a place call themselves, of those with lives that last or were resolved lately; pages ask.
SELECT DISTINCT life.source
FROM life
WHERE
    (life.state <> 'resolved' OR life.resolved >= :since)
    AND (SELECT run.place FROM run WHERE run.source = life.source ORDER BY run.as_of DESC LIMIT 1) = :place
