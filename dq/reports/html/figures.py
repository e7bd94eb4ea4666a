"""The drawings of a page: which findings are drawn, and the bars around each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dq.model import Finding, OrderedBars, Run
from dq.reports.html.drawing import Drawing, draw
from dq.reports.html.stretch import AROUND, drawable, stretch
from dq.reports.html.views import FindingRow, finding_row, worst_findings
from dq.reports.words import zone_of

DRAWN = 60  # drawings on one page
_MANY = 12  # beyond that many, each shows half as many bars, so that the page stays light

BarsBySeries = Mapping[tuple[str, int], OrderedBars]
_Spot = tuple[str, int, int, int]  # instrument, interval, start, end


@dataclass(frozen=True, slots=True)
class Figure:
    """The bars around one place, and the findings there, worst first."""

    findings: tuple[FindingRow, ...]
    drawing: Drawing
    said: tuple[str, ...]


def figures(run: Run, bars: BarsBySeries) -> tuple[list[Figure], int]:
    """The drawings, worst first, and how many more there would have been."""
    spots: dict[_Spot, list[int]] = defaultdict(list)
    by_series: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for at in worst_findings(run):
        finding = run.findings[at]
        if finding.series and drawable(finding):
            key = (finding.series.instrument, finding.series.interval)
            by_series[key].append(finding)
            if key in bars:
                spots[(*key, finding.start, finding.end)].append(at)
    chosen = _choice(run, spots)
    around = AROUND if len(chosen) <= _MANY else AROUND // 2
    drawn = [_figure(run, bars[spot[:2]], spots[spot], by_series[spot[:2]], around) for spot in chosen]
    return [one for one in drawn if one], len(spots) - len(chosen)


def _choice(run: Run, spots: Mapping[_Spot, Sequence[int]]) -> list[_Spot]:
    """The worst of them; among equals the first of each kind and series, so that one series does not fill the page."""
    met: dict[tuple[str, str, str, int], int] = defaultdict(int)
    rank = {}
    order = {spot: place for place, spot in enumerate(spots)}
    for spot, found in spots.items():
        worst = run.findings[found[0]]
        kind = (worst.severity, worst.check, *spot[:2])
        severity = ("critical", "warning", "info").index(worst.severity)
        rank[spot] = (severity, met[kind], order[spot])
        met[kind] += 1
    return sorted(sorted(spots, key=rank.__getitem__)[:DRAWN], key=order.__getitem__)


def _figure(run: Run, bars: OrderedBars, found: Sequence[int], others: Sequence[Finding], around: int) -> Figure | None:
    worst = run.findings[found[0]]
    shown = stretch(bars, worst, others, around)
    rows = tuple(finding_row(run, at) for at in found)
    label = f"Bars of {rows[0].series} around {rows[0].when}. {worst.message}"
    drawing = draw(bars, shown.places, label, zone_of(run, worst.series.instrument) if worst.series else "UTC")
    if drawing is None:
        return None
    return Figure(rows, drawing, (*shown.said, *drawing.said))
