-- How many runs of a place could not look at any series since the last one that could; dq asks after a run of that kind.
SELECT count(*) AS runs
FROM run
WHERE
    place = :place AND blind = 1
    AND sequence > coalesce(
        (SELECT seen.sequence FROM run AS seen WHERE seen.place = :place AND seen.blind = 0 ORDER BY seen.sequence DESC LIMIT 1),
        0
    )
