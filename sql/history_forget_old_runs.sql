-- Forget runs that were recorded before some instant, with their details, the oldest first; dq validate sends it after each run.
DELETE FROM run
WHERE sequence IN (SELECT sequence FROM run WHERE recorded_at < :before ORDER BY recorded_at LIMIT :most)
