-- Tables and views of those names in any schema: what they are, and what this role may do with them. Run by `dq doctor`.
SELECT
    asked.place::int4,
    n.nspname,
    c.relname,
    c.relkind,
    greatest(c.reltuples, 0)::int8 AS about,
    CASE WHEN asked.schema IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = asked.schema END
        AND c.relname = asked.name AS meant,
    has_schema_privilege(n.oid, 'USAGE') AS enters,
    has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT') AS reads,
    array_remove(ARRAY[
        CASE WHEN has_table_privilege(c.oid, 'INSERT') THEN 'INSERT' END,
        CASE WHEN has_table_privilege(c.oid, 'UPDATE') THEN 'UPDATE' END,
        CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END,
        CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'TRUNCATE' END
    ], NULL) AS writes,
    c.relrowsecurity AND row_security_active(c.oid) AS filtered,
    current_user
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS numbered (name, place)
CROSS JOIN LATERAL (SELECT numbered.name, numbered.place, %(schema)s::text AS schema) AS asked
JOIN pg_class AS c ON lower(c.relname) = lower(asked.name) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY asked.place, meant DESC, n.nspname, c.relname
