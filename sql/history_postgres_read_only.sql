-- Refuse to write in this transaction. dq sends it when it only reads its history in PostgreSQL: dq report, dq incidents, dq docs build.
SET TRANSACTION READ ONLY
