-- How far the bars of each span reach and how dense they are at both ends, to cut long spans into pieces. Run by dq before it reads spans longer than a month.
COPY (
    SELECT
        spans.place::int4,
        head.bars::int4,
        CASE WHEN head.bars > 0 THEN ARRAY[head.edge, tail.edge, head.within, tail.within] END
    FROM unnest(%(names)s::text[], %(starts)s::{kind}[], %(ends)s::{kind}[])
        WITH ORDINALITY AS spans (name, start, stop, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS bars, (array_agg(s.stamp))[1] AS edge, (array_agg(s.stamp))[count(*)] AS within
        FROM (
            SELECT {stamp} AS stamp
            FROM {table}
            WHERE {instrument} = spans.name::{text} AND {timestamp} >= spans.start AND {timestamp} < spans.stop
            ORDER BY {timestamp}
            LIMIT %(sample)s
        ) AS s
    ) AS head
    CROSS JOIN LATERAL (
        SELECT (array_agg(s.stamp))[1] AS edge, (array_agg(s.stamp))[count(*)] AS within
        FROM (
            SELECT {stamp} AS stamp
            FROM {table}
            WHERE {instrument} = spans.name::{text} AND {timestamp} >= spans.start AND {timestamp} < spans.stop
            ORDER BY {timestamp} DESC
            LIMIT %(sample)s
        ) AS s
    ) AS tail
) TO STDOUT (FORMAT binary)
