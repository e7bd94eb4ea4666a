-- A history file of version 2 as dq 0.1.0 wrote it: one run, its findings and incidents. Tests open it.
BEGIN TRANSACTION;
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
INSERT INTO "finding" VALUES('0ld0ld0ld0ld0ld0',0,'price_spike','critical','BTC-USD',60000000,1773325140000000,1773325140000000,1,'["high"]',NULL,'73500.25','68320.5','{"sigmas": 311.4, "ticks": 517975.0, "percent": 7.58, "came_back": true}','The high of 73,500.25 stands 5,180 above its neighbours and came back at once.');
INSERT INTO "finding" VALUES('0ld0ld0ld0ld0ld0',1,'missing_bar','critical','BTC-USD',60000000,1773326100000000,1773326760000000,12,'[]','hole',NULL,NULL,NULL,'12 bars are missing while the market was open.');
INSERT INTO "finding" VALUES('0ld0ld0ld0ld0ld0',2,'duplicate_timestamp','warning','BTC-USD',60000000,1773324600000000,1773324600000000,2,'[]','identical',NULL,NULL,NULL,'The bar was written twice, with the same values.');
INSERT INTO "finding" VALUES('0ld0ld0ld0ld0ld0',3,'stale_series','critical','NQ=F',60000000,1773327060000000,1773327480000000,8,'[]','unknown',NULL,NULL,NULL,'The last bar is 8 bars old although the market is open.');
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
INSERT INTO "incident" VALUES('postgresql://dq:***@localhost/demo','6961c24bdaf9','price_spike',NULL,'critical','open',1773327600000000,1773327600000000,1773325140000000,1773325140000000,'["BTC-USD"]','The high of 73,500.25 stands 5,180 above its neighbours and came back at once.');
INSERT INTO "incident" VALUES('postgresql://dq:***@localhost/demo','416d1a2e6f0b','missing_bar','hole','critical','open',1773327600000000,1773327600000000,1773326100000000,1773326760000000,'["BTC-USD"]','12 bars are missing while the market was open.');
INSERT INTO "incident" VALUES('postgresql://dq:***@localhost/demo','d44e685dab33','duplicate_timestamp','identical','warning','open',1773327600000000,1773327600000000,1773324600000000,1773324600000000,'["BTC-USD"]','The bar was written twice, with the same values.');
INSERT INTO "incident" VALUES('postgresql://dq:***@localhost/demo','8d4bdcd8dfb0','stale_series','unknown','critical','open',1773327600000000,1773327600000000,1773327060000000,1773327480000000,'["NQ=F"]','The last bar is 8 bars old although the market is open.');
CREATE TABLE profile (
    source TEXT NOT NULL, -- without secrets, as in run
    instrument TEXT NOT NULL,
    interval INTEGER NOT NULL, -- microseconds
    rules TEXT NOT NULL, -- calendar, label and grid by which the slots were counted
    since INTEGER NOT NULL, -- microseconds UTC, the first slot
    until INTEGER NOT NULL, -- microseconds UTC, from which on nothing is known
    slots INTEGER NOT NULL, -- how many there are between the two
    held BLOB NOT NULL, -- a bit per slot, deflated
    PRIMARY KEY (source, instrument, interval)
) WITHOUT ROWID
;
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
INSERT INTO "run" VALUES(1,'0ld0ld0ld0ld0ld0',1773327600000000,1773324000000000,1773327600000000,'postgresql://dq:***@localhost/demo','ohlc_1m','unknown',3,'0.1.0',0.31,300,300,9.33333333333333348136e-01,0,1,3,'{"series": [{"instrument": "BTC-USD", "interval": 60000000, "bars": 60, "expected_bars": 60, "missing_bars": 12, "quiet_bars": 0, "suspect_bars": 0, "completeness": 0.8, "verdict": "fail", "not_checked": ["out_of_order_timestamp"]}, {"instrument": "NQ=F", "interval": 60000000, "bars": 60, "expected_bars": 60, "missing_bars": 8, "quiet_bars": 0, "suspect_bars": 0, "completeness": 0.8666666666666667, "verdict": "fail", "not_checked": ["out_of_order_timestamp"]}, {"instrument": "AAPL", "interval": 60000000, "bars": 60, "expected_bars": 60, "missing_bars": 0, "quiet_bars": 0, "suspect_bars": 0, "completeness": 1.0, "verdict": "pass", "not_checked": ["out_of_order_timestamp"]}, {"instrument": "ES=F", "interval": 60000000, "bars": 60, "expected_bars": 60, "missing_bars": 0, "quiet_bars": 0, "suspect_bars": 0, "completeness": 1.0, "verdict": "pass", "not_checked": ["out_of_order_timestamp"]}, {"instrument": "EURUSD=X", "interval": 60000000, "bars": 60, "expected_bars": 60, "missing_bars": 0, "quiet_bars": 0, "suspect_bars": 0, "completeness": 1.0, "verdict": "pass", "not_checked": ["out_of_order_timestamp"]}], "errors": [{"kind": "source", "message": "ES=F did not answer.", "hint": "Try again.", "series": "ES=F", "unreached": false}], "notes": ["a note"]}');
CREATE INDEX incident_open ON incident (state) WHERE state <> 'resolved';
COMMIT;
PRAGMA application_id = 1685153907;
PRAGMA user_version = 2;
