"""What an expectation asks, and what it found, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from dq.checks import checks
from dq.model import CAUSES
from dq.pages import page_of
from dq.run.examination import Found
from dq.suites.words import counted, listed

_CLAUSES = {
    "longer_than": "Those longer than $longer_than.",
    "bars": "Those of more bars than $bars.",
    "cause": "Those of cause $cause.",
    "leave": "Not those of cause $leave.",
}

_ELSEWHERE = {"dst": ", of which ExpectNoDstShift tells"}  # left alone, though no harmless cause

_FLAGS = [
    (re.compile(pattern), kwarg)
    for pattern, kwarg in (
        (
            r'(?:--\S+ [^\s,]+, or )?(\w+ = [^\s,]+)((?: and \w+ = \w+)?) under \[series\."[^\]]*"\] in dq\.toml',
            r"\1\2",
        ),
        (r"--allow-empty\b", "allow_empty=True"),
        (r"--from\b", "begin"),
        (r"--to\b", "end"),
        (r"--instrument\b", "instruments"),
        (r"--(\w+)\b", r"\1"),
    )
]


def rule_template(check: str, said: Mapping[str, Any], severity: str) -> tuple[str, dict[str, str]]:
    """What is asked, as a template and what fills it.

    Args:
        said: the kwargs that are not the defaults.
    """
    names = [name for name in said if name in checks()[check].parameters]
    clauses = [clause for name, clause in _CLAUSES.items() if name in said]
    clauses += [f"With {name} $own_{name}." for name in names]
    params = {
        "severity": severity,
        "check": f"No {check.replace('_', ' ')}",
        "what": _summary(check),
        **{name: _shown(said[name]) for name in _CLAUSES if name in said},
        **{f"own_{name}": _shown(said[name]) for name in names},
    }
    settings = {name: value for name, value in said.items() if name not in {*names, *_CLAUSES, "batch_id"}}
    if settings:
        clauses.append("Settings: $settings.")
        params["settings"] = ", ".join(f"{name} {_shown(value)}" for name, value in settings.items())
    return " ".join(["$severity $check. $what", *clauses]), params


@cache
def _summary(check: str) -> str:
    return page_of(checks()[check]).summary


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        if list(value) == ["$PARAMETER"]:
            return f"parameter {value['$PARAMETER']}"
        return ", ".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return listed([str(one) for one in value], most=len(CAUSES))
    return f"{value:g}" if isinstance(value, float) else str(value)


def observed_words(check: str, found: Found) -> str:
    """What was found, in a few words."""
    if found.unanswered and ("" in found.unanswered or len(found.unanswered) == found.series):
        return f"not checked: {as_kwargs(next(iter(found.unanswered.values())))}"
    words = [f"could not tell: {named(one.series, one.message)}" for one in found.errors[:1]]
    if found.findings or not found.errors:
        words.append(_counts(check, found))
    if found.left:
        left = ", ".join(f"{cause} {number:,}{_ELSEWHERE.get(cause, '')}" for cause, number in found.left.items())
        words.append(f"{sum(found.left.values()):,} left alone ({left})")
    if found.unanswered:
        told = named(*next(iter(found.unanswered.items())))
        words.append(f"not checked in {counted(len(found.unanswered), 'series')}: {told}")
    return "; ".join(words)


def named(series: str | None, sentence: str) -> str:
    """The sentence, with the series that it concerns where it concerns one."""
    return as_kwargs(f"{series}: {sentence}" if series else sentence)


def as_kwargs(sentence: str) -> str:
    """The sentence with kwargs in the place of flags of the command, and without dq.toml, which does not hold here."""
    for pattern, kwarg in _FLAGS:
        sentence = pattern.sub(kwarg, sentence)
    return sentence


def _counts(check: str, found: Found) -> str:
    if not found.findings:
        return "no findings"
    kind = checks()[check]
    number = sum(one.count for one in found.findings)
    concerned = f"{counted(number, 'bar')}{' missing' if kind.slots else ''}" if kind.of_bars else f"{number:,} in all"
    return f"{counted(len(found.findings), 'finding')}, {concerned}"
