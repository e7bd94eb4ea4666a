-- Reference levels that are written less often than usual at this hour, each hour. Run by people in an SQL editor or psql. Knows no calendar (it compares with the same hour of the days before, weekends too): the check uncovered_level of `dq validate --suite collector` does.
WITH asked AS (
    SELECT
        now() - interval '1 hour' AS since,
        now() AS until,
        0.8 AS share, -- fewer rows than this share of those that are owed are too few
        interval '60 seconds' AS slack, -- rows that came so long before the hour count too
        5 AS days -- with which the hour is compared
),
promised (level_type, per_hour) AS (
    -- How many rows of a type an hour has. Nobody says so here, and what is usual holds: take WHERE out to say it.
    SELECT level_type, per_hour
    FROM (VALUES ('daily_high', 4.0), ('daily_low', 4.0)) AS said (level_type, per_hour)
    WHERE false
),
levels AS (
    SELECT instrument, level_type, timestamp
    FROM reference_levels
    CROSS JOIN asked
    WHERE timestamp >= asked.since - interval '1 day' * 2 * asked.days AND timestamp < asked.until
),
types AS (
    SELECT
        written.instrument,
        written.level_type,
        min(min(levels.timestamp)) OVER (PARTITION BY written.instrument) AS first_row,
        max(levels.timestamp) AS last_row,
        max(levels.timestamp) FILTER (WHERE levels.timestamp < asked.since) AS last_before,
        count(levels.timestamp) FILTER (WHERE levels.timestamp >= asked.since - asked.slack) AS seen
    FROM (
        SELECT instrument, level_type FROM levels
        UNION
        SELECT levels.instrument, promised.level_type FROM levels CROSS JOIN promised
    ) AS written
    CROSS JOIN asked
    LEFT JOIN levels ON levels.instrument = written.instrument AND levels.level_type = written.level_type
    GROUP BY written.instrument, written.level_type
),
usual AS (
    SELECT
        types.instrument,
        types.level_type,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY before.written) AS owed
    FROM types
    CROSS JOIN asked
    CROSS JOIN LATERAL (
        SELECT days.back, (
            SELECT count(*)
            FROM levels
            WHERE levels.instrument = types.instrument AND levels.level_type = types.level_type
                AND levels.timestamp >= asked.since - interval '1 day' * days.back
                AND levels.timestamp < asked.until - interval '1 day' * days.back
        ) AS written
        FROM generate_series(1, 2 * asked.days) AS days (back)
        WHERE asked.since - interval '1 day' * days.back BETWEEN types.first_row AND types.last_before
        ORDER BY days.back
        LIMIT asked.days
    ) AS before
    GROUP BY types.instrument, types.level_type
),
owed AS (
    SELECT instrument, level_type, owed
    FROM usual
    WHERE NOT EXISTS (SELECT FROM promised)
    UNION ALL
    SELECT types.instrument, promised.level_type, promised.per_hour * extract(epoch FROM asked.until - asked.since) / 3600
    FROM types
    JOIN promised ON promised.level_type = types.level_type
    CROSS JOIN asked
)
SELECT
    types.instrument,
    types.level_type,
    types.seen,
    owed.owed,
    round((100 * types.seen / owed.owed)::numeric, 1) AS coverage_percent,
    types.last_row AS last_written,
    asked.until - types.last_row AS age,
    types.seen < asked.share * owed.owed AS uncovered
FROM types
JOIN owed ON owed.instrument = types.instrument AND owed.level_type = types.level_type
CROSS JOIN asked
WHERE owed.owed >= 1
ORDER BY uncovered DESC, coverage_percent, types.instrument, types.level_type;
