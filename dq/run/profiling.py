"""What `dq profile` does: learn which slots of its last sessions each series has, and keep it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dq.history import HistoryError, open_history
from dq.kernels import distinct
from dq.model import DAY, HOUR, Int, Market, Mask, RunError, Series
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.cases import Case, open_case
from dq.run.fetch import Fetched, as_error, fetch
from dq.run.profiles import ascending, profile_start
from dq.run.refusals import refuse_wrong_questions
from dq.sources import Source, Wanted

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord

USUALLY_EMPTY = 0.5  # share of slots with a bar below which an hour is quiet


@dataclass(frozen=True, slots=True)
class Profile:
    """When a series has bars.

    Attributes:
        zone: IANA name of the zone of its market.
        since, until: microseconds UTC, the stretch that was looked at, half-open: to the end of its last slot.
        sessions: sessions of that stretch with a bar.
        bars, slots: slots with a bar, and slots that were due.
        shares: share of the slots with a bar by hour of the market's day, 24 of them; of bars of a day and longer by
            weekday from Monday on, 7 of them. None where nothing is ever due.
    """

    series: Series
    zone: str
    since: int
    until: int
    sessions: int
    bars: int
    slots: int
    shares: tuple[float | None, ...]

    @property
    def completeness(self) -> float | None:
        """Share of the slots with a bar, quiet ones counted as missing; None where none was due."""
        return self.bars / self.slots if self.slots else None

    @property
    def quiet(self) -> tuple[int, ...]:
        """The hours (of longer bars: the weekdays) in which fewer than half of the slots have a bar."""
        return tuple(at for at, share in enumerate(self.shares) if share is not None and share < USUALLY_EMPTY)


@dataclass(frozen=True, slots=True)
class Profiled:
    """The profiles of a source, and why some could not be had or kept."""

    source: str
    profiles: tuple[Profile, ...]
    errors: tuple[RunError, ...]


def profile(asked: Asked) -> Profiled:
    """Learn the profile of every series asked for, and keep them where runs are recorded.

    Raises:
        SettingsError: the question is wrong.
        SourceError, BarsError: the source cannot be opened or listed.
    """
    refuse_wrong_questions(asked)
    return attempted(asked, lambda source: _profiled(source, asked))


def _profiled(source: Source, asked: Asked) -> Profiled:
    answers = list(fetch(source, asked))
    errors = [one for one in answers if isinstance(one, RunError)] + [as_error(wrong) for wrong in source.errors]
    fetched = [one for one in answers if isinstance(one, Fetched)]
    cases = [open_case(one, asked) for one in fetched]
    errors += [case.trouble for case in cases if case.trouble is not None]
    learned = [_learned(*each) for each in _recent(source, fetched, cases, asked)]
    if not answers and not errors:
        hint = "See whether it is the right one."
        errors.append(RunError("nothing", f"There are no bars in {source.label}.", hint))
    errors += _kept([record for _, record in learned], source.label, asked)
    return Profiled(source.label, tuple(shown for shown, _ in learned), tuple(errors))


def _recent(
    source: Source, fetched: Sequence[Fetched], cases: Sequence[Case], asked: Asked
) -> Iterator[tuple[Market, int, int, Int]]:
    """Each series with the stretch of its last sessions, half-open, and its timestamps there."""
    late = asked.settings.grace + 1  # of a file, whose end is the end of its last bar: that one is due as well
    spans = []
    for one, case in zip(fetched, cases, strict=True):
        until = one.look.as_of + (case.market.series.delay + late if one.look.whole and not one.look.live else 0)
        spans.append((profile_start(one.sessions, until), until))
    short = [at for at, one in enumerate(fetched) if not one.look.whole]
    wanted = [Wanted(fetched[at].series.instrument, (spans[at],)) for at in short]
    told = dict(zip(short, (ascending(stamps) for _, stamps in source.stamps(wanted)), strict=True)) if short else {}
    for at, case in enumerate(cases):
        yield case.market, *spans[at], told.get(at, case.bars.ordered.timestamp)


def _learned(market: Market, since: int, as_of: int, stamps: Int) -> tuple[Profile, ProfileRecord]:
    from dq.history.profiles import ProfileRecord

    series, slots = market.series, market.slots
    last = slots.due_before(as_of)
    until = int(slots.timestamps(np.array([last]))[0]) if last < len(slots) else as_of
    record = ProfileRecord.of(series, slots, market.phase, since, until, stamps)
    number = slots.number(stamps)
    number = number[slots.holds(stamps, number)]
    number = number[(number >= slots.due_before(since)) & (number < last)]
    owed = np.arange(number[0], last) if len(number) else number  # nothing is owed before the first bar of a series
    held = np.zeros(len(owed), np.bool_)
    held[number - owed[:1]] = True
    starts = slots.timestamps(owed) if len(owed) else owed
    place = _weekday(starts) if series.daily else _hour(starts - slots.offset, market.sessions.zone)
    session = np.searchsorted(slots.before, number, side="right")
    seen = len(distinct(session)[0])
    shares = _shares(place, held, 7 if series.daily else 24)
    ended = int(slots.timestamps(np.array([last - 1]))[0]) + series.interval if len(owed) else until
    shown = Profile(series, market.sessions.zone, since, ended, seen, int(held.sum()), len(owed), shares)
    return shown, record


def _hour(opens: Int, zone: str) -> Int:
    return (opens + _offsets(opens, zone)) % DAY // HOUR


def _weekday(starts: Int) -> Int:
    return (starts // DAY + 3) % 7  # 1970-01-01 was a Thursday


def _shares(place: Int, held: Mask, places: int) -> tuple[float | None, ...]:
    due, there = np.bincount(place, minlength=places), np.bincount(place[held], minlength=places)
    return tuple(one / of if of else None for one, of in zip(there.tolist(), due.tolist(), strict=True))


def _offsets(instants: Int, zone: str) -> Int:
    """Microseconds by which clocks of the zone are ahead of UTC at each instant."""
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo

    hours, place = instants // HOUR, ZoneInfo(zone)
    known = {}
    for hour in dict.fromkeys(hours.tolist()):
        ahead = datetime.fromtimestamp(hour * 3600, UTC).astimezone(place).utcoffset() or timedelta()
        known[hour] = int(ahead.total_seconds()) * 1_000_000
    return np.array([known[hour] for hour in hours.tolist()], np.int64)


def _kept(records: Sequence[ProfileRecord], source: str, asked: Asked) -> list[RunError]:
    """Why they could not be kept."""
    if not asked.record:
        return []
    try:
        with open_history(asked.settings.history) as history:
            history.keep_profiles(source, records)
    except HistoryError as wrong:
        return [as_error(wrong)]
    return []
