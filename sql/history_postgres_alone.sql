-- Wait until no other dq writes its history, until the end of the transaction; dq sends it before it records a run.
SELECT pg_advisory_xact_lock(7235423)
