-- Gaps of more than 120 s between neighbouring bars, each hour. Run by people in an SQL editor or psql. Knows no calendar (nights and weekends are gaps to it): the check missing_bar of `dq validate` does.
WITH asked AS (
    SELECT
        now() - interval '1 hour' AS since,
        now() AS until,
        interval '120 seconds' AS longest -- gaps up to that long are left out: one lost bar of a minute makes 120 s
),
recent AS (
    SELECT ohlc_data.instrument, ohlc_data.timestamp
    FROM ohlc_data
    CROSS JOIN asked
    WHERE ohlc_data.timestamp >= asked.since AND ohlc_data.timestamp < asked.until
),
bars AS (
    SELECT instrument, timestamp
    FROM recent
    UNION ALL
    SELECT names.instrument, earlier.timestamp -- the last bar before, however old: a gap may have begun with it
    FROM (SELECT DISTINCT instrument FROM recent) AS names
    CROSS JOIN asked
    CROSS JOIN LATERAL (
        SELECT ohlc_data.timestamp
        FROM ohlc_data
        WHERE ohlc_data.instrument = names.instrument AND ohlc_data.timestamp < asked.since
        ORDER BY ohlc_data.timestamp DESC
        LIMIT 1
    ) AS earlier
),
pairs AS (
    SELECT instrument, timestamp, LAG(timestamp) OVER (PARTITION BY instrument ORDER BY timestamp) AS previous
    FROM bars
)
SELECT
    pairs.instrument,
    pairs.previous AS last_bar_before,
    pairs.timestamp AS first_bar_after,
    pairs.timestamp - pairs.previous AS gap
FROM pairs
CROSS JOIN asked
WHERE pairs.timestamp - pairs.previous > asked.longest
ORDER BY gap DESC, pairs.instrument, pairs.timestamp;
