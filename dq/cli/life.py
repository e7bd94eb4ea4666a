"""The life of one incident in words: what happened when, who was told, and what the newest run found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dq.cli.tables import sentence_text, table_text
from dq.cli.terminal import coloured, signs
from dq.model import OWN, Event, Finding, Life, Parcel, Run
from dq.reports.clocks import span_text, utc_text
from dq.reports.lines import painted
from dq.reports.lives import FLAPPING, names_of, short, step_text, steps_of, todo_of, way_text, what_of

if TYPE_CHECKING:
    from dq.history.store import History

INDENT = 12


def told_life(one: Life, history: History) -> Iterator[str]:
    """The lines that tell it."""
    run = None if one.check in OWN else history.teller(one)
    told = {
        "series": names_of(one),
        "source": one.source,
        "bars": "" if one.check in OWN else span_text(one.start, one.end),
        "life": timeline(one, events_of(one, history)),
        "flapping": FLAPPING if one.flapping else "",
        "what": what_of(one),
        "what to do": todo_of(one),
        "pages": _pages(one, run),
    }
    yield _lead(one)
    for name, text in told.items():
        if text:
            yield sentence_text(text, lead=name, indent=INDENT)
    for table in (_messages(parcels_of(one, history)), _findings(one, run)):
        if table:
            yield ""
            yield table


def events_of(one: Life, history: History) -> list[Event]:
    """Its steps, oldest first; of an incident that an older dq recorded they are told from what is known of it."""
    return steps_of(one, history.events(one.id))


def parcels_of(one: Life, history: History) -> list[Parcel]:
    """What was told of it, oldest first, sent or not."""
    found = reversed(history.parcels(pending=False, incident=one.id))
    return [each for each in found if each.message.source == one.source]


def timeline(one: Life, events: Sequence[Event]) -> str:
    """`2026-03-12 10:01 opened (warning) · 10:06 worse (critical) · 10:31 resolved, mended, 8 min long`, in UTC."""
    told, day = [], ""
    for each in events:
        when = short(each.at)
        shown = when[11:] if when[:10] == day else when
        told.append(f"{shown} {step_text(each, one)}")
        day = when[:10]
    if one.lasts:
        told.append(f"lasts, last seen {utc_text(one.last_seen)}")
    return f" {signs('·', '|')} ".join(told)


def findings_of(one: Life, run: Run | None) -> list[Finding]:
    """What a run found of it."""
    if run is None:
        return []
    return [run.findings[at] for each in run.incidents if each.id == one.id for at in each.findings]


def _lead(one: Life) -> str:
    worst = f" (at worst {one.worst})" if one.worst != one.severity else ""
    line = sentence_text(f"{one.id}, {one.severity}{worst}, {one.state}", lead="incident", indent=INDENT)
    severity = painted(one.severity, one.severity, coloured=coloured())
    return line.replace(f", {one.severity}", f", {severity}", 1)


def _pages(one: Life, run: Run | None) -> str:
    if one.check in OWN:
        return ""
    return f"dq docs build --run {run.id}" if run else "the run that told it is no longer kept whole"


def _messages(parcels: Sequence[Parcel]) -> str:
    """Who was told what, and when; "" where nobody was."""
    rows = [
        (short(each.message.created), each.message.what, each.message.channel, each.message.severity, way_text(each))
        for each in parcels
    ]
    return table_text(("told (UTC)", "what", "channel", "severity", "sent"), rows) if rows else ""


def _findings(one: Life, run: Run | None) -> str:
    rows = [
        (each.check, each.severity, _series(each), span_text(each.start, each.end).removesuffix(" UTC"), each.message)
        for each in findings_of(one, run)
    ]
    return table_text(("finding", "severity", "series", "bars (UTC)", "what"), rows) if rows else ""


def _series(finding: Finding) -> str:
    return finding.series.name if finding.series else finding.subject
