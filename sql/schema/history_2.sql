-- The history file, version 2: which of the recent slots of each series hold a bar; dq sends it to a file of version 1, and to new ones.
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
