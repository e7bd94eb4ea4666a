"""From suspects to findings: a suite's entries give severities, and the check's template the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dq.checks import checks
from dq.examine import Answer, Question
from dq.model import SEVERITIES, Finding, Int, Market, Mask, Suspects, concatenated, has_cause
from dq.suites.expectation import Expectation, Suite
from dq.suites.wording import finding, remainder

Levels = Int
MOST = 1000  # findings of one check in one series; the rest is told as one


def questions(suite: Suite) -> tuple[Question, ...]:
    """What the suite asks of a series, each question once, in the suite's order."""
    return tuple(dict.fromkeys(_question(entry) for entry in suite.expectations))


def judge(suite: Suite, answers: Iterable[Answer], market: Market) -> list[Finding]:
    """The findings of one series, check by check and by time; at most MOST of a check, the worst ones.

    Severity comes from the suite alone. Entries that name a suspect's cause decide alone; otherwise the highest
    severity that matches. A suspect that no entry matches is info.
    """
    by_check: dict[str, list[tuple[Suspects, Levels]]] = {}
    for answer in answers:
        entries = [entry for entry in suite.expectations if _question(entry) == answer.question]
        judged = (answer.suspects, levels(answer.suspects, entries))
        by_check.setdefault(answer.question.check, []).append(judged)
    return [one for check, judged in by_check.items() for one in _findings(check, *_merged(judged), market)]


def levels(suspects: Suspects, entries: Sequence[Expectation]) -> Levels:
    """The severity of each suspect, as an index into SEVERITIES."""
    naming = [entry for entry in entries if entry.cause is not None]
    named = has_cause(suspects, [name for entry in naming for name in entry.cause or ()])
    others = [entry for entry in entries if entry.cause is None]
    return np.where(named, _highest(suspects, naming), _highest(suspects, others))


def _highest(suspects: Suspects, entries: Sequence[Expectation]) -> Levels:
    level = np.zeros(len(suspects), np.int64)
    for entry in entries:
        level = np.where(_matches(entry, suspects), np.maximum(level, SEVERITIES.index(entry.severity)), level)
    return level


def _merged(judged: Sequence[tuple[Suspects, Levels]]) -> tuple[Suspects, Levels]:
    """Answers to one check under several parameters as one: a suspect found twice keeps its highest severity."""
    suspects = concatenated([found for found, _ in judged])
    level = np.concatenate([level for _, level in judged])
    if len(judged) == 1:
        return suspects, level
    worst_first = np.lexsort((-level, suspects["cause"], suspects["end"], suspects["start"]))
    keys = np.stack([suspects[name][worst_first].astype(np.int64) for name in ("start", "end", "cause")])
    fresh = np.append(True, (np.diff(keys, axis=1) != 0).any(axis=0))[: len(worst_first)]
    return suspects.take(worst_first[fresh]), level[worst_first[fresh]]


def _findings(check: str, suspects: Suspects, level: Levels, market: Market) -> Iterator[Finding]:
    """Findings by time; where there are more than MOST, the worst of them and one that counts the rest."""
    if len(suspects) == 0:
        return
    told = np.lexsort((-suspects["bars"], -level))[:MOST]
    for at in told[np.argsort(suspects["start"][told], kind="stable")].tolist():
        yield finding(checks()[check], suspects, at, SEVERITIES[level[at]], market)
    untold = np.ones(len(suspects), np.bool_)
    untold[told] = False
    for severity, name in enumerate(SEVERITIES):
        rest = untold & (level == severity)
        if rest.any():
            yield remainder(checks()[check], suspects.take(rest), name, market)


def _matches(entry: Expectation, suspects: Suspects) -> Mask:
    matches = np.ones(len(suspects), np.bool_)
    if entry.cause is not None:
        matches &= has_cause(suspects, entry.cause)
    if entry.longer_than is not None:
        matches &= suspects["length"] > entry.longer_than
    if entry.bars is not None:
        matches &= suspects["bars"] > entry.bars
    return matches


def _question(entry: Expectation) -> Question:
    return Question(entry.check, tuple(sorted(entry.parameters.items())))
