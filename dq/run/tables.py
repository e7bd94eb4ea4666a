"""The collector's own tables: read where a suite asks of them, and judged beside the bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dq.checks import checks
from dq.examine import Question, examine_table
from dq.kernels import distinct
from dq.logged import failed
from dq.model import CheckVerdict, Cycles, ErrorLog, Finding, Levels, Market, Sessions, Window
from dq.run.asked import Asked
from dq.run.cases import Case
from dq.run.judge import check_verdicts
from dq.settings import masked_text
from dq.sources import Absent, Source
from dq.suites import Suite
from dq.suites.judging import judge, questions

HISTORY = 10  # trading days before the window of which levels are read: five that are usual, and some that closed early
NO_LOG = ErrorLog(np.zeros(0, np.int64), (), (), (), ())


@dataclass(frozen=True, eq=False)
class Logged:
    """What the collector's log says of a run: of no series, and told once.

    Attributes:
        verdicts: of each check of the log that a suite asks.
        cycles: how many were due, and how many failed; None where nobody can say.
        notes: what people should know of where the collector tells of itself.
    """

    findings: tuple[Finding, ...] = ()
    verdicts: tuple[CheckVerdict, ...] = ()
    cycles: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()


def with_levels(cases: Sequence[Case], source: Source, asked: Asked) -> list[Case]:
    """The same cases with the levels of their instruments, where their suites ask of them."""
    suites = suites_asking(cases, "levels")
    wanting = {at for at, case in enumerate(cases) if id(case.suite) in suites}
    if not wanting:
        return list(cases)
    since = min(_history(cases[at].market) for at in wanting)
    until = max(min(cases[at].market.window.end, cases[at].market.as_of) for at in wanting)
    answer = source.levels(since, until)
    parts = {} if isinstance(answer, Absent) else _by_instrument(answer)
    promised = asked.settings.collector.levels
    return [
        replace(case, levels=_levels(case.market.series.instrument, answer, parts, promised)) if at in wanting else case
        for at, case in enumerate(cases)
    ]


def judge_log(cases: Sequence[Case], source: Source, asked: Asked) -> Logged:
    """What a suite says of the collector's log; of several suites that ask, the first one's word holds."""
    suites = suites_asking(cases, "errors")
    if not suites:
        return Logged()
    suite = next(iter(suites.values()))
    cycles = cycles_of(cases, asked)
    log = source.error_log(cycles.window.start, cycles.window.end) if cycles.length else NO_LOG
    asking = what_is_asked(suite, "errors")
    if isinstance(log, Absent):
        names = dict.fromkeys(question.check for question in asking)
        return Logged(verdicts=tuple(CheckVerdict(name, "not_checked", log.reason) for name in names))
    answers = examine_table(log, cycles, asking)
    findings = tuple(judge(suite, answers, None))
    return Logged(findings, check_verdicts(answers, findings), _counted(log, cycles))


def suites_asking(cases: Sequence[Case], view: str) -> dict[int, Suite]:
    """The suites that ask of a table, by identity: a thousand series share one, and most ask nothing."""
    suites = {id(case.suite): case.suite for case in cases}
    return {identity: suite for identity, suite in suites.items() if what_is_asked(suite, view)}


def what_is_asked(suite: Suite, view: str) -> list[Question]:
    """What the suite asks of that table."""
    return [question for question in questions(suite) if checks()[question.check].view == view]


def _history(market: Market) -> int:
    """Where the trading days begin of which levels say what is usual."""
    known, start = market.sessions, market.window.start
    days = distinct(known.day[: np.searchsorted(known.opens, start)])[0][-HISTORY - 1 :]
    return min(int(known.opens[np.searchsorted(known.day, days[0])]), start) if len(days) else start


def _by_instrument(levels: Levels) -> dict[str, list[int]]:
    parts: dict[str, list[int]] = {}
    for row, name in enumerate(levels.instrument):
        parts.setdefault(name, []).append(row)
    return parts


def _levels(
    instrument: str, answer: Levels | Absent, parts: dict[str, list[int]], promised: Mapping[str, float]
) -> Levels | Absent:
    """The levels of one instrument; where only others have any, and none is promised, nobody writes them for this one."""
    if isinstance(answer, Absent):
        return answer
    rows = parts.get(instrument, [])
    if parts and not rows and not promised:
        return Absent(f"the table of levels has some, but none of {instrument}")
    return Levels(
        answer.timestamp[rows],
        [answer.level_type[row] for row in rows],
        [instrument] * len(rows),
        promised,
    )


def cycles_of(cases: Sequence[Case], asked: Asked) -> Cycles:
    """The cycles of the whole run; a series whose calendar does not fit says nothing of when its market trades."""
    start = min(case.market.window.start for case in cases)
    end = max(min(case.market.window.end, case.market.as_of) for case in cases)
    known = [case.market.sessions for case in cases if case.trouble is None]
    names = tuple(case.market.series.instrument for case in cases)
    shown = partial(masked_text, secrets=asked.secrets)
    return Cycles(asked.settings.collector.cycle, Window(start, end), _any_of(known, start, end), names, shown)


def _counted(log: ErrorLog, cycles: Cycles) -> tuple[int, int] | None:
    """Cycles that were due, and those of them in which something failed."""
    if cycles.length is None:
        return None
    due, rows, at = cycles.placed(log.timestamp)
    said = [failed(log.severity[row]) for row in rows.tolist()]
    if said and all(one is None for one in said):
        return None
    hits = {place for place, one in zip(at.tolist(), said, strict=True) if one}
    return int(due.sum()), len(hits)


def _any_of(known: Sequence[Sessions], start: int, end: int) -> Sessions:
    """The stretches in which any of them is open, within those bounds."""
    pairs = {
        pair
        for one in {id(one): one for one in known}.values()
        for inside in [slice(np.searchsorted(one.closes, start, "right"), np.searchsorted(one.opens, end))]
        for pair in zip(one.opens[inside].tolist(), one.closes[inside].tolist(), strict=True)
    }
    opens: list[int] = []
    closes: list[int] = []
    for opened, closed in sorted(pairs):
        if closes and opened <= closes[-1]:
            closes[-1] = max(closes[-1], closed)
        else:
            opens.append(opened)
            closes.append(closed)
    bounds = np.clip(np.array([opens, closes], np.int64).reshape(2, -1), start, end)
    return Sessions(bounds[0], bounds[1], bounds[0], start, end)
