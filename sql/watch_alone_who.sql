-- Which watch has the history, and since when; dq watch asks where another one has it.
SELECT activity.application_name AS name, activity.pid, activity.xact_start AS since
FROM pg_catalog.pg_locks AS lock
LEFT JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory' AND lock.granted AND lock.classid = 0 AND lock.objid = 7235424
    AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
LIMIT 1
