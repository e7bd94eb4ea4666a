-- The instruments that had bars of late, by reading those bars: for tables and views without an index that begins with the instrument. Run by dq where no instrument is named.
COPY (
    SELECT numbered.name::text, array_agg(numbered.stamp)
    FROM (
        SELECT
            {instrument} AS name,
            {stamp} AS stamp,
            row_number() OVER (PARTITION BY {instrument} ORDER BY {timestamp} DESC) AS place
        FROM {table}
        WHERE {timestamp} >= %(since)s::{kind} AND {timestamp} < %(until)s::{kind} AND {instrument} IS NOT NULL
    ) AS numbered
    WHERE numbered.place <= %(most)s
    GROUP BY numbered.name
    ORDER BY numbered.name
) TO STDOUT (FORMAT binary)
