-- The tables and views that this role may read, for the hint where the table asked for is not there. Run by dq when a table is missing.
SELECT table_schema, table_name
FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
ORDER BY table_schema, table_name
LIMIT 200
