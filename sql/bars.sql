-- Bars of many series and spans as one row of arrays per span, with their number as proof: PostgreSQL sends arrays faster than rows, and a segment faster than the four floats it holds. Run by dq to read bars.
COPY (
    SELECT spans.place::int4, bars.counted, bars.stamps, bars.arrivals, bars.prices, bars.volumes
    FROM unnest(%(names)s::text[], %(starts)s::{kind}[], %(ends)s::{kind}[])
        WITH ORDINALITY AS spans (name, start, stop, place)
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS counted,
            array_agg(s.stamp) AS stamps,
            {arrivals} AS arrivals,
            array_agg(s.prices) AS prices,
            {volumes} AS volumes
        FROM (
            SELECT {stamp} AS stamp, {arrival} AS arrival, {prices} AS prices, {volume} AS volume
            FROM {table}
            WHERE {instrument} = spans.name::{text} AND {timestamp} >= spans.start AND {timestamp} < spans.stop
            ORDER BY {timestamp}
        ) AS s
    ) AS bars
) TO STDOUT (FORMAT binary)
