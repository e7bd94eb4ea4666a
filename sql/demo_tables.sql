-- The three tables of a collector, empty, as `dq demo` makes them. No key is unique: the demo has duplicates to show.
CREATE TABLE ohlc_data (
    instrument  text        NOT NULL,
    timestamp   timestamptz NOT NULL,
    open        numeric,
    high        numeric,
    low         numeric,
    close       numeric,
    volume      bigint
);
CREATE INDEX ohlc_data_instrument_timestamp ON ohlc_data (instrument, timestamp);

CREATE TABLE reference_levels (
    level_type  text        NOT NULL,
    instrument  text        NOT NULL,
    level       numeric     NOT NULL,
    timestamp   timestamptz NOT NULL
);
CREATE INDEX reference_levels_instrument_timestamp ON reference_levels (instrument, timestamp);

CREATE TABLE error_log (
    component     text        NOT NULL,
    operation     text        NOT NULL,
    error_message text        NOT NULL,
    severity      text        NOT NULL,
    timestamp     timestamptz NOT NULL
);
CREATE INDEX error_log_timestamp ON error_log (timestamp);
