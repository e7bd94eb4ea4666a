-- The history in PostgreSQL, version 1: as the file of version 4 has it; dq sends it when it begins a history there. It never changes: what
-- changes later is postgres_2.sql. All of it stands in the schema dq, which is on the search path meanwhile.
CREATE TABLE version (
    number BIGINT PRIMARY KEY,
    since TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE run (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    as_of BIGINT NOT NULL, -- instants are microseconds UTC, everywhere
    window_start BIGINT NOT NULL,
    window_end BIGINT NOT NULL,
    source TEXT NOT NULL, -- without secrets
    suite TEXT NOT NULL,
    verdict TEXT NOT NULL,
    exit_code BIGINT NOT NULL,
    dq_version TEXT NOT NULL,
    seconds DOUBLE PRECISION NOT NULL,
    bars BIGINT NOT NULL,
    expected_bars BIGINT,
    completeness DOUBLE PRECISION,
    info BIGINT NOT NULL, -- findings of that severity
    warning BIGINT NOT NULL,
    critical BIGINT NOT NULL,
    summary TEXT NOT NULL, -- JSON: checks, errors, notes
    tally BYTEA, -- JSON, deflated: verdict, slots and findings of each series
    recorded_at BIGINT, -- by the clock: as_of may lie in the past
    place TEXT, -- the source as it was asked for, without secrets: a source that is down does not say its name
    blind BIGINT NOT NULL DEFAULT 0 -- whether it could not look at any series
);

CREATE INDEX run_by_source ON run (source, as_of);

CREATE INDEX run_by_instant ON run (as_of, sequence);

CREATE INDEX run_recorded ON run (recorded_at);

CREATE INDEX run_by_place ON run (place, sequence);

CREATE TABLE detail (
    run TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    body BYTEA NOT NULL, -- JSON, deflated: series with the verdicts of their checks, findings, incidents
    written BIGINT NOT NULL -- bytes of all bodies up to this one, so that the oldest can be dropped by their weight
);

CREATE INDEX detail_written ON detail (written);

CREATE TABLE profile (
    source TEXT NOT NULL,
    instrument TEXT NOT NULL,
    interval BIGINT NOT NULL, -- microseconds
    rules TEXT NOT NULL, -- calendar, label and grid by which the slots were counted
    since BIGINT NOT NULL, -- the first slot
    until BIGINT NOT NULL, -- from which on nothing is known
    slots BIGINT NOT NULL, -- how many there are between the two
    held BYTEA NOT NULL, -- a bit per slot, deflated
    PRIMARY KEY (source, instrument, interval)
);

CREATE TABLE life (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL, -- check, cause and series, by which later runs know it again
    check_name TEXT NOT NULL,
    cause TEXT,
    severity TEXT NOT NULL, -- of the newest run that saw it
    worst TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen BIGINT NOT NULL, -- as_of of the first run that saw it
    last_seen BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    series TEXT NOT NULL, -- JSON
    message TEXT NOT NULL,
    suite TEXT NOT NULL, -- of the run that saw it last
    length BIGINT NOT NULL, -- of its window, microseconds
    flapping BIGINT NOT NULL,
    quiet BIGINT NOT NULL,
    resolved BIGINT, -- as_of of the run that resolved it
    ending TEXT NOT NULL,
    parts TEXT NOT NULL, -- JSON: stretches, first and last instant of each
    PRIMARY KEY (source, id)
);

CREATE INDEX life_lasting ON life (source) WHERE state <> 'resolved';

CREATE INDEX life_resolved ON life (resolved);

-- One row for each step in the life of an incident.
CREATE TABLE event (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source TEXT NOT NULL,
    incident TEXT NOT NULL,
    at BIGINT NOT NULL, -- as_of of the run that made it
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    run TEXT NOT NULL,
    message TEXT NOT NULL
);

CREATE INDEX event_of ON event (incident, sequence);

-- What channels are told: written with the run that makes it so, sent afterwards by another process.
CREATE TABLE message (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    incident TEXT NOT NULL,
    channel TEXT NOT NULL,
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    link TEXT NOT NULL,
    created BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', -- of the last attempt, without secrets
    due BIGINT NOT NULL,
    leased BIGINT NOT NULL DEFAULT 0, -- until then a process is sending it
    sent BIGINT
);

CREATE INDEX message_of ON message (incident, channel, sequence);

CREATE INDEX message_pending ON message (channel, sequence) WHERE sent IS NULL;

CREATE INDEX message_sent ON message (sent)
