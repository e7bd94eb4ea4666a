"""The charts of one series on its page: the whole of it, and the bars around its findings where that is not enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.model import DAY, NO_INSTANT, Finding, Market, OrderedBars
from dq.reports.charts.candles import figure
from dq.reports.charts.times import offsets
from dq.reports.charts.view import WHOLE
from dq.reports.clocks import FAR, city
from dq.reports.html.layout import script_json, script_list

if TYPE_CHECKING:
    from markupsafe import Markup

TALL = 440  # pixels
AROUND = 40  # bars before and after a finding
LONG = 120  # bars of a stretch that are drawn one by one: of a longer one the first
PAGE = 275_000  # characters that a page may have, roughly
ROW = 800  # characters of one row of its table
FRAME = 20_000  # … and of what stands around table and figures
LEAST, MOST = 30_000, 110_000  # characters of the figures around findings


@dataclass(frozen=True, eq=False)
class Charts:
    """What the script of the page draws.

    Attributes:
        layout: that of the figure of the whole window.
        whole: that figure as JSON.
        figures: those of the bars around findings, as a list in JSON.
        shown: of each listed finding: position in the run, first and last stamp (ms UTC), and the place of its figure
            among `figures`, or -1 where the whole shows as much.
    """

    layout: dict[str, Any]
    whole: Markup
    figures: Markup
    shown: list[tuple[int, int, int, int]]

    @property
    def closed(self) -> bool:
        """Whether any figure shows time in which nothing was due."""
        return any('"name":"closed"' in text for text in (self.whole, self.figures))


def charts_of(
    bars: OrderedBars,
    market: Market | None,
    findings: Sequence[Finding],
    given: Sequence[int],
    listed: Sequence[int],
    zone: str,
) -> Charts:
    """The figures of one series.

    Args:
        findings: all those of the series.
        given: their positions in the run.
        listed: places among `findings` of those in the table, worst first.
    """
    whole = _numbered(_finished(figure(bars, market, findings), zone), given)
    text = script_json(whole)
    room = min(max(PAGE - FRAME - ROW * len(listed) - len(text), LEAST), MOST)
    starts, ends = (np.array([getattr(one, name) for one in findings], np.int64) for name in ("start", "end"))
    figures: list[Markup] = []
    places: dict[int, int] = {}
    for at in listed:
        if room > 0 and at not in places and placed(findings[at]) and not _has(whole, findings[at]):
            near = _near(bars, around := _around(bars, findings[at]), starts, ends)
            made = _close(bars, market, [findings[spot] for spot in near], around, zone)
            places |= {spot: len(figures) for spot in near if spot not in places and _covers(made, findings[spot])}
            places[at] = len(figures)
            figures.append(script_json(_numbered(made, [given[spot] for spot in near])))
            room -= len(figures[-1])
    shown = [(given[at], *_milliseconds(findings[at]), places.get(at, -1)) for at in listed if placed(findings[at])]
    return Charts(whole["layout"], text, script_list(figures), shown)


def chart_around(
    bars: OrderedBars, market: Market | None, findings: Sequence[Finding], finding: Finding, zone: str
) -> dict[str, Any]:
    """The figure of the bars around one finding, which has a place among bars; others of its series are marked too."""
    around = _around(bars, finding)
    starts, ends = (np.array([getattr(one, name) for one in findings], np.int64) for name in ("start", "end"))
    near = [findings[at] for at in _near(bars, around, starts, ends)]
    return _finished(figure(bars, market, near, around=around, margin=AROUND), zone)


def _close(
    bars: OrderedBars, market: Market | None, near: Sequence[Finding], around: tuple[int, int], zone: str
) -> dict[str, Any]:
    """The figure of a stretch beside the whole, whose colours it has."""
    made = _finished(figure(bars, market, near, around=around, margin=AROUND), zone)
    del made["layout"]["meta"]["colours"]
    return made


def _around(bars: OrderedBars, finding: Finding) -> tuple[int, int]:
    """The stretch of a finding, or the beginning of a long one."""
    last = min(int(np.searchsorted(bars.timestamp, finding.start)) + LONG, len(bars) - 1)
    return finding.start, max(finding.start, min(finding.end, int(bars.timestamp[last])))


def placed(finding: Finding) -> bool:
    """Whether a finding has a place among bars."""
    return finding.check not in WHOLE and finding.start != NO_INSTANT and -FAR < finding.start <= finding.end < FAR


def _milliseconds(finding: Finding) -> tuple[int, int]:
    return finding.start // 1000, finding.end // 1000


def _has(whole: dict[str, Any], finding: Finding) -> bool:
    """Whether the whole shows that finding's own bars."""
    return not whole["layout"]["meta"]["joined"] and _covers(whole, finding)


def _covers(made: dict[str, Any], finding: Finding) -> bool:
    begin, end = made["layout"]["xaxis"]["range"]
    first, last = _milliseconds(finding)
    return bool(begin <= first and last <= end)


def _near(bars: OrderedBars, around: tuple[int, int], starts: Any, ends: Any) -> list[int]:
    """Places of the findings that could be seen in a figure around that stretch, in their order."""
    first, stop = np.searchsorted(bars.timestamp, [around[0], around[1] + 1]).tolist()
    edges = bars.timestamp[max(first - AROUND, 0) : stop + AROUND]
    begin, end = min([around[0], *edges[:1].tolist()]), max([around[1], *edges[-1:].tolist()])
    return np.flatnonzero((starts <= end) & (ends >= begin)).tolist()


def _numbered(made: dict[str, Any], positions: Sequence[int]) -> dict[str, Any]:
    """The figure with signs that name findings by their positions in the run, which are those of its findings."""
    for trace in made["data"]:
        if trace["type"] == "scatter" and "customdata" in trace:
            trace["customdata"] = [[positions[at] for at in some] for some in trace["customdata"]]
    return made


def _finished(made: dict[str, Any], zone: str) -> dict[str, Any]:
    """The figure as a page wants it: without a title, which the page has, and with the market's clock."""
    layout = made["layout"]
    del layout["title"]
    layout["height"] = TALL
    layout["margin"] |= {"t": 30, "b": 52}
    layout["legend"] |= {"y": 1.01, "yanchor": "bottom"}  # where the title would be
    begin, end = (int(one * 1000) for one in layout["xaxis"]["range"])
    if layout["meta"]["step"] * 1000 < DAY and zone != "UTC":
        layout["meta"] |= {"offsets": offsets(zone, begin, end), "place": city(zone)}
    return made
