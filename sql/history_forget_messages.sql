-- Forget what channels were told before some instant, or could not be told since; dq validate sends it after each run.
DELETE FROM message
WHERE sequence IN (
    SELECT sequence
    FROM message
    WHERE sent < :before OR (sent IS NULL AND created < :before)
    LIMIT :most
)
