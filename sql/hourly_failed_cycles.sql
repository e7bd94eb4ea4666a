-- How many of the collector's cycles failed, by operation and over all, each hour. Run by people in an SQL editor or psql. Knows no calendar (cycles of a closed market count as good ones): the check failed_cycle of `dq validate --suite collector` does.
WITH asked AS (
    SELECT
        now() - interval '1 hour' AS since,
        now() AS until,
        interval '60 seconds' AS cycle -- from one cycle of the collector to the next
),
cycles AS (
    SELECT ceil(extract(epoch FROM until - since) / extract(epoch FROM cycle)) AS total
    FROM asked
),
errors AS (
    SELECT
        component,
        operation,
        error_message,
        timestamp,
        floor(extract(epoch FROM timestamp - since) / extract(epoch FROM cycle)) AS number
    FROM error_log
    CROSS JOIN asked
    WHERE timestamp >= asked.since AND timestamp < asked.until
        AND coalesce(lower(btrim(severity, E' \t\r\n')), '') NOT IN ('debug', 'trace', 'info', 'notice', 'warn', 'warning')
)
SELECT
    CASE GROUPING(component, operation)
        WHEN 0 THEN concat(component, ': ', operation)
        ELSE 'all operations'
    END AS operation,
    count(DISTINCT number) AS failed_cycles,
    (SELECT total FROM cycles) AS cycles,
    round(100 - 100 * count(DISTINCT number) / (SELECT total FROM cycles), 1) AS success_percent,
    count(number) AS errors,
    max(timestamp) AS last_error,
    left(mode() WITHIN GROUP (ORDER BY error_message), 120) AS commonest_message
FROM errors
GROUP BY GROUPING SETS ((component, operation), ())
ORDER BY failed_cycles DESC, operation;
