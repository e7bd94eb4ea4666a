"""Which bars around a finding are drawn, and in which places: one place per bar and per slot that has none.

A place has the width of one bar, so that a hole is as wide as the bars that it lacks. Time in which no finding
says that a bar is missing (a night, a weekend) is one narrow break.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dq.model import NO_INSTANT, Finding, Int, OrderedBars

AROUND = 40  # bars drawn before and after a finding
INSIDE = 120  # bars of a finding drawn: its first and last half of these
EMPTY = 120  # slots of a hole drawn
EMPTY_AROUND = 40  # slots drawn of a hole that another finding is about
HOLES = ("missing_bar", "stale_series")
_WHOLE = ("low_completeness", "broken_contract", "uncovered_level")


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the time axis.

    Attributes:
        kind: bar, slot (a bar is missing), break (no bar was due, as far as is known) or cut (bars not drawn).
        at: microseconds UTC; None for breaks, cuts and slots whose time is not known.
        row: position among the bars; -1 where there is none.
        mark: severity of the finding that distrusts it; empty where none does.
        own: the finding drawn is the one that distrusts it, not another.
        check: the check of that finding.
        skipped: microseconds of a break, or bars of a cut.
    """

    kind: str
    at: int | None = None
    row: int = -1
    mark: str = ""
    own: bool = False
    check: str = ""
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The places drawn for one finding, and what must be said because they are not all there are."""

    places: tuple[Place, ...]
    said: tuple[str, ...]


def drawable(finding: Finding) -> bool:
    """Whether bars around it could show anything: it has a series, a time, and concerns places in time."""
    return finding.series is not None and finding.start != NO_INSTANT and finding.check not in _WHOLE


def stretch(bars: OrderedBars, finding: Finding, others: Sequence[Finding], around: int = AROUND) -> Stretch:
    """The bars of a finding and `around` of them before and after.

    Args:
        others: all findings of the series, which are marked where they fall in; this one may be among them.
    """
    begin, stop = (int(edge) for edge in np.searchsorted(bars.timestamp, [finding.start, finding.end + 1]))
    first, end = max(begin - around, 0), min(stop + around, len(bars))
    cut = _cut(begin, stop)
    ranked = [finding, *_near(bars.timestamp[first:end], finding, others)]
    places: list[Place] = []
    before: int | None = None
    for row in (*range(first, cut.start), *range(cut.stop, end)):
        at = int(bars.timestamp[row])
        skips = row == cut.stop and len(cut) > 0
        places += [Place("cut", skipped=len(cut))] if skips else _between(before, at, ranked, finding)
        places.append(_bar(row, at, ranked, finding))
        before = at
    places += _between(before, None, ranked, finding)
    return Stretch(tuple(places), tuple(_said(places, finding, stop - begin)))


def _near(stamps: Int, finding: Finding, others: Sequence[Finding]) -> list[Finding]:
    """The other findings that fall among those bars or into the finding's own hole."""
    begin = min([finding.start, *stamps[:1].tolist()])
    end = max([finding.end, *stamps[-1:].tolist()])
    return [one for one in others if one is not finding and begin <= one.end and one.start <= end and drawable(one)]


def _cut(first: int, stop: int) -> range:
    """The rows in the middle of a long finding, which are not drawn."""
    half = INSIDE // 2
    return range(first + half, stop - half) if stop - first > INSIDE else range(stop, stop)


def _bar(row: int, at: int, ranked: Sequence[Finding], own: Finding) -> Place:
    for finding in ranked:
        if finding.check not in HOLES and finding.start <= at <= finding.end:
            return Place("bar", at, row, finding.severity, finding is own, finding.check)
    return Place("bar", at, row)


def _between(before: int | None, after: int | None, ranked: Sequence[Finding], own: Finding) -> list[Place]:
    """The slots and breaks between two bars that follow one another; None stands for no bar on that side."""
    step = own.series.interval if own.series else 1
    places: list[Place] = []
    reached = before
    holes = [one for one in ranked if one.check in HOLES and _reaches(one, before, after)]
    for hole in sorted(holes, key=lambda one: one.start):
        start = hole.start if reached is None or hole.start > reached else reached + step
        end = hole.end if after is None else min(hole.end, after - 1)
        places += _break(reached, start, step)
        places += _slots(hole, start, end, step, own=hole is own)
        reached = max(end, start) if reached is None else max(end, reached)
    return [*places, *_break(reached, after, step)]


def _break(before: int | None, after: int | None, step: int) -> Iterator[Place]:
    if before is not None and after is not None and after - before > step:
        yield Place("break", skipped=after - before - step)


def _reaches(hole: Finding, before: int | None, after: int | None) -> bool:
    """Whether it has a slot strictly between the two bars; before all bars only what begins there counts."""
    return (before is None or hole.end > before) and (after is None or hole.start < after)


def _slots(hole: Finding, start: int, end: int, step: int, *, own: bool) -> Iterator[Place]:
    """The places of a hole from `start` to `end`.

    Their times are known where it spans no closed hours; of one drawn too narrow, the first and the last.
    """
    number = min(hole.count, (end - start) // step + 1)
    drawn = min(number, EMPTY if own else EMPTY_AROUND)
    known = (hole.end - hole.start) // step + 1 == hole.count
    for slot in range(drawn):
        at = start + slot * step if drawn == number or slot == 0 else end if slot == drawn - 1 else None
        left_out = 0 if slot else number - drawn
        yield Place("slot", at if known else None, mark=hole.severity, own=own, check=hole.check, skipped=left_out)


def _said(places: Sequence[Place], finding: Finding, rows: int) -> Iterator[str]:
    for place in places:
        if place.kind == "slot" and place.skipped:
            which = "This hole" if place.own else "Another hole"
            yield f"{which} is drawn too narrow: {place.skipped:,} more slots have no bar."
        if place.kind == "cut":
            yield f"{place.skipped:,} bars in the middle of it are not drawn."
    if finding.check not in HOLES and finding.count < rows:
        yield f"{finding.count:,} of the {rows:,} bars from its first to its last are concerned."
