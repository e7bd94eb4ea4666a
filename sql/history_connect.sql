-- What holds for one connection: after a power cut the last runs may be lost, never the file. dq sends it whenever it opens its history.
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON
