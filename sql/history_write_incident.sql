-- Record what a run says of an incident; dq validate sends it after each run. A run of the past changes no later word.
INSERT INTO incident (
    source, id, check_name, cause, severity, state, first_seen, last_seen, start_at, end_at, series, message
) VALUES (
    :source, :id, :check_name, :cause, :severity, :state, :as_of, :as_of, :start_at, :end_at, :series, :message
)
ON CONFLICT (source, id) DO UPDATE SET
    check_name = excluded.check_name, cause = excluded.cause, severity = excluded.severity, state = excluded.state,
    last_seen = excluded.last_seen, start_at = excluded.start_at, end_at = excluded.end_at,
    series = excluded.series, message = excluded.message
WHERE excluded.last_seen >= incident.last_seen
