"""From suspects to findings: a suite's entries give severities, and the check's template the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import numpy as np

from dq.checks import checks
from dq.examine import Answer, Question
from dq.model import CAUSES, SEVERITIES, Finding, Int, Market, Mask, Suspects, concatenated, has_cause
from dq.suites.expectation import Expectation, Suite
from dq.suites.wording import finding, remainder

Levels = Int
MOST = 1000  # findings of one check in one series; the rest is told as one


def questions(suite: Suite) -> tuple[Question, ...]:
    """What the suite asks of a series, each question once, in the suite's order."""
    return tuple(_entries(suite))


def judge(suite: Suite, answers: Iterable[Answer], market: Market | None) -> list[Finding]:
    """The findings of one series, check by check and by time; at most MOST of a check, the worst ones.

    Without a market they are those of a table, and of no series.

    Severity comes from the suite alone. Entries that name a suspect's cause decide alone; otherwise the highest
    severity that matches. A suspect that no entry matches is info.
    """
    by_check: dict[str, list[tuple[Suspects, Levels]]] = {}
    for answer in answers:
        judged = (answer.suspects, levels(answer.suspects, _entries(suite).get(answer.question, ())))
        by_check.setdefault(answer.question.check, []).append(judged)
    return [one for check, judged in by_check.items() for one in _findings(check, *_merged(judged), market)]


def judge_alone(
    entry: Expectation, answer: Answer, market: Market | None, left: Sequence[str] = ()
) -> tuple[list[Finding], dict[str, int]]:
    """The findings of one entry without its suite, all at its own severity; and how many suspects it leaves alone.

    Args:
        left: causes of which other entries speak; one that names causes itself speaks of those, and heeds no others.

    Returns:
        Findings, and cause to the number of suspects that match in all else and were left.
    """
    matching = _matches(entry, answer.suspects)
    others = has_cause(answer.suspects, left if entry.cause is None else ())
    told = answer.suspects.take(matching & ~others)
    level = np.full(len(told), SEVERITIES.index(entry.severity))
    numbers = np.bincount(answer.suspects["cause"][matching & others], minlength=len(CAUSES)).tolist()
    counts = {cause: number for cause, number in zip(CAUSES, numbers, strict=True) if number}
    return list(_findings(entry.check, told, level, market)), counts


def question_of(entry: Expectation) -> Question:
    """What an entry asks, whatever it then makes of the suspects."""
    return Question(entry.check, tuple(sorted(entry.parameters.items())))


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
    columns = [suspects[name] for name in ("start", "end", "cause")] + [_subjects(suspects)]
    worst_first = np.lexsort((-level, *columns[::-1]))
    keys = np.stack([column[worst_first].astype(np.int64) for column in columns])
    fresh = np.append(True, (np.diff(keys, axis=1) != 0).any(axis=0))[: len(worst_first)]
    return suspects.take(worst_first[fresh]), level[worst_first[fresh]]


def _subjects(suspects: Suspects) -> Int:
    """A number for what each suspect speaks of; 0 where that is bars."""
    if "about" not in suspects.given:
        return np.zeros(len(suspects), np.int64)
    numbers: dict[str, int] = {}
    names = (about.subject if about else "" for about in suspects["about"])
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _findings(check: str, suspects: Suspects, level: Levels, market: Market | None) -> Iterator[Finding]:
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


@cache
def _entries(suite: Suite) -> Mapping[Question, Sequence[Expectation]]:
    """The entries of each question, in the suite's order: asked for every series, found once."""
    entries: dict[Question, list[Expectation]] = {}
    for entry in suite.expectations:
        entries.setdefault(question_of(entry), []).append(entry)
    return entries
