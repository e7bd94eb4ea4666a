-- Record one run in the history; dq validate sends it after each run. A run recorded twice is one run.
INSERT INTO run (
    id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds,
    bars, expected_bars, completeness, info, warning, critical, summary, tally, recorded_at, place, blind
) VALUES (
    :id, :as_of, :window_start, :window_end, :source, :suite, :verdict, :exit_code, :dq_version, :seconds,
    :bars, :expected_bars, :completeness, :info, :warning, :critical, :summary, :tally,
    :recorded_at, :place, :blind
)
ON CONFLICT (id) DO UPDATE SET
    as_of = excluded.as_of, window_start = excluded.window_start, window_end = excluded.window_end,
    source = excluded.source, suite = excluded.suite, verdict = excluded.verdict, exit_code = excluded.exit_code,
    dq_version = excluded.dq_version, seconds = excluded.seconds, bars = excluded.bars,
    expected_bars = excluded.expected_bars, completeness = excluded.completeness, info = excluded.info,
    warning = excluded.warning, critical = excluded.critical, summary = excluded.summary, tally = excluded.tally, recorded_at = excluded.recorded_at,
    place = excluded.place, blind = excluded.blind
