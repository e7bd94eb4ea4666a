"""A frame examined once under every check: whoever brings an entry of a suite later finds its answer here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dq.checks import checks
from dq.examine import Answer, Question
from dq.model import DqError, Finding, RunError
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.fetch import as_error
from dq.run.judge import Examined, examine_all
from dq.run.opened import Opened, open_cases
from dq.run.refusals import refuse_wrong_questions
from dq.run.unnamed import CHECK as UNNAMED
from dq.run.unnamed import unnamed_findings
from dq.sources import Source
from dq.suites import Expectation, Suite
from dq.suites.judging import judge_alone, question_of

REFERENCE = "reference_mismatch"  # the check that alone needs the second source


@dataclass(frozen=True)
class Found:
    """What one entry finds.

    Attributes:
        left: cause to the number of suspects that the entry leaves to entries of that cause.
        unanswered: series to the reason why the check cannot be asked of it; "" stands for all of them.
        errors: why something could not be told.
        looked_at: bars, or slots where the check distrusts slots.
        series: how many there are.
    """

    findings: tuple[Finding, ...]
    left: Mapping[str, int]
    unanswered: Mapping[str, str]
    errors: tuple[RunError, ...]
    looked_at: int
    series: int


@dataclass(frozen=True, eq=False)
class Examination:
    """Every series of a frame as all checks see it, before any suite."""

    series: Sequence[Examined] = ()
    opened: Opened | None = None
    unnamed: Sequence[Finding] = ()
    errors: Sequence[RunError] = ()
    answered: dict[Question, Sequence[Answer]] = field(default_factory=dict)

    def found(self, entry: Expectation, left: Sequence[str] = ()) -> Found:
        """What one entry finds, at its own severity and without regard to any other.

        Args:
            left: causes of which other entries speak, if this one names none.
        """
        findings = [replace(one, severity=entry.severity) for one in self.unnamed if _is_unnamed(entry)]
        untouched: dict[str, int] = {}
        answers = self._answers(question_of(entry))
        for one, answer in zip(self.series, answers, strict=True):
            told, others = judge_alone(entry, answer, one.market, left)
            findings += told
            for cause, number in others.items():
                untouched[cause] = untouched.get(cause, 0) + number
        slots = checks()[entry.check].slots
        looked_at = self._slots if slots else self._bars
        unanswered = self._unanswered(entry, answers)
        return Found(tuple(findings), untouched, unanswered, self._errors(entry), looked_at, len(self.series))

    def _answers(self, question: Question) -> Sequence[Answer]:
        """Of every series; asked once, also where its parameters are no check's own."""
        if question not in self.answered:
            self.answered[question] = [one.ask(question) for one in self.series]
        return self.answered[question]

    @cached_property
    def _bars(self) -> int:
        return sum(int(one.market.owns(one.case.bars.timestamp).sum()) for one in self.series)

    @cached_property
    def _slots(self) -> int:
        return sum(one.market.last_slot - one.market.first_slot for one in self.series)

    def _unanswered(self, entry: Expectation, answers: Sequence[Answer]) -> dict[str, str]:
        verdicts = self.opened.logged.verdicts if self.opened is not None else ()
        logged = [one.reason for one in verdicts if one.check == entry.check and one.verdict == "not_checked"]
        if logged:
            return {"": logged[0]}
        asked = zip(self.series, answers, strict=True)
        return {one.market.series.name: said.reason for one, said in asked if said.reason and not _troubled(one, entry)}

    def _errors(self, entry: Expectation) -> tuple[RunError, ...]:
        """Those that kept this entry from looking: a calendar that does not fit keeps only some checks from it."""
        spared = [one.case.trouble for one in self.series if not _troubled(one, entry)]
        spared += self.opened.uncompared if self.opened is not None and entry.check != REFERENCE else []
        return tuple(one for one in self.errors if not any(one is other for other in spared))


def examination(asked: Asked) -> Examination:
    """Every series that the question is about, examined under every check.

    What is wrong with the bars, the settings or the source stands in the errors.
    """
    try:
        refuse_wrong_questions(asked)
        return attempted(asked, lambda source: _examined(source, asked))
    except DqError as wrong:
        return Examination(errors=[as_error(wrong)])


def _examined(source: Source, asked: Asked) -> Examination:
    opened = open_cases(source, asked, every_check())
    series = examine_all(opened.cases, opened.profiles.stamps, asked.jobs)
    errors = opened.errors(allow_empty=asked.allow_empty)
    return Examination(series, opened, unnamed_findings(source, asked), errors)


def every_check() -> Suite:
    """A suite that asks every check once, as it is unless somebody says otherwise."""
    entries = (Expectation(name, "warning", {}, None, None, None, {}) for name in checks())
    return Suite("every check", "", tuple(entries))


def _is_unnamed(entry: Expectation) -> bool:
    return entry.check == UNNAMED and entry.cause is None


def _troubled(one: Examined, entry: Expectation) -> bool:
    return one.case.trouble is not None and entry.check in one.case.unanswerable
