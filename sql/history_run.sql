-- One run, whole where its detail is still kept; dq docs build and dq incidents ask.
SELECT
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally, body
FROM run
LEFT JOIN detail ON detail.run = run.id
WHERE id = :id
