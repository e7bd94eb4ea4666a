-- Keep what a run says of the life of an incident; dq sends it with each run that changes one.
INSERT INTO life (
    source, id, kind, check_name, cause, severity, worst, state, first_seen, last_seen, start_at, end_at, series,
    message, suite, length, flapping, quiet, resolved, ending, parts
) VALUES (
    :source, :id, :kind, :check_name, :cause, :severity, :worst, :state, :first_seen, :last_seen, :start_at, :end_at,
    :series, :message, :suite, :length, :flapping, :quiet, :resolved, :ending, :parts
)
ON CONFLICT (source, id) DO UPDATE SET
    kind = excluded.kind, check_name = excluded.check_name, cause = excluded.cause, severity = excluded.severity,
    worst = excluded.worst, state = excluded.state, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
    start_at = excluded.start_at, end_at = excluded.end_at, series = excluded.series, message = excluded.message,
    suite = excluded.suite, length = excluded.length, flapping = excluded.flapping, quiet = excluded.quiet,
    resolved = excluded.resolved, ending = excluded.ending, parts = excluded.parts
