-- Whether this role may record runs; dq doctor asks.
SELECT
    has_table_privilege('dq.run', 'INSERT') AND has_table_privilege('dq.run', 'UPDATE')
    AND has_table_privilege('dq.run', 'DELETE') AND has_table_privilege('dq.message', 'INSERT') AS allowed
