-- How many rows have no timestamp that can be placed in time (NULL, infinity): no span can hold them. Run by dq where the column allows NULL, and before it reads whole histories.
SELECT asked.place::int4, (
    SELECT count(*) FROM {table} AS bars WHERE bars.{instrument} = asked.name::{text} AND ({outside})
)
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS asked (name, place)
