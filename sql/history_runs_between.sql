-- The runs whose `as_of` lies after one instant and not after another, oldest first; dq report asks.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally
FROM run
WHERE as_of > :since AND as_of <= :until
ORDER BY as_of, sequence
