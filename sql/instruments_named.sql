-- The most recent timestamps of instruments known by name, however old they are. Run by dq for the series of the settings and of --instrument.
COPY (
    SELECT asked.name, recent.stamps
    FROM unnest(%(names)s::text[]) WITH ORDINALITY AS asked (name, place)
    CROSS JOIN LATERAL (
        SELECT array_agg(s.stamp) AS stamps
        FROM (
            SELECT {stamp} AS stamp
            FROM {table}
            WHERE {instrument} = asked.name::{text} AND {timestamp} < %(until)s::{kind} AND {timestamp} > {lowest}
            ORDER BY {timestamp} DESC
            LIMIT %(most)s
        ) AS s
    ) AS recent
    ORDER BY asked.place
) TO STDOUT (FORMAT binary)
