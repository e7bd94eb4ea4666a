"""Words of the API: a run in a few lines, incidents as people are told of them, series by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dq.model import Incident, SettingsError
from dq.reports.clocks import span_text, stamps_text
from dq.reports.lines import error_text, printable
from dq.reports.words import headline, worst_first, zone_of
from dq.suites.words import counted, listed

if TYPE_CHECKING:
    from dq.model import Market, Run
    from dq.trials import Outcome

FLAG = re.compile(
    r"--(window|from|to|at|instrument|interval|calendar|suite|reference|allow-empty)\b(?: ([0-9]+[a-z]+))?"
)
CALLED = {"from": "begin", "to": "end", "instrument": "instruments", "allow-empty": "allow_empty"}
MOST = 12  # incidents that fit under a verdict
SHOWN = 8  # series that an error names


@dataclass(frozen=True, slots=True)
class IncidentTold:
    """An incident in words.

    Attributes:
        when, local: in UTC, and on the clocks of the market where they differ.
        what: check and cause.
    """

    severity: str
    names: str
    when: str
    local: str
    what: str
    message: str
    state: str


def told(one: Incident, run: Run) -> IncidentTold:
    """The incident in words."""
    series = [run.findings[at].series for at in one.findings]
    names = list(dict.fromkeys(each.name for each in series if each is not None))
    zone = zone_of(run, one.series[0]) if one.series else "UTC"
    when, local = stamps_text(next(iter(series), None), one.start, one.end, zone)
    cause = f" [{one.cause}]" if one.cause and one.cause != "unknown" else ""
    state = "" if one.state == "open" else one.state
    named = listed(names, 3) or "the table"
    return IncidentTold(one.severity, named, when, local, one.check + cause, one.message, state)


def loud(run: Run) -> list[IncidentTold]:
    """The incidents that are more than a note, worst first."""
    return [told(one, run) for one in worst_first(run.incidents) if one.severity != "info"]


def place_of(run: Run) -> str:
    """Where and how the run looked."""
    return f"{span_text(run.window.start, run.window.end)} · {run.source} · {run.suite}"


def in_words(run: Run) -> str:
    """The verdict on one line, an incident or error on each that follows."""
    lines = [f"{run.verdict.upper()}  {headline(run)} · {place_of(run)}"]
    lines += [f"  {error_text(one)}" + (f" → {one.hint}" if one.hint else "") for one in run.errors]
    incidents = loud(run)
    lines += [f"  {one.severity:8}  {one.names}  {one.when}  {one.what}: {one.message}" for one in incidents[:MOST]]
    if len(incidents) > MOST:
        lines.append(f"  … and {counted(len(incidents) - MOST, 'more incident')} in .incidents")
    return "\n".join(map(printable, lines))


def in_python(told: str) -> str:
    """Words about flags of the command line, with the arguments of the call in their place."""
    return FLAG.sub(lambda flag: CALLED.get(flag[1], flag[1]) + (f'="{flag[2]}"' if flag[2] else "="), told).replace(
        "allow_empty=", "allow_empty=True"
    )


def trials_text(outcome: Outcome) -> str:
    """`PASS  66 of 66 defects caught, no false alarm · DataFrame (…) · ohlc_1m`."""
    there, missed = len(outcome.trials), len(outcome.missed)
    alarms = counted(outcome.false_alarms, "false alarm") if outcome.false_alarms else "no false alarm"
    caught = f"{there - missed:,} of {counted(there, 'defect')} caught, {alarms}"
    return printable(f"{outcome.verdict.upper()}  {caught} · {outcome.source} · {outcome.suite}")


def chosen(markets: Mapping[tuple[str, int], Market], name: str | None) -> tuple[str, int]:
    """The key of the series of that name: an instrument, or instrument and interval; the only one where None.

    Raises:
        SettingsError: there is no such series, or several.
    """
    names = [market.series.name for market in markets.values()]
    found = [
        key for key, market in markets.items() if name is None or name in (market.series.instrument, market.series.name)
    ]
    if len(found) == 1:
        return found[0]
    if not markets:
        raise SettingsError("This run has no series.", hint="Its .errors say why, or the source was empty.")
    shown = listed(names, SHOWN)
    if found:
        several = "series to choose from" if name is None else f"series of {name!r}"
        raise SettingsError(f"This run has {len(found)} {several}.", hint=f"Name one of {shown}.")
    raise SettingsError(f"This run has no series {name!r}.", hint=f"It has {shown}.")
