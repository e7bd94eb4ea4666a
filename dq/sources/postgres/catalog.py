"""The table of bars as the catalog describes it; every name that goes into a statement has been found here."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dq.door import NAIVE_HINT, Form, Layout, settle
from dq.model import BarsError, SettingsError, SourceError
from dq.sources.access import Access

if TYPE_CHECKING:
    from psycopg import sql

    from dq.sources.postgres.asking import Asking

FORMS: dict[str, Form] = {
    "timestamp with time zone": "zoned",
    "timestamp without time zone": "naive",
    "date": "date",
    "bigint": "integer",
    "integer": "integer",
    "smallint": "integer",
    "numeric": "real",
    "double precision": "real",
    "real": "real",
    "text": "text",
    "character varying": "text",
    "character": "text",
    "name": "text",
    "citext": "text",
}
ORDERS = {"bigint", "integer", "smallint", "timestamp with time zone", "timestamp without time zone"}


@dataclass(frozen=True)
class Table:
    """A table or view of bars.

    Attributes:
        types: their column names to the types, domains as what they stand on.
        optional: their columns that may be NULL.
        leading: their columns that an index begins with.
        filtered: the tables whose row-level security decides which rows we see: itself, or those below a view.
        role: as whom we read.
    """

    schema: str
    name: str
    layout: Layout
    types: dict[str, str]
    optional: frozenset[str]
    leading: frozenset[str]
    filtered: tuple[str, ...]
    role: str
    order_by: str | None

    @property
    def place(self) -> str:
        """As people are told."""
        return f"table {self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        """As statements name it."""
        return quoted(self.schema, self.name)

    def type_of(self, ours: str) -> str:
        """The type of one of our columns."""
        return self.types[self.layout.names[ours]]


def quoted(*names: str) -> sql.Identifier:
    """Names as a statement with bound values holds them: psycopg takes a lone % for a place to bind."""
    from psycopg import sql

    return sql.Identifier(*(name.replace("%", "%%") for name in names))


def table_of(access: Access, asking: Asking) -> Table:
    """Look the table up and match it with the contract.

    Raises:
        BarsError: no such table, or a column is absent or of the wrong type.
        SourceError: the role may not read it.
        SettingsError: naive timestamps, and nobody said on which clock.
    """
    from psycopg import sql

    parts = (access.schema, access.table) if access.schema else (access.table,)
    rows = asking.rows("table_columns", relation=sql.Identifier(*parts).as_string(None))
    if not rows:
        raise _no_table(access, asking)
    schema, name, _, filtered, readable, role = rows[0][:6]
    if not readable:
        raise SourceError(
            f"{asking.server} does not let role {role} read table {schema}.{name}",
            hint=f'GRANT SELECT ON "{schema}"."{name}" TO "{role}"; dq needs no more than that.',
        )
    place = f"Table {schema}.{name}"
    types = {row[6]: row[7] for row in rows}
    found = {name: (FORMS.get(kind, "other"), kind) for name, kind in types.items()}
    layout = settle(found, place, access.columns, also_required=("instrument",))
    _check_order(access, types, place)
    if layout.stamps == "naive" and access.timezone is None:
        raise SettingsError(f"The timestamps of table {schema}.{name} have no time zone", hint=NAIVE_HINT)
    optional = frozenset(row[6] for row in rows if not row[8])
    leading = frozenset(row[6] for row in rows if row[9])
    return Table(schema, name, layout, types, optional, leading, tuple(filtered), role, access.order_by)


def _check_order(access: Access, types: dict[str, str], place: str) -> None:
    if access.order_by is None:
        return
    kind = types.get(access.order_by)
    if kind not in ORDERS:
        fault = f"is {kind}, needed is a whole number or a time stamp" if kind else "is not there"
        raise BarsError(
            f'{place} cannot tell the order of arrival: column "{access.order_by}" {fault}',
            hint="Name a serial number or the time of writing under [source] order_by, or leave it out.",
        )


def _no_table(access: Access, asking: Asking) -> BarsError:
    asked = f"{access.schema}.{access.table}" if access.schema else access.table
    seen = [f"{schema}.{name}" for schema, name in asking.rows("tables_seen")]
    plain = {full.lower(): full for full in seen}
    near = [full for full in seen if full.split(".")[1].lower() == access.table.lower()]
    near = near or [plain[one] for one in get_close_matches(asked.lower(), list(plain), 3, 0.5)]
    listed = ", ".join((near or seen)[:8])
    hint = f"It has {listed}: name one under [source.tables] ohlc, its schema under [source] schema." if listed else ""
    return BarsError(f"{asking.server} has no table {asked} that this role can see", hint=hint)
