-- The age of the newest bar of each instrument, the stalest first, each hour. Run by people in an SQL editor or psql. Knows no calendar (what rests at the weekend is stale to it): the check stale_series of `dq validate` does.
WITH asked AS (
    SELECT
        now() AS until,
        interval '14 days' AS known, -- an instrument without a bar for that long is forgotten
        interval '1 minute' AS bar, -- how long a bar is
        interval '60 seconds' AS grace, -- how late a healthy collector may write it
        interval '120 seconds' AS longest -- missing for longer is stale
),
newest AS (
    SELECT instrument, max(timestamp) AS newest_bar
    FROM ohlc_data
    CROSS JOIN asked
    WHERE timestamp >= asked.until - asked.known AND timestamp < asked.until
    GROUP BY instrument
),
due AS (
    SELECT
        instrument,
        newest_bar,
        until - newest_bar AS age,
        greatest(floor(extract(epoch FROM until - grace - newest_bar) / extract(epoch FROM bar)) - 1, 0)::bigint AS bars_missing
    FROM newest
    CROSS JOIN asked
)
SELECT
    due.instrument,
    due.newest_bar,
    due.age,
    due.bars_missing,
    due.bars_missing * asked.bar > asked.longest AS stale
FROM due
CROSS JOIN asked
ORDER BY due.newest_bar, due.instrument;
