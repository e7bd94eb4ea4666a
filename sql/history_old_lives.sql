-- Incidents that ended before some instant and of whose steps no run is kept any more; dq validate asks after each run, to forget them.
SELECT source, id
FROM life
WHERE
    resolved < :before
    AND NOT EXISTS (
        SELECT 1
        FROM event
        INNER JOIN run ON event.run = run.id
        WHERE event.incident = life.id AND event.source = life.source
    )
ORDER BY resolved
LIMIT :most
