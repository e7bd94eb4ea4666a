"""Run: what was asked, what was read and what was found, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dq.model.findings import SEVERITIES, Finding, Incident
from dq.model.series import Series, Window


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """What one check said of one series: pass, fail (it found something), or not_checked with the reason."""

    check: str
    verdict: str
    reason: str = ""
    findings: int = 0


@dataclass(frozen=True, slots=True)
class SeriesVerdict:
    """One series in one run.

    Attributes:
        bars: rows that were judged: those that fell due in the window, and those of it that are not due yet.
        expected_bars: slots that fell due in the window; None where no calendar could say.
        quiet_bars: expected slots without a trade, rightly empty.
        suspect_bars: expected slots that the calendar may be wrong about, or that a dated halt explains.
        first, last: microseconds UTC of the first and last bar judged, or None.
        verdict: pass, fail or unknown.
        assumed: what nobody said and dq took for granted, such as "calendar XNYS".
        notes: what people should know besides, such as "closed since …".
    """

    series: Series
    bars: int
    expected_bars: int | None
    missing_bars: int
    quiet_bars: int | None
    suspect_bars: int | None
    first: int | None
    last: int | None
    verdict: str
    checks: tuple[CheckVerdict, ...]
    zone: str = "UTC"
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def completeness(self) -> float | None:
        """Share of the slots owed for certain that have a bar, 0 to 1; None where none was owed."""
        return completeness([self])


@dataclass(frozen=True, slots=True)
class RunError:
    """Why dq could not tell: one entry of `errors[]`.

    Attributes:
        unreached: the source did not answer, or may answer in a moment: `dq watch` counts such runs.
    """

    kind: str
    message: str
    hint: str = ""
    series: str | None = None
    unreached: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `dq validate`, whole.

    Attributes:
        cycles: how many cycles of the collector were due, and how many of them failed, by its error log; None where no
            suite asked, or nobody can say.
        cadence: the name of the `[[watch]]` that asked; "" where none with a name did.
    """

    id: str
    as_of: int
    window: Window
    source: str
    suite: str
    verdict: str
    exit_code: int
    dq_version: str
    seconds: float
    series: tuple[SeriesVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    incidents: tuple[Incident, ...] = ()
    errors: tuple[RunError, ...] = ()
    notes: tuple[str, ...] = ()
    cycles: tuple[int, int] | None = None
    recorded: bool = True
    cadence: str = ""

    @property
    def blind(self) -> bool:
        """Whether it could not look at any series at all."""
        return bool(self.errors) and not self.series

    @property
    def bars(self) -> int:
        return sum(series.bars for series in self.series)

    @property
    def expected_bars(self) -> int | None:
        """Slots that fell due, over all series whose calendar is known."""
        known = [series.expected_bars for series in self.series if series.expected_bars is not None]
        return sum(known) if known else None

    @property
    def completeness(self) -> float | None:
        return completeness(self.series)

    def count(self, severity: str) -> int:
        """Findings of that severity."""
        return sum(finding.severity == severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class PastRun:
    """An earlier run of the same source, as reports over time show it.

    Attributes:
        findings: how many of each severity.
        series: name of each series (`Series.name`) to its verdict and completeness (0 to 1, or None).
    """

    id: str
    as_of: int
    window: Window
    verdict: str
    exit_code: int
    seconds: float
    bars: int
    completeness: float | None
    findings: Mapping[str, int]
    series: Mapping[str, tuple[str, float | None]] = field(default_factory=dict)


def completeness(series: Iterable[SeriesVerdict]) -> float | None:
    """Present ÷ owed, where slots that are quiet, halted or under a suspect calendar are not owed."""
    judged = [one for one in series if one.expected_bars is not None]
    owed = sum((one.expected_bars or 0) - (one.quiet_bars or 0) - (one.suspect_bars or 0) for one in judged)
    if owed <= 0:
        return None
    return (owed - sum(one.missing_bars for one in judged)) / owed


def worst(severities: Iterable[str]) -> str:
    """The highest of those severities; info where there is none."""
    return max(severities, key=SEVERITIES.index, default="info")
