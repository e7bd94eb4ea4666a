"""The plan: which defects go where, and why some go nowhere. The same for the same bars and seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from dq.checks import checks
from dq.faults import Fault, faults
from dq.model import Int
from dq.trials.subjects import Subject

CHOICES = 5  # rows to try one after the other, where the fault finds that a bar does not do
OF_FIGURES = "it judges what the collector measured of itself, and no bars"
NO_FAULT = {
    "broken_contract": "rows that cannot be read never become bars that could be spoiled",
    "reference_mismatch": "it compares with a second source, which a trial does not read",
    "uncovered_level": "it judges the collector's table of levels, and no bars",
    "failed_cycle": "it judges the collector's log, and no bars",
    "slow_cycle": OF_FIGURES,
    "slow_upsert": OF_FIGURES,
    "excessive_retry": OF_FIGURES,
    "excessive_memory": OF_FIGURES,
}


@dataclass(frozen=True, eq=False)
class Attempt:
    """One defect that is to be put in.

    Attributes:
        rows: where, in order of preference.
        turn: its number among the defects of its kind, from 0.
    """

    fault: Fault
    subject: Subject
    rows: tuple[int, ...]
    turn: int


@dataclass(frozen=True, eq=False)
class Planned:
    """What is planned for one check: attempts, or the reason why there are none."""

    check: str
    attempts: tuple[Attempt, ...] = ()
    reason: str = ""


def plan(subjects: Sequence[Subject], each: int, seed: int) -> list[Planned]:
    """For every check `each` defects, spread over the series and, in each, over its window."""
    planned = []
    for number, check in enumerate(checks()):
        start = number % max(len(subjects), 1)
        planned.append(_planned(check, [*subjects[start:], *subjects[:start]], each, seed))
    return planned


def _planned(check: str, subjects: Sequence[Subject], each: int, seed: int) -> Planned:
    fault = faults().get(check)
    if fault is None:
        return Planned(check, reason=NO_FAULT.get(check, "there is no way yet to put this defect into bars"))
    fit: list[tuple[Subject, Int]] = []
    reasons: list[str] = []
    for subject in subjects:
        reason = _unfit(fault, subject)
        places = np.zeros(0, np.int64) if reason else fault.places(subject.ground)
        if len(places):
            fit.append((subject, places))
        else:
            reasons.append(reason or _no_room(fault, subject))
        if len(fit) == each:
            break
    if not fit:
        return Planned(check, reason=_commonest(reasons))
    chance = np.random.default_rng([seed, crc32(check.encode())])
    chosen = [
        (subject, rows) for at, (subject, places) in enumerate(fit) for rows in _rows(places, at, fit, each, chance)
    ]
    return Planned(check, tuple(Attempt(fault, subject, rows, turn) for turn, (subject, rows) in enumerate(chosen)))


def _unfit(fault: Fault, subject: Subject) -> str | None:
    """Why the check cannot be tried on this series at all."""
    verdict = next((one for one in subject.plain.checks if one.check == fault.name), None)
    if verdict is None:
        return f"not asked by the suite {subject.case.suite.name}"
    if verdict.verdict == "not_checked":
        return verdict.reason
    return fault.not_applicable(subject.bars, subject.case.market)


def _no_room(fault: Fault, subject: Subject) -> str:
    needed, there = fault.room(subject.ground) + 2, int(subject.ground.owned.sum())
    if there < needed:
        return f"not in this window: needs {needed:,} bars, has {there:,}"
    return fault.nowhere or f"not in this window: no {needed:,} bars in a row without a gap or a finding"


def _rows(
    places: Int, at: int, fit: Sequence[object], each: int, chance: np.random.Generator
) -> Iterable[tuple[int, ...]]:
    """The rows of each defect that this series gets: one part of the window for each."""
    count = min(each // len(fit) + (at < each % len(fit)), len(places))
    for part in np.array_split(places, count) if count else ():
        yield tuple(chance.permutation(part)[:CHOICES].tolist())


def _commonest(reasons: Sequence[str]) -> str:
    return max(reasons, key=reasons.count, default="no series has bars in this window")
