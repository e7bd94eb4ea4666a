"""What `dq incidents` does once its options are read: incidents from the history, and the life of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from dq.cli.stored import HOW, history_of, known_settings, nothing_recorded
from dq.cli.tables import sentence_text, table_text
from dq.history import IncidentRecord
from dq.model import SEVERITIES, Finding, Run, SettingsError, Window, instant_text
from dq.reports.advice import advice
from dq.reports.clocks import span_text, utc_text
from dq.reports.lines import printable
from dq.suites.words import counted, listed

if TYPE_CHECKING:
    from dq.history.store import History

ENDED = "ended"  # what people are told of an incident that no run saw any more
GONE = {ENDED, "resolved"}
PLAIN = {"open", "ongoing"}  # states that the list itself tells


def answer(identity: str | None, *, every: bool, style: str) -> Iterator[str]:
    """The lines of the answer.

    Raises:
        SettingsError: there is no incident of that id.
        HistoryError: the history cannot be read.
    """
    settings = known_settings()
    history = history_of(settings)
    if history is None and identity is not None:
        raise SettingsError(nothing_recorded(settings), hint=HOW)
    if history is None:
        yield sentence_text(f"{nothing_recorded(settings)} {HOW}") if style == "text" else _json({"incidents": []})
        return
    with history:
        known = incidents_of(history)
        if identity is not None:
            yield from _lives(_named(known, identity), history, style)
        else:
            chosen = [one for one in known if every or one.state not in GONE]
            yield _json({"incidents": list(map(_document, chosen))}) if style == "json" else _table(known, chosen)


def incidents_of(history: History) -> list[IncidentRecord]:
    """Every incident, worst first; of those that no run sees any more the state is `ended`."""
    looks = history.looks()
    told = [one if _lasts(one, looks) else replace(one, state=ENDED) for one in history.incidents()]
    return sorted(
        told, key=lambda one: (one.state in GONE, -SEVERITIES.index(one.severity), -one.last_seen, one.start, one.id)
    )


def _lasts(one: IncidentRecord, looks: Mapping[str, Window]) -> bool:
    """Whether a run would go on with it, as the next one does; see `dq.run.record`."""
    look = looks.get(one.source)
    return one.state == "resolved" or look is None or one.last_seen >= look.start - (look.end - look.start)


def _named(known: Iterable[IncidentRecord], beginning: str) -> list[IncidentRecord]:
    """Those whose id begins so: one, or the same of several sources."""
    found = [one for one in known if beginning and one.id.startswith(beginning)]
    names = sorted({one.id for one in found})
    if not names:
        raise SettingsError(f"No incident {beginning!r} is recorded.", hint="`dq incidents --all` lists them.")
    if len(names) > 1 and beginning not in names:
        raise SettingsError(f"Several incidents begin with {beginning!r}.", hint=f"They are {listed(names)}.")
    return [one for one in found if len(names) == 1 or one.id == beginning]


def _table(known: Sequence[IncidentRecord], chosen: Sequence[IncidentRecord]) -> str:
    if not chosen:
        others = f" {counted(len(known), 'incident')} ended: `dq incidents --all`." if known else ""
        return sentence_text(f"No incident lasts.{others}")
    heads = ("incident", "severity", "first seen (UTC)", "series", "what")
    rows = [(one.id, one.severity, _short(one.first_seen), _names(one), _what(one) + _state(one)) for one in chosen]
    return table_text(heads, rows)


def _lives(chosen: Sequence[IncidentRecord], history: History, style: str) -> Iterator[str]:
    tellers = [(one, history.teller(one)) for one in chosen]
    if style == "json":
        yield _json({"incidents": [_document(one) | _told_by(one, run) for one, run in tellers]})
        return
    for one, run in tellers:
        yield from _life(one, run)


def _life(one: IncidentRecord, run: Run | None) -> Iterator[str]:
    """What happened, since when, what to do, and what the newest run that knows of it found."""
    told = {
        "incident": f"{one.id}, {one.severity}, {one.state}",
        "series": _names(one),
        "source": one.source,
        "bars": span_text(one.start, one.end),
        "first seen": utc_text(one.first_seen),
        "last seen": utc_text(one.last_seen),
        "what": _what(one),
        "what to do": advice(one.check, one.cause),
        "pages": f"dq docs build --run {run.id}" if run else "the run that told it is no longer kept whole",
    }
    for name, text in told.items():
        yield sentence_text(text, lead=name, indent=12)
    if run is not None:
        rows = [(each.check, each.severity, _series(each), _span(each), each.message) for each in _found(one, run)]
        yield ""
        yield table_text(("finding", "severity", "series", "bars (UTC)", "what"), rows)


def _found(one: IncidentRecord, run: Run) -> list[Finding]:
    return [run.findings[at] for each in run.incidents if each.id == one.id for at in each.findings]


def _told_by(one: IncidentRecord, run: Run | None) -> dict[str, Any]:
    from dq.reports.json import finding_document

    found = [] if run is None else [finding_document(each) for each in _found(one, run)]
    return {"run": run and run.id, "findings": found}


def _document(one: IncidentRecord) -> dict[str, Any]:
    instants = {name: instant_text(getattr(one, name)) for name in ("first_seen", "last_seen", "start", "end")}
    return asdict(one) | instants


def _json(document: object) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False)


def _what(one: IncidentRecord) -> str:
    cause = f" [{one.cause}]" if one.cause and one.cause != "unknown" else ""
    return f"{one.check}{cause}: {one.message}"


def _state(one: IncidentRecord) -> str:
    """In brackets where it is more than that it lasts."""
    since = f", last seen {_short(one.last_seen)}" if one.state in GONE else ""
    return "" if one.state in PLAIN else f" ({one.state}{since})"


def _names(one: IncidentRecord) -> str:
    return printable(listed(one.series, 3)) or "the collector's tables"


def _series(finding: Finding) -> str:
    return finding.series.name if finding.series else finding.subject


def _span(finding: Finding) -> str:
    return span_text(finding.start, finding.end).removesuffix(" UTC")


def _short(instant: int) -> str:
    """To the minute."""
    return instant_text(instant)[:16].replace("T", " ")
