-- What a table looks like: kind, columns with their types (domains by what they stand on), rights, leading index columns. Run by dq once per run and table.
SELECT
    n.nspname,
    c.relname,
    c.relkind,
    c.relrowsecurity,
    has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'),
    current_user,
    a.attname,
    format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE a.atttypid END, NULL),
    a.attnotnull,
    EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum
    ),
    has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.oid = to_regclass(%(relation)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY a.attnum
