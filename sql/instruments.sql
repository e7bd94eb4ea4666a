-- The instruments that had bars of late, each with its most recent timestamps, by hopping along the index (instrument, timestamp). Run by dq where no instrument is named.
COPY (
    WITH RECURSIVE names AS (
        (SELECT {instrument} AS name FROM {table} WHERE {instrument} IS NOT NULL ORDER BY {instrument} LIMIT 1)
        UNION ALL
        SELECT (SELECT {instrument} FROM {table} WHERE {instrument} > names.name ORDER BY {instrument} LIMIT 1)
        FROM names
        WHERE names.name IS NOT NULL
    )
    SELECT names.name::text, recent.stamps
    FROM names
    CROSS JOIN LATERAL (
        SELECT array_agg(s.stamp) AS stamps, max(s.at) AS latest
        FROM (
            SELECT {stamp} AS stamp, {timestamp} AS at
            FROM {table}
            WHERE {instrument} = names.name AND {timestamp} < %(until)s::{kind} AND {timestamp} > {lowest}
            ORDER BY {timestamp} DESC
            LIMIT %(most)s
        ) AS s
    ) AS recent
    WHERE names.name IS NOT NULL AND recent.latest >= %(since)s::{kind}
) TO STDOUT (FORMAT binary)
