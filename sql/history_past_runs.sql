-- Earlier runs of one source that looked back about as far (half to twice), newest first; of several as of one instant
-- the last. dq validate --docs and dq docs build ask, for charts over time.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally
FROM run
WHERE sequence IN (
    SELECT max(sequence)
    FROM run
    WHERE
        source = :source AND as_of < :as_of
        AND 2 * (window_end - window_start) >= :length AND window_end - window_start <= 2 * :length
    GROUP BY as_of
    ORDER BY as_of DESC
    LIMIT :limit
)
ORDER BY as_of DESC
