"""What lies behind the candles: holes by cause, distrusted stretches, closed hours, and when clocks are set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np

from dq.model import DAY, HOUR, MINUTE, NO_INSTANT, SEVERITIES, Finding, Market
from dq.reports.charts.colours import COLOURS, of_cause
from dq.reports.charts.tell import plain
from dq.reports.charts.times import Stamp, switches
from dq.reports.charts.view import WHOLE, View
from dq.reports.clocks import city
from dq.reports.coverage import HOLES
from dq.suites.words import length_text

MOST = 100  # shades of one kind in a chart, the strongest ones
Shape = dict[str, Any]
_Stretch = tuple[int, int, str, float]  # first and last place, colour, opacity


def shades(view: View, market: Market | None, findings: Sequence[Finding], stamp: Stamp) -> dict[str, list[Shape]]:
    """`shapes` and `annotations` of the layout."""
    half = view.candles.step / 2
    closed = [(a + half, b - half) for a, b in view.gaps.tolist()] if view.candles.step < DAY else []
    deep = [(a + half, b - half) for a, b in view.deep.tolist()]
    shapes = [_rectangle(stamp(a), stamp(b), "soft", 0.22, "closed") for a, b in closed if not _inside(a, b, deep)]
    for name, stretches in (("band", _bands(view, findings)), ("hole", _holes(view, findings))):
        strongest = sorted(stretches, key=lambda one: (-one[3], one[0] - one[1]))[:MOST]
        for first, last, colour, opacity in sorted(strongest):
            shapes.append(_rectangle(stamp(first - half), stamp(last + half), colour, opacity, name))
    lines, notes = _clocks(view, market, stamp)
    return {"shapes": [*shapes, *_beginning(view, market, stamp), *lines], "annotations": notes}


def _beginning(view: View, market: Market | None, stamp: Stamp) -> Iterator[Shape]:
    """A dotted line before the first bar of the window, where bars before it are shown: those were not judged."""
    if market is None or view.candles.joined or not len(view.candles):
        return
    judged = market.owns(view.candles.at)
    first = int(judged.argmax())
    if first and judged[first]:
        x = stamp(int(view.candles.at[first]) - view.candles.step / 2)
        yield _line(x, "window", "soft", "dot")


def _line(x: float, name: str, colour: str, dash: str) -> Shape:
    ends = {"type": "line", "name": name, "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
    return ends | {"line": {"color": COLOURS[colour], "width": 1.5, "dash": dash}}


def _rectangle(begin: float, end: float, colour: str, opacity: float, name: str) -> Shape:
    return {
        "type": "rect",
        "name": name,
        "x0": begin,
        "x1": end,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "layer": "below",
        "fillcolor": COLOURS[colour],
        "opacity": opacity,
        "line": {"width": 0},
    }


def _inside(begin: float, end: float, others: Iterable[tuple[float, float]]) -> bool:
    return any(a <= begin and end <= b for a, b in others)


def _bands(view: View, findings: Sequence[Finding]) -> Iterator[_Stretch]:
    """Behind the bars that findings speak of; a place has the colour of the worst of them."""
    told = [one for one in findings if one.check not in (*HOLES, *WHOLE) and one.start != NO_INSTANT]
    places = view.candles.place(np.array([[one.start, one.end] for one in told], np.int64).reshape(-1))
    worst: dict[tuple[int, int], str] = {}
    for one, (first, last) in zip(told, places.reshape(-1, 2).tolist(), strict=True):
        if last >= view.start and first <= view.end:
            key = max(first, view.start), min(last, view.end)
            worst[key] = max(worst.get(key, "info"), one.severity, key=SEVERITIES.index)
    narrow = 3 * view.candles.step  # a wide band is there to be looked through
    return ((*ends, severity, 0.18 if ends[1] - ends[0] < narrow else 0.08) for ends, severity in worst.items())


def _holes(view: View, findings: Sequence[Finding]) -> list[_Stretch]:
    """Behind missing bars, in the colour of the cause: fainter where a longer candle lacks but some of its bars.

    Neighbours that look the same are one.
    """
    lost: dict[tuple[int, int, str], int] = {}
    for hole in view.holes:
        first, last = view.candles.place(np.array([hole.start, hole.end])).tolist()
        if last >= view.start and first <= view.end:
            finding = findings[hole.at]
            key = max(first, view.start), min(last, view.end), _colour(finding)
            lost[key] = lost.get(key, 0) + hole.count
    each = max(view.candles.bars / max(len(view.candles), 1), 1) if view.candles.joined else 1
    found: list[_Stretch] = []
    for (first, last, colour), count in sorted(lost.items()):
        share = min(count / ((last - first) / view.candles.step + 1) / each, 1.0)
        one = first, last, colour, 0.12 + 0.08 * ceil(share * 3)
        before = found[-1] if found else None
        if before and before[2:] == one[2:] and first - before[1] <= view.candles.step:
            found[-1] = before[0], max(last, before[1]), *one[2:]
        else:
            found.append(one)
    return found


def _colour(finding: Finding) -> str:
    """That of the cause; where nobody knows it that of the severity, as the grey of closed hours would mean peace."""
    name = of_cause(finding.cause, finding.check)
    return finding.severity if name == "untold" else name


def _clocks(view: View, market: Market | None, stamp: Stamp) -> tuple[list[Shape], list[Shape]]:
    """A line where the market's clocks are set; in closed hours it stands before the next open."""
    lines: list[Shape] = []
    notes: list[Shape] = []
    zone = market.sessions.zone if market else "UTC"
    if view.candles.step > DAY or zone == "UTC":
        return lines, notes
    for at, by in switches(zone, view.start, view.end):
        x = stamp(_outside(view, at))
        lines.append(_line(x, "clocks", "shifted", "dash"))
        amount = "" if abs(by) == HOUR else f" by {length_text(abs(by) // MINUTE * MINUTE)}"
        text = f"clocks {'forward' if by > 0 else 'back'}{amount}, {plain(city(zone))}"
        notes.append({"x": x, "y": 1, "yref": "paper", "text": text, "showarrow": False, "yanchor": "top"})
        late = at > view.start + (view.end - view.start) * 0.7  # there is more room on its left
        notes[-1] |= {"xanchor": "right" if late else "left", "font": {"color": COLOURS["shifted"], "size": 11}}
    return lines, notes


def _outside(view: View, at: int) -> float:
    """That instant, or the nearest one before the end of a closed stretch that the axis still shows."""
    for before, after in view.gaps.tolist():
        if before < at < after:
            return float(after - 0.75 * view.candles.step)
    return float(at)
