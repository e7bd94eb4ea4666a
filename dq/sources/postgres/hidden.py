"""Tables whose rows row-level security hides: one that shows none may be full, and must not pass for empty."""

from __future__ import annotations

from dq.model import SourceError
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import Table
from dq.sources.statements import statement


def hides_all(table: Table, asking: Asking) -> bool:
    """Whether row-level security is active and the role sees no row, now or ever."""
    from psycopg import sql

    if not table.filtered:
        return False
    return not asking.answered(sql.SQL(statement("any_row")).format(table=table.identifier))[0][0]


def policies(table: Table) -> str:
    """What lets the role see every row, to be run by the owner."""
    return "; ".join(
        f'CREATE POLICY dq_reads ON {name} FOR SELECT TO "{table.role}" USING (true)' for name in table.filtered
    )


def all_hidden(table: Table, server: str) -> SourceError:
    """No bar is to be seen, although there may be many."""
    return SourceError(
        f"{server} shows role {table.role} no row of {table.place}",
        hint=f"Either it is empty, or row-level security hides it. Run this as its owner: {policies(table)}",
    )
