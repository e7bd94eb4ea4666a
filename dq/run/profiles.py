"""The profile of a series: which slots of its last sessions hold a bar, so that it is known what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dq.explain.quiet import SESSIONS
from dq.history import HistoryError, is_begun, open_history
from dq.kernels import distinct
from dq.model import DAY, Int, Sessions
from dq.run.asked import Asked
from dq.run.cases import Case
from dq.run.fetch import Fetched
from dq.sources import Source, Wanted

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord

AGEING = 2 * DAY  # a kept profile is renewed before what a run reads no longer reaches back to its end


class Profiles:
    """The profiles of the series of one run: kept by earlier runs, or asked for where series miss slots.

    A profile that is kept serves where it reaches back far enough, ends within what this run read, and counts slots by
    the rules of today; else the source is asked. A run that is not recorded neither looks at kept ones nor keeps any.
    """

    def __init__(self, source: Source, fetched: Sequence[Fetched], cases: Sequence[Case], asked: Asked) -> None:
        self._source, self._fetched, self._cases, self._asked = source, fetched, cases, asked
        self._answers: dict[int, Int] = {}
        self._kept: Mapping[tuple[str, int], ProfileRecord] | None = None

    def stamps(self, positions: Sequence[int]) -> Iterable[Int]:
        """The timestamps of the series at those positions, ascending, 20 sessions back where they are known."""
        known = {at: self._known(at) for at in positions}
        unknown = [at for at in positions if known[at] is None]
        if unknown:
            answers = self._source.stamps([self._wanted(at) for at in unknown])
            self._answers |= {at: ascending(seen) for at, (_, seen) in zip(unknown, answers, strict=True)}
        return [self._answers[at] if stamps is None else stamps for at, stamps in known.items()]

    def renewed(self) -> list[ProfileRecord]:
        """The profiles that this run knows better than the history: those that were asked for, and those that age."""
        records: list[ProfileRecord | None] = []
        for at in self._worth_keeping():
            since, until, kept = self._since(at), self._until(at), self._record(at)
            ageing = min(AGEING, (until - self._fetched[at].since) // 2)
            if at in self._answers:
                records.append(self._learned(at, since, until))
            elif kept is not None and kept.until + ageing <= until:
                records.append(self._continued(at, kept, since, until))
        return [record for record in records if record is not None]

    def _learned(self, at: int, since: int, until: int) -> ProfileRecord:
        from dq.history.profiles import ProfileRecord

        market = self._cases[at].market
        return ProfileRecord.of(market.series, market.slots, market.phase, since, until, self._answers[at])

    def _continued(self, at: int, kept: ProfileRecord, since: int, until: int) -> ProfileRecord | None:
        one, market = self._fetched[at], self._cases[at].market
        rules = (market.series, market.slots, market.phase)
        return kept.renewed(*rules, since, until, one.since, one.rows.bars.ordered.timestamp)

    def _worth_keeping(self) -> Iterable[int]:
        """Series whose last sessions reach beyond what a run reads anyway, and whose calendar fits."""
        for at, case in enumerate(self._cases):
            short = not self._fetched[at].look.whole and self._fetched[at].since > self._since(at)
            if short and case.trouble is None and len(case.market.slots):
                yield at

    def _known(self, at: int) -> Int | None:
        """The timestamps without asking the source, or None."""
        one = self._fetched[at]
        if one.look.whole or one.since <= self._since(at):
            return one.rows.bars.ordered.timestamp
        return self._recalled(at)

    def _recalled(self, at: int) -> Int | None:
        """What is kept up to where this run began to read, and what it read; None where that leaves a gap."""
        one, market, kept = self._fetched[at], self._cases[at].market, self._record(at)
        if kept is None or kept.since > self._since(at) or kept.until < one.since:
            return None
        stamps = kept.stamps(market.series, market.slots, market.phase)
        if stamps is None:
            return None
        return np.concatenate([stamps[stamps < one.since], one.rows.bars.ordered.timestamp])

    def _record(self, at: int) -> ProfileRecord | None:
        if self._kept is None:
            self._kept = kept_profiles(self._asked, self._source.label) if self._asked.record else {}
        series = self._fetched[at].series
        return self._kept.get((series.instrument, series.interval))

    def _since(self, at: int) -> int:
        one = self._fetched[at]
        return profile_start(one.sessions, one.look.window.start)

    def _until(self, at: int) -> int:
        """The first slot that is not due: nothing is known from there on."""
        market = self._cases[at].market
        return int(market.slots.timestamps(np.array([market.last_slot]))[0])

    def _wanted(self, at: int) -> Wanted:
        one = self._fetched[at]
        return Wanted(one.series.instrument, ((self._since(at), max(one.look.window.end, one.look.window.start + 1)),))


def kept_profiles(asked: Asked, source: str) -> Mapping[tuple[str, int], ProfileRecord]:
    """The profiles in the history; none where it cannot be read, of which the record of the run will tell."""
    if not is_begun(asked.settings.history):
        return {}
    try:
        with open_history(asked.settings.history) as history:
            return history.profiles(source)
    except HistoryError:
        return {}


def ascending(stamps: Int) -> Int:
    """The same timestamps by time; those of a table come so."""
    return stamps if bool((stamps[1:] >= stamps[:-1]).all()) else np.sort(stamps)


def profile_start(sessions: Sessions, start: int) -> int:
    """Where the 20 trading days before an instant begin, and one more because the first may be cut."""
    before = sessions.opens[sessions.opens < start]
    days = distinct(sessions.day[: len(before)])[0]
    first = int(np.searchsorted(sessions.day, days[-SESSIONS - 1])) if len(days) > SESSIONS else 0
    return min(int(before[first]), start) if len(before) else start
