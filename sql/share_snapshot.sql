-- Lets a second connection see the very same rows. Run by dq before it reads more than one statement should fetch.
SELECT pg_export_snapshot()
