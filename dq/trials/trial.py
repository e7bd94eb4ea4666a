"""One trial: put a defect in, ask dq, and compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from dq.faults import Injected, Site, entailed
from dq.model import SEVERITIES, Finding, duration_text, instant_text
from dq.run.judge import Judged
from dq.suites.judging import MOST
from dq.trials.outcome import Trial
from dq.trials.plan import Attempt
from dq.trials.subjects import Subject

NEIGHBOURS = 3  # bars beside a defect of which it may make dq speak
LOUD = SEVERITIES.index("warning")
INSTANTS, LENGTHS_OF_TIME = ("at", "due"), ("ahead", "offset")  # options of faults that are microseconds


def tried(attempt: Attempt) -> Trial | None:
    """What dq says of that defect; None where no bar of the plan can hold it."""
    subject, fault = attempt.subject, attempt.fault
    for row in attempt.rows:
        site = Site(subject.bars, subject.case.market, row, fault.room(subject.ground), attempt.turn)
        try:
            options = fault.sized(site)
            spoiled, injected = fault(subject.bars, row, **options)
        except ValueError:  # this bar cannot hold it: a flat one has no high and low to exchange
            continue
        return _compared(attempt, injected, _in_words(options), subject.judged(spoiled))
    return None


def _compared(attempt: Attempt, injected: tuple[Injected, ...], options: str, judged: Judged) -> Trial:
    subject, check = attempt.subject, attempt.fault.name
    before = {_key(one): one.count for one in subject.plain.findings}
    fresh = [one for one in judged.findings if before.get(_key(one)) != one.count]
    own = [[one for one in fresh if one.check == check and _overlap(one, place)] for place in injected]
    loud = [[one for one in found if _level(one) >= _loudest(subject, check)] for found in own]
    exact = all(
        any((one.start, one.end) == (at.start, at.end) for one in found)
        for found, at in zip(loud, injected, strict=True)
    )
    caught = all(loud)
    return Trial(
        check=check,
        series=subject.fetched.series,
        injected=injected,
        about=attempt.fault.about,
        options=options,
        caught=caught,
        exact=caught and exact,
        instead="" if caught else _instead(judged, check, fresh, injected),
        false_alarms=tuple(_false_alarms(subject, check, injected, judged.findings)),
    )


def _loudest(subject: Subject, check: str) -> int:
    """The severity that counts: a warning, or less where the suite has nothing louder for this check."""
    given = [SEVERITIES.index(one.severity) for one in subject.case.suite.expectations if one.check == check]
    return min(LOUD, max(given, default=LOUD))


def _instead(judged: Judged, check: str, fresh: list[Finding], injected: tuple[Injected, ...]) -> str:
    """What was said of the places, if anything."""
    reason = next((one.reason for one in judged.checks if one.check == check and one.verdict == "not_checked"), "")
    if reason:
        return f"with it the check cannot be asked: {reason}"
    touching = [one for one in fresh if any(_overlap(one, place) for place in injected)]
    own = [one for one in touching if one.check == check]
    if own:
        loudest = max(own, key=_level)
        if _level(loudest) < LOUD:
            return f"found, but only as {loudest.severity}" + (f" (cause {loudest.cause})" if loudest.cause else "")
        return "found in some of its places only"
    others = dict.fromkeys(one.check for one in touching if _level(one) >= LOUD)
    return f"{' and '.join(others)} spoke instead" if others else "nothing was said"


def _false_alarms(
    subject: Subject, check: str, injected: tuple[Injected, ...], findings: tuple[Finding, ...]
) -> list[Finding]:
    """New findings that touch neither the defect nor its neighbours, and that it does not entail."""
    plain = subject.plain.findings
    known = {_key(one) for one in plain}
    told = Counter(one.check for one in plain)
    excused = entailed(check) | {name for name, count in told.items() if count >= MOST}  # which are new nobody knows
    near = [_widened(subject, place) for place in injected]
    return [
        one
        for one in findings
        if _level(one) >= LOUD
        and _key(one) not in known
        and one.check not in excused
        and not any(_overlap(one, place) for place in near)
    ]


def _widened(subject: Subject, place: Injected) -> Injected:
    """The same with its neighbours."""
    stamps = subject.bars.timestamp
    first = int(np.searchsorted(stamps, place.start)) - NEIGHBOURS
    last = int(np.searchsorted(stamps, place.end, side="right")) + NEIGHBOURS - 1
    start, end = stamps[max(first, 0)], stamps[min(last, len(stamps) - 1)]
    return Injected(place.check, min(int(start), place.start), max(int(end), place.end), place.count)


def _overlap(one: Finding, place: Injected) -> bool:
    return one.start <= place.end and one.end >= place.start


def _key(one: Finding) -> tuple[str, int, int]:
    return one.check, one.start, one.end


def _level(one: Finding) -> int:
    return SEVERITIES.index(one.severity)


def _in_words(options: Mapping[str, Any]) -> str:
    """The options of a defect that say more than where it stands."""
    return ", ".join(
        f"{name} {_value(name, value)}" for name, value in options.items() if isinstance(value, int | float | str)
    )


def _value(name: str, value: float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name in INSTANTS:
        return instant_text(value)
    if isinstance(value, int) and name in LENGTHS_OF_TIME:
        return "-" * (value < 0) + duration_text(abs(value))
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else f"{value:.4g}"
