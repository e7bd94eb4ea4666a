-- Whether this watch is the only one of the history; dq watch asks when it begins. In a transaction that stays open, since a pooler
-- may hand whatever else a session keeps to another client.
SELECT pg_try_advisory_xact_lock(7235424) AS alone
