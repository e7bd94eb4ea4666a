-- What a table looks like: kind, tables whose row-level security may hide rows from this role (itself, or those below a view that reads as its reader), columns with their types (domains by what they stand on), rights, leading index columns. Run by dq once per run and table.
SELECT
    n.nspname,
    c.relname,
    c.relkind,
    ARRAY(
        SELECT format('%%I.%%I', of.nspname, secured.relname)
        FROM (
            SELECT c.oid
            UNION
            SELECT d.refobjid
            FROM pg_rewrite AS r
            JOIN pg_depend AS d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass
            WHERE
                r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass
                AND array_to_string(c.reloptions, ' ') ~* 'security_invoker=(t|on|y|1)'
        ) AS looked (oid)
        JOIN pg_class AS secured ON secured.oid = looked.oid
        JOIN pg_namespace AS of ON of.oid = secured.relnamespace
        WHERE
            row_security_active(looked.oid)
            AND NOT coalesce((
                SELECT bool_and(p.polpermissive) AND bool_or(
                    pg_get_expr(p.polqual, p.polrelid) = 'true'
                    AND EXISTS (SELECT FROM unnest(p.polroles) AS o (oid) WHERE o.oid = 0 OR pg_has_role(o.oid, 'USAGE'))
                )
                FROM pg_policy AS p
                WHERE p.polrelid = looked.oid AND p.polcmd IN ('r', '*')
            ), false)
        ORDER BY 1
    ),
    has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'),
    current_user,
    a.attname,
    (
        WITH RECURSIVE based AS (
            SELECT t.oid, t.typtype, t.typbasetype FROM pg_type AS t WHERE t.oid = a.atttypid
            UNION ALL
            SELECT t.oid, t.typtype, t.typbasetype FROM pg_type AS t JOIN based ON based.typtype = 'd' AND t.oid = based.typbasetype
        )
        SELECT format_type(based.oid, NULL) FROM based WHERE based.typtype <> 'd'
    ),
    a.attnotnull,
    EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum
    ),
    has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = to_regclass(%(relation)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY a.attnum
