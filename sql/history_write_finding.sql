-- Record one finding of a run in the history; dq validate sends it after each run.
INSERT INTO finding (
    run, position, check_name, severity, instrument, interval, start_at, end_at, count,
    columns, cause, observed, expected, evidence, message
) VALUES (
    :run, :position, :check_name, :severity, :instrument, :interval, :start_at, :end_at, :count,
    :columns, :cause, :observed, :expected, :evidence, :message
)
