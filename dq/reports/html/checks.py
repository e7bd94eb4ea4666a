"""Check pages: what each check looks for, from its docstring, and what it said in this run."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

from dq.checks import checks
from dq.model import Run
from dq.pages import HEADINGS, Page, page_of
from dq.reports.charts.tell import title
from dq.reports.html.findings import finding_rows, worst_first
from dq.reports.html.layout import rendered
from dq.reports.html.places import CHECKS, Places
from dq.suites.words import listed

SERIES, FINDINGS = 100, 100  # listed on the page of one check

Told = tuple[tuple[bool, str], ...]  # a text in pieces: whether each is code, and its words
Block = tuple[str, tuple[Told, ...]]  # a paragraph (p), or the points of a list (ul)


@dataclass(frozen=True)
class Answers:
    """What one check said in a run: names of series, and positions of findings."""

    failed: dict[str, int]
    passed: list[str]
    not_checked: dict[str, list[str]]
    findings: list[int]


def check_pages(run: Run, places: Places) -> dict[str, Callable[[], str]]:
    """Path -> what writes the page, of all checks, and of the page that lists them."""
    answers = _answers(run, places.checks)
    pages = {path: partial(_page, run, places, name, answers[name]) for name, path in places.checks.items()}
    return {**pages, CHECKS: partial(_all, run, places, answers)}


def _answers(run: Run, names: Iterable[str]) -> dict[str, Answers]:
    answers = {name: Answers({}, [], defaultdict(list), []) for name in names}
    for series in run.series:
        for one in series.checks:
            told = answers[one.check]
            if one.verdict == "fail":
                told.failed[series.series.name] = one.findings
            elif one.verdict == "pass":
                told.passed.append(series.series.name)
            else:
                told.not_checked[one.reason].append(series.series.name)
    for at, finding in enumerate(run.findings):
        answers[finding.check].findings.append(at)
    return answers


def _page(run: Run, places: Places, name: str, told: Answers) -> str:
    page = _described(name)
    shown = worst_first(run, told.findings)[:FINDINGS]
    return rendered(
        "check.html",
        "../",
        run=run,
        here="checks",
        name=name,
        title=title(name),
        page=page,
        parameters=[(one, _told(one.meaning)) for one in page.parameters] if page else [],
        summary=_told(page.summary) if page else (),
        pages=places.checks,
        sections=[(one, _blocks(page.sections[one])) for one in HEADINGS] if page else [],
        failed=[(one, places.series.get(one, ""), many) for one, many in _most(told.failed)],
        more_failed=max(len(told.failed) - SERIES, 0),
        passed=listed(told.passed, 12) if told.passed else "",
        not_checked=[(reason, listed(names, 12)) for reason, names in told.not_checked.items()],
        rows=finding_rows(run, places, shown),
        more=len(told.findings) - len(shown),
        total=len(told.findings),
    )


def _all(run: Run, places: Places, answers: dict[str, Answers]) -> str:
    rows = [(name, title(name), path, _told(_summary(name)), answers[name]) for name, path in places.checks.items()]
    severities = {name: Counter(run.findings[at].severity for at in told.findings) for name, told in answers.items()}
    return rendered("checks.html", "../", run=run, here="checks", rows=rows, severities=severities)


def _most(failed: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(failed.items(), key=lambda one: -one[1])[:SERIES]


def _summary(name: str) -> str:
    page = _described(name)
    return page.summary if page else "A check that this version of dq does not have."


@cache
def _described(name: str) -> Page | None:
    """The page of a check; None where the run was made by a dq that had other checks."""
    known = checks().get(name)
    return page_of(known) if known else None


def _blocks(text: str) -> list[Block]:
    """The paragraphs and lists of a section: `p` with its text, `ul` with its points."""
    blocks: list[Block] = []
    for part in re.split(r"\n\n|\n(?=- )", text):
        point, told = part.startswith("- "), _told(part.removeprefix("- "))
        if point and blocks and blocks[-1][0] == "ul":
            blocks[-1] = ("ul", (*blocks[-1][1], told))
        elif told:
            blocks.append(("ul" if point else "p", (told,)))
    return blocks


def _told(text: str) -> Told:
    """A text with what stands between backticks apart, as it is written in a docstring."""
    pieces = enumerate(" ".join(text.split()).split("`"))
    return tuple((place % 2 == 1, piece) for place, piece in pieces if piece)
