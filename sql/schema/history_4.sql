-- The history file, version 4: incidents with their lives, and what channels are told of them; dq sends it to files of older versions, and to new ones.
CREATE TABLE life (
    source TEXT NOT NULL, -- without secrets, as in run
    id TEXT NOT NULL,
    kind TEXT NOT NULL, -- check, cause and series, by which later runs know it again
    check_name TEXT NOT NULL,
    cause TEXT,
    severity TEXT NOT NULL, -- of the newest run that saw it
    worst TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen INTEGER NOT NULL, -- as_of of the first run that saw it
    last_seen INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    series TEXT NOT NULL, -- JSON
    message TEXT NOT NULL,
    suite TEXT NOT NULL, -- of the run that saw it last
    length INTEGER NOT NULL, -- of its window, microseconds
    flapping INTEGER NOT NULL,
    quiet INTEGER NOT NULL,
    resolved INTEGER, -- as_of of the run that resolved it
    ending TEXT NOT NULL,
    parts TEXT NOT NULL, -- JSON: stretches, first and last instant of each
    PRIMARY KEY (source, id)
) WITHOUT ROWID;

INSERT INTO life
SELECT
    source, id, check_name || '|' || coalesce(cause, '') || '|*', check_name, cause, severity, severity, state,
    first_seen, last_seen, start_at, end_at, series, message, '', 0, 0, 0, NULL, '', '[]'
FROM incident;

UPDATE life SET resolved = last_seen, ending = 'unseen' WHERE state = 'resolved';

DROP TABLE incident;

CREATE INDEX life_lasting ON life (source) WHERE state <> 'resolved';

CREATE INDEX life_resolved ON life (resolved);

-- One row for each step in the life of an incident.
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    incident TEXT NOT NULL,
    at INTEGER NOT NULL, -- as_of of the run that made it
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    run TEXT NOT NULL,
    message TEXT NOT NULL
);

CREATE INDEX event_of ON event (incident, sequence);

-- What channels are told: written with the run that makes it so, sent afterwards by another process.
CREATE TABLE message (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    incident TEXT NOT NULL,
    channel TEXT NOT NULL,
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    link TEXT NOT NULL,
    created INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', -- of the last attempt, without secrets
    due INTEGER NOT NULL,
    leased INTEGER NOT NULL DEFAULT 0, -- until then a process is sending it
    sent INTEGER
);

CREATE INDEX message_of ON message (incident, channel, sequence);

CREATE INDEX message_pending ON message (channel, sequence) WHERE sent IS NULL;

CREATE INDEX message_sent ON message (sent);

-- By the clock: as_of may lie in the past.
ALTER TABLE run ADD COLUMN recorded_at INTEGER;

-- Nobody knows when those runs were recorded: they are kept as if it had been lately.
UPDATE run SET recorded_at = (SELECT max(as_of) FROM run);

CREATE INDEX run_recorded ON run (recorded_at);

CREATE INDEX run_by_instant ON run (as_of, sequence);

-- The source as it was asked for, without secrets: one that is down does not say its name.
ALTER TABLE run ADD COLUMN place TEXT;

-- Whether the run could not look at any series.
ALTER TABLE run ADD COLUMN blind INTEGER NOT NULL DEFAULT 0;

CREATE INDEX run_by_place ON run (place, sequence)
