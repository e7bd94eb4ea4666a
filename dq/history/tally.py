"""What reports over many runs need of each series of a run: a line of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dq.history.packing import packed, unpacked
from dq.model import MINUTE, Run, SeriesVerdict, duration_text


class Tally(NamedTuple):
    """One series in one run; a report over a week of a thousand series reads 168,000 of them.

    Attributes:
        name: `NQ=F 1m`, as people are told.
        owed: slots that the series owed for certain; 0 where none was, or nobody can say.
        missing: those of them that have no bar.
        findings: how many, of any severity.
    """

    name: str
    verdict: str
    owed: int = 0
    missing: int = 0
    findings: int = 0

    @property
    def completeness(self) -> float | None:
        """Share of what was owed that is there, 0 to 1; None where nothing was."""
        return (self.owed - self.missing) / self.owed if self.owed > 0 else None


def tally_blob(run: Run) -> bytes:
    """A line per series, packed column by column."""
    found = Counter(finding.series for finding in run.findings)
    return packed(list(zip(*(_tally(one, found[one.series]) for one in run.series), strict=True)))


def tallies(blob: bytes) -> tuple[Tally, ...]:
    """The lines again."""
    return tuple(map(Tally._make, zip(*unpacked(blob), strict=True)))


def older_tallies(summaries: Iterable[Mapping[str, Any]]) -> tuple[Tally, ...]:
    """The same of a run that dq recorded before version 3 of the file, from its summary of each series."""
    return tuple(
        Tally(
            f"{one['instrument']} {duration_text(one.get('interval') or MINUTE)}",
            one["verdict"],
            (one["expected_bars"] or 0) - (one["quiet_bars"] or 0) - (one["suspect_bars"] or 0),
            one["missing_bars"],
        )
        for one in summaries
    )


def _tally(one: SeriesVerdict, findings: int) -> Tally:
    owed = (one.expected_bars or 0) - (one.quiet_bars or 0) - (one.suspect_bars or 0)
    return Tally(one.series.name, one.verdict, owed, one.missing_bars, findings)
