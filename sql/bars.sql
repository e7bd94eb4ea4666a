-- Bars of many series and spans as one row of arrays per span: PostgreSQL sends arrays faster than rows. Run by dq to read bars.
COPY (
    SELECT spans.place::int4, bars.stamps, bars.arrivals, {columns}
    FROM unnest(%(names)s::text[], %(starts)s::{kind}[], %(ends)s::{kind}[])
        WITH ORDINALITY AS spans (name, start, stop, place)
    CROSS JOIN LATERAL (
        SELECT array_agg(s.stamp) AS stamps, {arrivals} AS arrivals, {arrays}
        FROM (
            SELECT {stamp} AS stamp, {arrival} AS arrival, {values}
            FROM {table}
            WHERE {instrument} = spans.name::{text} AND {timestamp} >= spans.start AND {timestamp} < spans.stop
            ORDER BY {timestamp}
        ) AS s
    ) AS bars
) TO STDOUT (FORMAT binary)
