"""What only a database can answer: who we are there, what its clock says, which tables we see, read, and find fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dq.doctor.line import WARNING, Line
from dq.doctor.relations import Relation, rights_line, tables_line
from dq.doctor.steps import fine
from dq.doctor.targets import Target, database_targets
from dq.model import SECOND, SourceError
from dq.sources import Access
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import Table, table_of
from dq.sources.postgres.connection import connected, label, understood
from dq.suites.words import counted

if TYPE_CHECKING:
    import psycopg

SKEWED = 5 * SECOND  # what future_bar lets pass
KINDS = {"v": "view", "m": "materialized view", "f": "foreign table", "p": "partitioned table"}


def address_of(url: str) -> tuple[dict[str, Any], list[Target]]:
    """The parts of an address, completed by libpq's own settings (PGHOST, PGSSLMODE, …), and where it leads: nowhere known where
    the file of a service says it, which libpq reads when it connects.

    Raises:
        SettingsError: it cannot be understood.
    """
    import psycopg

    given = understood(url)
    known = {one.keyword.decode(): one.val.decode() for one in psycopg.pq.Conninfo.get_defaults() if one.val}
    parts = known | given
    elsewhere = given.get("service") and not (given.get("host") or given.get("hostaddr"))
    targets = [] if elsewhere else database_targets(parts)
    return parts, targets


class Database:
    """One connection, on which each step begins a transaction of its own: a failed one spoils no other.

    Args:
        clock: this machine's, in microseconds UTC.
    """

    def __init__(self, access: Access, clock: Callable[[], int]) -> None:
        self._access = access
        self._clock = clock
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self.relations: list[Relation | None] = []

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def login(self) -> Line:
        """Sign in, as `dq validate` does."""
        self._connection = connected(self._access)
        _, version, role, name, mighty = self._asking().rows("doctor_clock")[0]
        said = f"role {role} in database {name}, PostgreSQL {version.partition(' ')[0]}"
        if mighty:
            hint = "dq only reads: give it the role that `dq doctor --role` prints."
            return Line("login", WARNING, f"{said}; {role} is a superuser", hint)
        return fine("login", said)

    def skew(self) -> Line:
        """Compare clocks; half of the round trip is what the comparison cannot know."""
        asking = self._asking()
        before = self._clock()
        theirs = asking.rows("doctor_clock")[0][0]
        after = self._clock()
        unsure = (after - before) // 2
        ahead = theirs - (before + after) // 2
        word = "ahead of" if ahead > 0 else "behind"
        said = f"the server's is {abs(ahead) / SECOND:.1f} s {word} this machine's (± {unsure / SECOND:.1f} s)"
        if abs(ahead) - unsure <= SKEWED:
            return fine(
                "clock", said if abs(ahead) > unsure + SECOND // 10 else "the server's and this machine's agree"
            )
        hint = "Set both by NTP: dq judges by this machine's clock, and takes bars more than 5 s ahead of it for wrong."
        return Line("clock", WARNING, said, hint)

    def tables(self) -> Line:
        """See which of the three tables are there."""
        access = self._access
        names = [access.table, access.levels_table, access.errors_table]
        rows = self._asking().rows("doctor_tables", names=names, schema=access.schema)
        seen = [[Relation(*row[1:]) for row in rows if row[0] == place] for place in (1, 2, 3)]
        self.relations = [next((one for one in some if one.meant), None) for some in seen]
        return tables_line(names, access.schema, self.relations, seen, lambda: table_of(access, self._asking()))

    def rights(self) -> Line:
        """See what the role may do with them: read, and nothing else."""
        return rights_line([one for one in self.relations if one is not None])

    def columns(self) -> Line:
        """Match the table of bars with the contract."""
        table = self._table()
        prices = sorted({table.type_of(name) for name in ("open", "high", "low", "close")})
        said = f"{counted(len(table.layout.names), 'column')} as dq needs them; timestamp is {table.type_of('timestamp')}, prices are {' and '.join(prices)}"
        if "volume" not in table.layout.names:
            hint = 'If there is one by another name: [source.columns] volume = "…" in dq.toml.'
            return Line("columns", WARNING, f"{said}; there is no volume, and checks of volumes cannot answer", hint)
        if "real" in prices:
            return Line("columns", WARNING, said, "real holds 7 digits: make the prices numeric or double precision.")
        zone = f", read on the clock of {self._access.timezone}" if table.layout.stamps == "naive" else ""
        order = f"; {table.order_by} tells the order of arrival" if table.order_by else ""
        return fine("columns", said + zone + order)

    def indexes(self) -> Line:
        """Look for the index that the question for a window needs."""
        table = self._table()
        relation = self.relations[0]
        if relation is not None and relation.kind in {"v", "m", "f"}:
            said = f"{table.schema}.{table.name} is a {KINDS[relation.kind]}: what it reads from should have an index on (instrument, timestamp)"
            return fine("indexes", said)
        wanted = (table.layout.names["instrument"], table.layout.names["timestamp"])
        rows = self._asking().rows("doctor_indexes", relation=table.identifier.as_string(None).replace("%%", "%"))
        serving = [
            name for name, valid, partial, columns in rows if valid and not partial and tuple(columns[:2]) == wanted
        ]
        if serving:
            return fine("indexes", f"{serving[0]} begins with ({', '.join(wanted)})")
        broken = [name for name, valid, _, columns in rows if not valid and tuple(columns[:2]) == wanted]
        return _wanting(table, wanted, broken, relation)

    def _table(self) -> Table:
        return table_of(self._access, self._asking())

    def _asking(self) -> Asking:
        if self._connection is None:
            raise SourceError("There is no connection", hint="This is a fault of dq: please report it.")
        self._connection.rollback()
        return Asking(self._connection, label(self._access), self._access.call_seconds)


def _wanting(table: Table, wanted: tuple[str, str], broken: list[str], relation: Relation | None) -> Line:
    """An index is missing: how to make it, without locking the table where PostgreSQL can."""
    from psycopg import sql

    partitioned = relation is not None and relation.kind == "p"
    how = "CREATE INDEX" if partitioned else "CREATE INDEX CONCURRENTLY"
    columns = ", ".join(sql.Identifier(name).as_string(None) for name in wanted)
    place = sql.Identifier(table.schema, table.name).as_string(None)
    paste = f"{how} ON {place} ({columns});"
    rows = "" if relation is None or not relation.about else f" ({relation.about:,} rows)"
    said = f"no index begins with ({', '.join(wanted)}): each window reads the whole table{rows}"
    if broken:
        gone = sql.Identifier(table.schema, broken[0]).as_string(None)
        said += f"; {broken[0]} was never finished"
        paste = f"DROP INDEX CONCURRENTLY {gone};\n{paste}"
    lock = "it locks out writers while it works" if partitioned else "outside a transaction; it locks nobody out"
    return Line("indexes", WARNING, said, f"As the owner of the table, {lock}:", paste)
