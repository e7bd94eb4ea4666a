-- Whether there is a schema dq, whether it holds tables, and whether this role may make some; dq asks before it begins a history there.
SELECT
    current_user AS role,
    to_regnamespace('dq') IS NOT NULL AS there,
    (SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('dq') AND relkind IN ('r', 'v')) AS tables,
    CASE
        WHEN to_regnamespace('dq') IS NULL THEN has_database_privilege(current_database(), 'CREATE')
        ELSE has_schema_privilege('dq', 'CREATE') AND has_schema_privilege('dq', 'USAGE')
    END AS allowed
