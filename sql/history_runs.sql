-- The newest runs, as they were recorded; people who name a run that is not there are offered them.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally
FROM run
WHERE :source IS NULL OR source = :source
ORDER BY sequence DESC
LIMIT :limit
