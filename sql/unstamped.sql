-- How many rows have no timestamp that can be placed in time (NULL, infinity, an integer of another unit), and one of those: no span can hold them. Run by dq where the column allows NULL, and before it reads whole histories.
SELECT asked.place::int4, outside.nulls, outside.others, outside.example
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS asked (name, place)
CROSS JOIN LATERAL (
    SELECT
        count(*) - count(bars.{timestamp}) AS nulls,
        count(bars.{timestamp}) AS others,
        max(bars.{timestamp})::text AS example
    FROM {table} AS bars
    WHERE bars.{instrument} = asked.name::{text}
        AND (bars.{timestamp} IS NULL OR bars.{timestamp} < %(first)s::{kind} OR bars.{timestamp} >= %(last)s::{kind})
) AS outside
