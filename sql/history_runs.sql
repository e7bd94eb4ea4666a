-- The newest runs, as they were recorded; people who name a run that is not there are offered them.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally
FROM run
WHERE CAST(:source AS TEXT) IS NULL OR source = CAST(:source AS TEXT)
ORDER BY sequence DESC
LIMIT :limit
