-- The tables of the history file, version 1; dq sends it when it begins a file. It never changes: what changes later is history_2.sql.
CREATE TABLE run (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    as_of INTEGER NOT NULL, -- instants are microseconds UTC, everywhere
    window_start INTEGER NOT NULL,
    window_end INTEGER NOT NULL,
    source TEXT NOT NULL, -- without secrets
    suite TEXT NOT NULL,
    verdict TEXT NOT NULL,
    exit_code INTEGER NOT NULL,
    dq_version TEXT NOT NULL,
    seconds REAL NOT NULL,
    bars INTEGER NOT NULL,
    expected_bars INTEGER,
    completeness REAL,
    info INTEGER NOT NULL, -- findings of that severity
    warning INTEGER NOT NULL,
    critical INTEGER NOT NULL,
    summary TEXT NOT NULL -- JSON: series, errors, notes
);

CREATE TABLE finding (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    check_name TEXT NOT NULL,
    severity TEXT NOT NULL,
    instrument TEXT,
    interval INTEGER, -- microseconds
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    columns TEXT NOT NULL, -- JSON
    cause TEXT,
    observed TEXT, -- JSON
    expected TEXT, -- JSON
    evidence TEXT, -- JSON
    message TEXT NOT NULL,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE incident (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    check_name TEXT NOT NULL,
    cause TEXT,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen INTEGER NOT NULL, -- as_of of the first run that saw it
    last_seen INTEGER NOT NULL, -- as_of of the last one that spoke of it
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    series TEXT NOT NULL, -- JSON
    message TEXT NOT NULL,
    PRIMARY KEY (source, id)
) WITHOUT ROWID;

CREATE INDEX incident_open ON incident (state) WHERE state <> 'resolved';
