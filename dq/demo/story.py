"""The story that the demo tells: five instruments, thirty days, and the runs in which their defects show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dq.calendars import sessions
from dq.demo.instruments import INSTRUMENTS
from dq.demo.plot import PLOT, spoil
from dq.demo.trading import last_open_hour
from dq.demo.walk import span, walk
from dq.faults import Injected
from dq.model import HOUR, MINUTE, Bars, Sessions, SettingsError, instant_text

_APART = HOUR + 5 * MINUTE  # bars fall due minutes after they open: so far apart, no defect shows in two runs


@dataclass(frozen=True, slots=True)
class Chapter:
    """One run of `dq validate`, over the hour before `at`.

    Attributes:
        at: microseconds UTC.
        instruments: those whose defects this run shows.
        expected: instrument and finding, for every finding at warning or critical that the run owes.
    """

    at: int
    instruments: tuple[str, ...]
    expected: tuple[tuple[str, Injected], ...]


@dataclass(frozen=True, eq=False)
class Story:
    """The bars of every instrument with their defects, by name, and the chapters: the first is at `as_of`."""

    as_of: int
    bars: Mapping[str, Bars]
    chapters: tuple[Chapter, ...]


def story(as_of: int, cache: Path | None = None) -> Story:
    """The story as of an instant, always the same for the same one.

    Instruments whose market traded through the last hour have their defects there. The others have them in the last
    hour through which all of them traded: there is one where a week has a session of New York's stock exchange.

    Args:
        as_of: microseconds UTC, a whole minute.
        cache: where sessions are kept, as `dq.calendars.sessions` has it.

    Raises:
        SettingsError: the instant lies beyond the years that calendars know.
    """
    markets = {one.name: sessions(one.calendar, *span(as_of), cache=cache) for one in INSTRUMENTS}
    hours = _hours(markets, as_of)
    if not hours:
        raise SettingsError(
            f"At {instant_text(as_of)} no calendar knows of any trading.", hint="Give a later or earlier --at."
        )
    bars: dict[str, Bars] = {}
    owed: list[tuple[str, Injected]] = []
    for one in INSTRUMENTS:
        bars[one.name] = walk(one, markets[one.name], as_of)
        if one.name in hours:
            bars[one.name], injected = spoil(bars[one.name], PLOT[one.name], hours[one.name])
            owed += [(one.name, finding) for finding in injected]
    return Story(as_of, bars, tuple(_chapter(at, hours, owed) for at in sorted({*hours.values()}, reverse=True)))


def _hours(markets: Mapping[str, Sessions], as_of: int) -> dict[str, int]:
    """The end of the hour in which each instrument has its defects."""
    traded = [name for name, market in markets.items() if last_open_hour([market], as_of) == as_of]
    rested = [name for name in markets if name not in traded]
    earlier = last_open_hour([markets[name] for name in rested], as_of - _APART) if rested else None
    return dict.fromkeys(traded, as_of) | (dict.fromkeys(rested, earlier) if earlier is not None else {})


def _chapter(at: int, hours: Mapping[str, int], owed: list[tuple[str, Injected]]) -> Chapter:
    names = tuple(one.name for one in INSTRUMENTS if hours.get(one.name) == at)
    return Chapter(at, names, tuple((name, finding) for name, finding in owed if name in names))
