-- Bars that stand in the table more than once, as after a rollback or a repeated backfill, and whether the rows agree. Run by people in an SQL editor or psql. Knows no calendar and needs none. The check duplicate_timestamp of `dq validate` also says in which columns they differ, and by how much.
WITH asked AS (
    SELECT
        now() - interval '7 days' AS since, -- the oldest bar that was written again
        now() AS until
)
SELECT
    bars.instrument,
    bars.timestamp,
    count(*) AS copies,
    CASE
        WHEN count(DISTINCT (bars.open, bars.high, bars.low, bars.close, bars.volume)) = 1 THEN 'identical'
        ELSE 'conflicting'
    END AS kind
FROM ohlc_data AS bars
CROSS JOIN asked
WHERE bars.timestamp >= asked.since AND bars.timestamp < asked.until
GROUP BY bars.instrument, bars.timestamp
HAVING count(*) > 1
ORDER BY bars.instrument, bars.timestamp;
