"""The parts of a statement that depend on the table: its names, quoted, and the types of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dq.door import Form
from dq.door.instants import CEILINGS, Unit, to_epoch
from dq.model import PRICES
from dq.sources.postgres.catalog import Table, quoted
from dq.sources.statements import statement

if TYPE_CHECKING:
    from psycopg import sql

KINDS: dict[Form, str] = {"zoned": "timestamptz", "naive": "timestamp", "date": "date"}
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_800_000_000  # the years 1 and 10000
END = "294247-01-01"  # nine days later microseconds since 1970 overflow, although PostgreSQL counts on


def kind_of(table: Table) -> str:
    """The type with which timestamps of the table are compared, so that its index is used."""
    return KINDS.get(table.layout.stamps, table.type_of("timestamp"))


def composed(name: str, table: Table) -> sql.Composed:
    """The statement of that name for that table."""
    from psycopg import sql

    stamp, at, kind = table.layout.stamps, quoted(table.layout.names["timestamp"]), kind_of(table)
    has_volume = "volume" in table.layout.names
    order = quoted(table.order_by) if table.order_by else None
    eight_bytes = {"date": "timestamp", "integer": "bigint"}.get(stamp)
    return sql.SQL(statement(name)).format(
        table=table.identifier,
        instrument=quoted(table.layout.names["instrument"]),
        text=sql.SQL(_text_type(table)),
        timestamp=at,
        kind=sql.SQL(kind),
        stamp=at if eight_bytes is None else sql.SQL("{}::{}").format(at, sql.SQL(eight_bytes)),
        lowest=sql.SQL("'-infinity'") if stamp in KINDS else sql.Literal(_smallest(kind)),
        prices=_prices(table),
        volume=_number(table, "volume") if has_volume else sql.SQL("NULL"),
        volumes=sql.SQL("array_agg(s.volume)") if has_volume else sql.SQL("NULL::float8[]"),
        arrival=_key(table) if order else sql.SQL("NULL::bigint"),
        arrivals=sql.SQL("array_agg(s.arrival)") if order else sql.SQL("NULL::bigint[]"),
    )


def bound(instant: int | None, table: Table, unit: Unit) -> str | int:
    """An instant in microseconds UTC as the table's timestamps are compared with; None is the end of time.

    What lies beyond these bounds means nothing in the table's unit, or is more than 64 bits hold.
    """
    stamps = table.layout.stamps
    if stamps == "integer":
        largest = -_smallest(kind_of(table)) - 1
        ceiling = CEILINGS.get(unit, largest + 1)
        last = min(largest, ceiling)
        return last if instant is None else max(min(to_epoch(instant, unit), last), -largest, 1 - ceiling)
    if instant is None or instant >= LAST:
        return END
    if instant < FIRST:
        return "4713-01-01 BC"
    if stamps == "date":
        return str(np.datetime64(-(-(instant) // 86_400_000_000), "D"))
    return f"{np.datetime64(instant, 'us')}{'+00' if stamps == 'zoned' else ''}"


def _prices(table: Table) -> sql.Composed:
    """The four prices as one value: a segment holds four floats of any kind, and is sent as fast as one."""
    from psycopg import sql

    segment = sql.SQL("pg_catalog.lseg(pg_catalog.point({}, {}), pg_catalog.point({}, {}))")
    return segment.format(*(_number(table, ours) for ours in PRICES))


def _number(table: Table, ours: str) -> sql.Composed:
    """A column as float8; NULL is NaN, because it would break the stride of an array."""
    from psycopg import sql

    return sql.SQL("coalesce({}::float8, 'NaN')").format(quoted(table.layout.names[ours]))


def _key(table: Table) -> sql.Composed:
    """The order of arrival as eight bytes; rows that say none came last."""
    from psycopg import sql

    order = quoted(table.order_by or "")
    if table.types[table.order_by or ""].startswith("timestamp"):
        return sql.SQL("coalesce({}, 'infinity')").format(order)
    return sql.SQL("coalesce({}::bigint, 9223372036854775807)").format(order)


def _smallest(kind: str) -> int:
    return {"integer": -(2**31), "smallint": -(2**15)}.get(kind, -(2**63))


def _text_type(table: Table) -> str:
    return {"character": "bpchar", "character varying": "varchar"}.get(
        table.type_of("instrument"), table.type_of("instrument")
    )
