"""A run as results: one for each series, and one for whatever belongs to none of the series that were judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dq.model import CheckVerdict, Finding, Run, RunError, Series, SeriesVerdict, worst

WHOLE = "The run as a whole"  # what a result is called that belongs to no series
LOUD = ("warning", "critical")  # what a series fails for


@dataclass(frozen=True)
class Result:
    """What one run says of one series, or of what belongs to none: the content of one page.

    Attributes:
        judged: None where the series could not be judged at all, and where no series is meant.
        checks: what was asked, whether answered or not.
        findings: those of this series alone.
        errors: why something could not be told.
    """

    run: Run
    asset: str
    suite: str
    verdict: str
    judged: SeriesVerdict | None
    checks: tuple[CheckVerdict, ...]
    findings: tuple[Finding, ...]
    errors: tuple[RunError, ...]

    @cached_property
    def found(self) -> dict[str, tuple[Finding, ...]]:
        """The findings of each check, the worst first, then by time."""
        by_check: dict[str, list[Finding]] = {}
        for one in sorted(self.findings, key=lambda one: (-_rank(one.severity), one.start)):
            by_check.setdefault(one.check, []).append(one)
        return {check: tuple(found) for check, found in by_check.items()}

    def severity(self, check: str) -> str:
        """The highest severity that this check's findings have; info where it found nothing."""
        return worst(one.severity for one in self.found.get(check, ()))


def results(run: Run) -> Iterator[Result]:
    """Every result of a run, series by series in the run's order; at least one."""
    found: dict[str, list[Finding]] = {}
    for one in run.findings:
        found.setdefault(one.series.name if one.series else WHOLE, []).append(one)
    for judged in run.series:
        yield _of_series(run, judged, tuple(found.get(judged.series.name, ())))
    judged_ones = {one.series.instrument for one in run.series}
    unjudged: dict[str, list[RunError]] = {}
    for error in run.errors:
        if error.series not in judged_ones:
            unjudged.setdefault(error.series or WHOLE, []).append(error)
    if not (run.series or unjudged) or WHOLE in found:
        unjudged.setdefault(WHOLE, [])
    for name, errors in unjudged.items():
        yield _of_none(run, name, tuple(found.get(name, ())), tuple(errors))


def _of_none(run: Run, name: str, findings: tuple[Finding, ...], errors: tuple[RunError, ...]) -> Result:
    verdict = "unknown" if errors else "fail" if _loud(findings) else "pass" if findings else run.verdict
    return Result(run, name, run.suite, verdict, None, _asked(findings), findings, errors)


def _of_series(run: Run, judged: SeriesVerdict, findings: tuple[Finding, ...]) -> Result:
    series = judged.series
    errors = tuple(one for one in run.errors if one.series == series.instrument)
    unnamed = _asked([one for one in findings if one.check not in {each.check for each in judged.checks}])
    checks = (*judged.checks, *unnamed)
    return Result(run, series.name, _suite_of(run, series), judged.verdict, judged, checks, findings, errors)


def _suite_of(run: Run, series: Series) -> str:
    """The suite that judged a series: a run over days and minutes names both of dq's own."""
    names = run.suite.split(", ")
    ours = "ohlc_1d" if series.daily else "ohlc_1m"
    return ours if ours in names else run.suite


def _asked(findings: tuple[Finding, ...] | list[Finding]) -> tuple[CheckVerdict, ...]:
    counts: dict[str, int] = {}
    for one in findings:
        counts[one.check] = counts.get(one.check, 0) + 1
    return tuple(CheckVerdict(check, "fail", findings=count) for check, count in counts.items())


def _loud(findings: tuple[Finding, ...]) -> bool:
    return any(one.severity in LOUD for one in findings)


def _rank(severity: str) -> int:
    return ("info", *LOUD).index(severity)
