-- The history file, version 3: runs whole, so that they can be shown again; dq sends it to files of older versions, and to new ones.
-- From here on the findings of a run stand in its detail; the table finding holds those of runs that older versions recorded.
CREATE TABLE detail (
    run TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    body BLOB NOT NULL, -- JSON, deflated: series with the verdicts of their checks, findings, incidents
    written INTEGER NOT NULL -- bytes of all bodies up to this one, so that the oldest can be dropped by their weight
);

CREATE INDEX detail_written ON detail (written);

-- JSON, deflated: verdict, slots and findings of each series; NULL in runs that older versions recorded.
ALTER TABLE run ADD COLUMN tally BLOB;

CREATE INDEX run_by_source ON run (source, as_of)
