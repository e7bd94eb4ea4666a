"""What reports over many runs need of each series of a run: a line of figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dq.history.packing import packed, unpacked
from dq.model import MINUTE, SECOND, Finding, Run, Series, SeriesVerdict, duration_text

STALE = "stale_series"
Lines = tuple[Sequence[Any], ...]  # the fields of several tallies, a column each


class Tally(NamedTuple):
    """One series in one run.

    Attributes:
        name: `NQ=F 1m`, as people are told.
        owed: slots that the series owed for certain; 0 where none was, or nobody can say.
        missing: those of them that have no bar.
        findings: how many, of any severity.
        quality: its score, 0 to 100; None where the run could not tell, or an older dq recorded it.
        age: seconds of market time by which it was stale, 0 where the run told of nothing; None where it did not ask,
            could not tell, or an older dq recorded it.
    """

    name: str
    verdict: str
    owed: int = 0
    missing: int = 0
    findings: int = 0
    quality: float | None = None
    age: float | None = None

    @property
    def completeness(self) -> float | None:
        """Share of what was owed that is there, 0 to 1; None where nothing was."""
        return (self.owed - self.missing) / self.owed if self.owed > 0 else None


def tally_blob(run: Run) -> bytes:
    """A line per series, packed column by column."""
    from dq.explain.quality import series_scores  # it looks at the checks, which those who only read need not

    found: dict[Series | None, list[Finding]] = {}
    for finding in run.findings:
        found.setdefault(finding.series, []).append(finding)
    lines = [
        _tally(one, found.get(one.series, ()), score) for one, score in zip(run.series, series_scores(run), strict=True)
    ]
    return packed(list(zip(*lines, strict=True)))


def lines_of(blob: bytes) -> Lines:
    """The lines again, column by column; what an older dq did not write is not known."""
    columns = unpacked(blob)
    many = len(columns[0]) if columns else 0
    return (*columns, *([None] * many for _ in Tally._fields[len(columns) :]))


def as_tallies(lines: Lines) -> tuple[Tally, ...]:
    """The lines one by one."""
    return tuple(map(Tally._make, zip(*lines, strict=True)))


def older_lines(summaries: Iterable[Mapping[str, Any]]) -> Lines:
    """The same of a run that dq recorded before version 3 of the file, from its summary of each series."""
    told = [
        Tally(
            f"{one['instrument']} {duration_text(one.get('interval') or MINUTE)}",
            one["verdict"],
            (one["expected_bars"] or 0) - (one["quiet_bars"] or 0) - (one["suspect_bars"] or 0),
            one["missing_bars"],
        )
        for one in summaries
    ]
    return tuple(zip(*told, strict=True)) or ((),) * len(Tally._fields)


def _tally(one: SeriesVerdict, found: Sequence[Finding], score: float | None) -> Tally:
    owed = (one.expected_bars or 0) - (one.quiet_bars or 0) - (one.suspect_bars or 0)
    quality = None if score is None else round(score, 2)
    return Tally(one.series.name, one.verdict, owed, one.missing_bars, len(found), quality, _age(one, found))


def _age(one: SeriesVerdict, found: Iterable[Finding]) -> float | None:
    """A market that is quiet or halted owes nothing, so its series is not stale."""
    from dq.explain.causes import EXCUSED

    asked = any(check.check == STALE and check.verdict != "not_checked" for check in one.checks)
    if not asked or one.verdict == "unknown":
        return None
    slots = [each.count for each in found if each.check == STALE and each.cause not in EXCUSED]
    return max(slots, default=0) * one.series.interval / SECOND
