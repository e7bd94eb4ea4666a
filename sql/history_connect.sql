-- What holds for one connection: what was written outlives a power cut, so that no alert is sent twice. dq sends it whenever it opens its history.
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON
