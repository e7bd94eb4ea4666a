-- The timestamps alone of many series and spans, as one array per span, with their number as proof. Run by dq to learn the habits of a series.
COPY (
    SELECT spans.place::int4, bars.counted, bars.stamps
    FROM unnest(%(names)s::text[], %(starts)s::{kind}[], %(ends)s::{kind}[])
        WITH ORDINALITY AS spans (name, start, stop, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS counted, array_agg(s.stamp) AS stamps
        FROM (
            SELECT {stamp} AS stamp
            FROM {table}
            WHERE {instrument} = spans.name::{text} AND {timestamp} >= spans.start AND {timestamp} < spans.stop
            ORDER BY {timestamp}
        ) AS s
    ) AS bars
) TO STDOUT (FORMAT binary)
