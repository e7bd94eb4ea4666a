"""What people can copy: the command that looks again at an incident, and SQL that shows and mends its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote

from dq.model import NO_INSTANT, SECOND, Finding, Incident, Run, instant_text
from dq.reports.advice import speaks_sql, sql_to_look, sql_to_mend

_FILE = re.compile(r"\.(csv|csv\.gz|parquet)$")
_YAHOO = re.compile(r"Yahoo \((.+)\)")
AROUND = 10  # bars before and after an incident that are judged again with it
_NAMED = 8  # instruments that a command names; beyond them it asks for all
_YEAR_10_000 = 253_402_300_800 * SECOND


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to copy, and the sentence above it."""

    about: str
    text: str


def to_copy(run: Run, incident: Incident, found: Sequence[Finding]) -> list[Copy]:
    """What there is to copy for an incident and its findings."""
    return list(_texts(run, incident, found))


def _texts(run: Run, incident: Incident, found: Sequence[Finding]) -> Iterator[Copy]:
    again = look_again(run, incident, found)
    if again:
        told = "Once it is mended, judge that time again"
        yield Copy(f"{told}:" if _source(run) else f"{told} (where DATABASE_URL or dq.toml name the source):", again)
    if not speaks_sql(run.source):
        return
    first = next((one for one in found if one.series), None)
    look, mend = sql_to_look(first) if first else "", sql_to_mend(incident.check)
    if look:
        yield Copy("SQL that shows the rows of its first finding:", look)
    if mend:
        yield Copy("SQL that keeps it from coming back:", mend)


def look_again(run: Run, incident: Incident, found: Sequence[Finding]) -> str:
    """`dq validate … --from … --to …` over an incident and some bars around it; empty where its times cannot be read."""
    step = max((one.series.interval for one in found if one.series), default=SECOND)
    start, end = incident.start - AROUND * step, incident.end + step
    end = max(end, min(end + AROUND * step, run.as_of))  # later bars show whether a price came back
    if NO_INSTANT in (incident.start, incident.end) or not 0 <= start < end < _YEAR_10_000:
        return ""
    names = list(dict.fromkeys(incident.series))
    words = ["dq validate", *_source(run), "--from", instant_text(start), "--to", instant_text(end)]
    words += [f"--instrument {_quoted(name)}" for name in names] if len(names) <= _NAMED else []
    return " ".join([*words, "--docs dq-docs"])


def _source(run: Run) -> list[str]:
    """The source as an argument, where it is one that needs no secret and no settings."""
    yahoo = _YAHOO.fullmatch(run.source)
    if yahoo:
        return [_quoted(f"yahoo:{yahoo[1].replace(', ', ',')}")]
    return [_quoted(run.source)] if _FILE.search(run.source) else []


def _quoted(text: str) -> str:
    """An argument for a shell, on one line whatever it holds."""
    return quote(re.sub(r"[\x00-\x1f\x7f]", "?", text))
