-- The indexes of a table with their columns in order, valid or not. Run by `dq doctor`.
SELECT
    x.relname,
    i.indisvalid AND i.indisready AS valid,
    i.indpred IS NOT NULL AS partial,
    array(
        SELECT coalesce(a.attname, '')
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number <> 0
        WHERE k.place <= i.indnkeyatts
        ORDER BY k.place
    )::text[] AS columns
FROM pg_index AS i
JOIN pg_class AS x ON x.oid = i.indexrelid
JOIN pg_am AS m ON m.oid = x.relam AND m.amname = 'btree'
WHERE i.indrelid = to_regclass(%(relation)s)
ORDER BY x.relname
