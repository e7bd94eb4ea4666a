"""From the bars of all series to verdicts and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dq.checks import checks
from dq.examine import Answer, Question, examine, examine_table
from dq.explain.causes import EXCUSED, explain_gaps
from dq.explain.gaps import Gaps
from dq.explain.shifts import with_owners
from dq.model import CheckVerdict, Finding, Int, Levels, Market, Suspects, concatenated, has_cause, no_suspects
from dq.run.cases import Case
from dq.sources import Absent
from dq.sources.doing import steps
from dq.suites.judging import judge, questions

SLOTS_LOST = ("missing_bar", "stale_series")  # checks whose suspects are slots without a bar, with a cause
SHIFT = "dst_shift"  # owns the holes, doubles and closed hours that displaced bars make
Stamps = Callable[[Sequence[int]], Iterable[Int]]  # positions of series -> their timestamps, 20 sessions back


@dataclass(frozen=True, eq=False)
class Examined:
    """What the checks said of one series, before a suite gives severities.

    Attributes:
        market: that of the case, which knows by now how many missing slots are excused.
        shifts: displaced spans that people are told of; what these explain is not told again.
    """

    case: Case
    market: Market
    answers: Sequence[Answer]
    shifts: Suspects

    def ask(self, question: Question) -> Answer:
        """The answer to a question, one of the suite's or any other; what is missing is among those of any suite."""
        said = next((answer for answer in self.answers if answer.question == question), None)
        if said is not None:
            return said
        (answer,) = _answers(replace(self.case, market=self.market), [question])
        return _owned(answer, self.shifts, self.market)


@dataclass(frozen=True, eq=False)
class Judged:
    """What was found of one series."""

    case: Case
    market: Market
    missing: Suspects
    findings: tuple[Finding, ...]
    checks: tuple[CheckVerdict, ...]

    def slots(self, causes: Sequence[str]) -> int:
        """Missing slots with one of those causes."""
        return _slots(self.missing, causes)


def judge_all(cases: Sequence[Case], stamps: Stamps, jobs: int = 1) -> list[Judged]:
    """Examine every series as `examine_all` does, and give severities."""
    return [_judged(one.case, one.market, one.answers) for one in examine_all(cases, stamps, jobs)]


def examine_all(cases: Sequence[Case], stamps: Stamps, jobs: int = 1) -> list[Examined]:
    """Examine every series, and explain what is missing across all of them.

    Args:
        stamps: asked for the series that miss slots alone, to learn what is usual there.
        jobs: threads that examine series; NumPy lets go of the interpreter while it computes.
    """
    answers = []
    for answer in _in_parallel(cases, jobs) if jobs > 1 else map(_examined, cases):
        answers.append(answer)
        steps(len(answers), len(cases))
    shifts = [_shifts(case, found) for case, found in zip(cases, answers, strict=True)]
    answers, markets = _explained(cases, answers, shifts, stamps)
    return [
        Examined(case, market, [*found, *_examined(replace(case, market=market), explained=True)], told)
        for case, market, found, told in zip(cases, markets, answers, shifts, strict=True)
    ]


def _in_parallel(cases: Sequence[Case], jobs: int) -> Iterator[list[Answer]]:
    from concurrent.futures import ThreadPoolExecutor  # 10 ms that a single thread need not spend

    threads = ThreadPoolExecutor(jobs)
    try:
        yield from threads.map(_examined, cases)
    finally:  # who interrupts a run waits for the series that are being examined, and for no other
        threads.shutdown(cancel_futures=True)


def _examined(case: Case, *, explained: bool = False) -> list[Answer]:
    """The answers of one series to the questions that need causes, or to those that do not."""
    return _answers(case, [question for question in _asked(case) if checks()[question.check].explained is explained])


def _answers(case: Case, asked: Sequence[Question]) -> list[Answer]:
    answerable = [question for question in asked if question.check not in case.unanswerable]
    of_bars = [question for question in answerable if checks()[question.check].of_bars]
    answers = {answer.question: answer for answer in examine(case.bars, case.market, of_bars)}
    if len(of_bars) < len(answerable) and isinstance(case.levels, Levels):
        of_levels = [question for question in answerable if question not in answers]
        answers |= {answer.question: answer for answer in examine_table(case.levels, case.market, of_levels)}
    return [answers.get(question) or _unanswered(question, case) for question in asked]


def _asked(case: Case) -> list[Question]:
    """What the suite asks; and what is missing, of which other checks speak even where the suite does not."""
    of_series = [question for question in questions(case.suite) if not checks()[question.check].of_collector]
    return list(dict.fromkeys([*of_series, *map(Question, SLOTS_LOST)]))


def _unanswered(question: Question, case: Case) -> Answer:
    """The reason why it cannot be asked here: of bars the series says it, of levels else their table."""
    reason = case.unanswerable.get(question.check)
    absent = case.levels.reason if isinstance(case.levels, Absent) else None
    return Answer(question, no_suspects(), reason or absent)


def _explained(
    cases: Sequence[Case], answers: list[list[Answer]], shifts: Sequence[Suspects], stamps: Stamps
) -> tuple[list[list[Answer]], list[Market]]:
    """The same answers with the causes of missing slots, and markets that know how many of them are excused."""
    missing = [at for at, found in enumerate(answers) if any(map(_is_gap, found))]
    seen = dict(zip(missing, stamps(missing), strict=True))
    where = [(at, position) for at in missing for position, answer in enumerate(answers[at]) if _is_gap(answer)]
    gaps = [_gaps(cases[at], answers[at][position], seen[at], shifts[at]) for at, position in where]
    with_causes = [
        [_owned(answer, told, case.market) for answer in found]
        for case, found, told in zip(cases, answers, shifts, strict=True)
    ]
    whole = [(one.market.series.calendar, one.bars.timestamp) for at, one in enumerate(cases) if at not in seen]
    for (at, position), explained in zip(where, explain_gaps(gaps, whole), strict=True):
        with_causes[at][position] = replace(answers[at][position], suspects=explained)
    return with_causes, [_accounted(case.market, found) for case, found in zip(cases, with_causes, strict=True)]


def _gaps(case: Case, answer: Answer, seen: Int, shifts: Suspects) -> Gaps:
    return Gaps(case.market, answer.suspects, seen, case.bars.ordered, answer.question.check, shifts)


def _shifts(case: Case, answers: Iterable[Answer]) -> Suspects:
    """The displaced spans that people are told of: what they explain is not told again."""
    told = questions(case.suite)
    found = [one.suspects for one in answers if one.question.check == SHIFT and one.question in told]
    return found[0] if found else no_suspects()


def _owned(answer: Answer, shifts: Suspects, market: Market) -> Answer:
    return replace(answer, suspects=with_owners(answer.question.check, answer.suspects, shifts, market))


def _is_gap(answer: Answer) -> bool:
    return answer.question.check in SLOTS_LOST and len(answer.suspects) > 0


def _accounted(market: Market, answers: Iterable[Answer]) -> Market:
    missing = [_in_window(answer.suspects, market) for answer in answers if _is_gap(answer)]
    excused = sum(_slots(found, EXCUSED) for found in missing)
    return replace(market, missing_slots=sum(int(found["count"].sum()) for found in missing), excused_slots=excused)


def _in_window(found: Suspects, market: Market) -> Suspects:
    """The same, counting slots of the window alone: a stale series tells its whole age."""
    return found.with_column("count", np.minimum(found["count"], market.last_slot - market.first_slot))


def _slots(found: Suspects, causes: Sequence[str]) -> int:
    return int(found["count"][has_cause(found, causes)].sum())


def _judged(case: Case, market: Market, answers: Sequence[Answer]) -> Judged:
    asked = questions(case.suite)
    told = [answer for answer in answers if answer.question in asked]
    findings = judge(case.suite, told, market)
    missing = concatenated([_in_window(answer.suspects, market) for answer in answers if _is_gap(answer)])
    return Judged(case, market, missing, tuple(findings), check_verdicts(told, findings))


def check_verdicts(answers: Sequence[Answer], findings: Sequence[Finding]) -> tuple[CheckVerdict, ...]:
    """What each check said: it found something, or nothing, or could not answer any of its questions."""
    verdicts = []
    for check in dict.fromkeys(answer.question.check for answer in answers):
        reasons = [answer.reason for answer in answers if answer.question.check == check]
        count = sum(finding.check == check for finding in findings)
        verdict = "fail" if count else "not_checked" if all(reasons) else "pass"
        verdicts.append(CheckVerdict(check, verdict, next(filter(None, reasons), "") if not count else "", count))
    return tuple(verdicts)
