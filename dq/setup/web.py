"""Which table of Supabase's web interface holds the bars, under which names, and what stands beside it."""

from __future__ import annotations

from dataclasses import replace

from dq.door import text_form
from dq.model import HOUR, SourceError
from dq.setup.columns import matched, renamed
from dq.setup.tables import Chosen
from dq.sources import Absent, Access, Source
from dq.sources.supabase.address import key_of, understood
from dq.sources.supabase.asking import Asking
from dq.sources.supabase.table import forms_of, rows_seen


def choose_seen(access: Access, named: str | None) -> Chosen:
    """The table that was named, or that of the settings, with the names that some of its rows show.

    Args:
        named: with or without its schema.

    Raises:
        SettingsError: no key, or an address that names no project.
        SourceError: nobody answers, or the key is refused.
        BarsError: no such table.
    """
    schema, _, table = (named or "").rpartition(".")
    found = replace(access, schema=schema or access.schema, table=table or access.table)
    place = f"table {found.schema or 'public'}.{found.table}"
    asking = Asking(found, understood(found.url), key_of(found.key))
    try:
        rows = rows_seen(asking, found.table, place)
    finally:
        asking.close()
    forms = {name: form for name, (form, _) in forms_of(rows).items()}
    names = matched(forms, found.columns)
    if names is None:  # no row, or columns that are none of bars: whoever opens it tells which
        return Chosen(found, place)
    stamps = [cell for row in rows if isinstance(cell := row[names["timestamp"]], str)]
    naive = bool(stamps) and text_form(stamps) == "naive"
    return Chosen(replace(found, columns=renamed(names)), place, naive)


def answering(source: Source, access: Access, now: int) -> dict[str, str]:
    """The collector's tables, ours (levels, errors) to theirs, of which the last hour can be read."""
    asked = {"levels": (source.levels, access.levels_table), "errors": (source.error_log, access.errors_table)}
    there = {}
    for ours, (read, theirs) in asked.items():
        try:
            answer = read(now - HOUR, now)
        except SourceError:  # bars can be judged without it
            continue
        if not isinstance(answer, Absent):
            there[ours] = theirs
    return there
