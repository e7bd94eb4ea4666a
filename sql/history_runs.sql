-- The newest runs, as they were recorded; reports over several runs ask.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary
FROM run
ORDER BY sequence DESC
LIMIT :limit
