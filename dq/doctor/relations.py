"""The three tables as the catalog describes them: whether they are there, and what the role may do with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.suites.words import counted, listed

USES = ("the bars", "uncovered_level", "failed_cycle")  # who asks for the first, the second, the third table
ROLE = "`dq doctor --role` prints SQL that makes a role which can read these tables and nothing else."


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view.

    Attributes:
        kind: as pg_class has it: r, p (partitioned), v (view), m (materialized view), f (foreign table).
        about: rows, as the server last counted them; 0 where it never did.
        meant: it is the one that the settings name.
        enters, reads: the role may use its schema; may SELECT.
        writes: what the role may do besides.
        filtered: row-level security decides which rows the role sees.
    """

    schema: str
    name: str
    kind: str
    about: int
    meant: bool
    enters: bool
    reads: bool
    writes: Sequence[str]
    filtered: bool
    role: str

    @property
    def place(self) -> str:
        """As people are told."""
        return f"{self.schema}.{self.name}"

    def grants(self) -> list[str]:
        """The statements that let the role read it."""
        from psycopg import sql

        schema, place, role = (
            sql.Identifier(*names).as_string(None) for names in ((self.schema,), (self.schema, self.name), (self.role,))
        )
        usage = [] if self.enters else [f"GRANT USAGE ON SCHEMA {schema} TO {role};"]
        return [*usage, *([] if self.reads else [f"GRANT SELECT ON {place} TO {role};"])]


def tables_line(
    names: Sequence[str],
    schema: str | None,
    meant: Sequence[Relation | None],
    seen: Sequence[Sequence[Relation]],
    refuse: Callable[[], object],
) -> Line:
    """Which of the tables are there.

    Args:
        names: of the bars, the levels, the errors.
        meant: each table, None where it is not there.
        seen: tables of such a name in any schema.
        refuse: raises what `dq validate` would say of a table of bars that is not there.
    """
    bars = meant[0]
    if bars is None:
        near = [one for one in seen[0] if one.enters]
        if not near and seen[0]:
            return _hidden(seen[0][0])
        refuse()
        return Line("tables", FAILED, f"there is no table {names[0]} here that this role can see")
    rows = f" (about {counted(bars.about, 'row')})" if bars.about else ""
    others = [one.place for one in meant[1:] if one is not None]
    gone = [(name, use) for name, use, one in zip(names[1:], USES[1:], meant[1:], strict=True) if one is None]
    said = listed([bars.place + rows, *others])
    if not gone:
        return fine("tables", said)
    told = listed([f"no {name} ({use} cannot answer)" for name, use in gone])
    hint = "If the collector writes them elsewhere, name them under [source.tables]; if it does not, that is fine."
    return Line("tables", WARNING, f"{said}; {told}{f' in {schema}' if schema else ''}", hint)


def rights_line(relations: Sequence[Relation]) -> Line:
    """What the role may do with the tables that are there; the bars come first."""
    closed = [one for one in relations if not (one.enters and one.reads)]
    if closed:
        paste = "\n".join(dict.fromkeys(statement for one in closed for statement in one.grants()))
        said = f"role {closed[0].role} may not read {listed([one.place for one in closed])}"
        hint = "Run this as the owner of the tables:"
        return Line("rights", FAILED if closed[0] is relations[0] else WARNING, said, hint, paste)
    role, filtered = relations[0].role, [one.place for one in relations if one.filtered]
    writing = [one for one in relations if one.writes]
    if writing:
        may = listed(list(dict.fromkeys(word for one in writing for word in one.writes)))
        said = f"role {role} may read, and also {may} {listed([one.place for one in writing])}"
        return Line("rights", WARNING, said, f"dq needs SELECT alone. {ROLE}")
    if filtered:
        said = f"role {role} may read; row-level security decides which rows of {listed(filtered)} it sees"
        hint = f"Without a policy for it, it sees none. {ROLE}"
        return Line("rights", WARNING, said, hint)
    return fine("rights", f"role {role} may read {listed([one.place for one in relations])}, and not write")


def _hidden(one: Relation) -> Line:
    """It is there, behind a schema that the role may not enter."""
    said = f"{one.place} is there, in a schema that role {one.role} may not use"
    hint = f'Run this as its owner, and write [source] schema = "{one.schema}" into dq.toml:'
    return Line("tables", FAILED, said, hint, "\n".join(one.grants()))
