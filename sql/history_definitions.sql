-- How the tables and indexes of a file are defined; dq asks where a statement does not fit them, to tell damage from a fault of its own.
SELECT type, name, sql FROM sqlite_master ORDER BY type, name
