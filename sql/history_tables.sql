-- How many tables a file has that does not say it is ours: one of another program is left alone. dq asks before it begins its history there.
SELECT count(*) FROM sqlite_master
