-- Keep account of free pages, so that they can be given back to the disk; dq sends it when it begins its history, before the first table.
PRAGMA auto_vacuum = INCREMENTAL
