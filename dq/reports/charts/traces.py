"""The traces of a chart that show prices and volumes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dq.model import PRICES, SEVERITIES, Float, Market, Mask
from dq.reports.charts.colours import COLOURS
from dq.reports.charts.condense import Candles
from dq.reports.charts.times import Stamp
from dq.reports.charts.view import View

Trace = dict[str, Any]
_CLOSE = 0.75  # of a step: candles nearer to one another than that would make all candles narrow
_MOST = 1e15  # beyond it no digit after the point is kept, and JSON would be long


def numbers(column: Float) -> list[float | None]:
    """Numbers as JSON takes them: whole ones without a point, None where there is none."""
    told: list[float | None] = column.tolist()
    known = np.isfinite(column)
    for at in np.flatnonzero(known & (np.abs(column) < _MOST) & (column == np.rint(column))).tolist():
        told[at] = int(column[at])
    for at in np.flatnonzero(~known).tolist():
        told[at] = None
    return told


def candle_traces(candles: Candles, stamp: Stamp) -> Iterator[Trace]:
    """Candles: one trace for trusted bars, one for each severity; those beside the grid as open-high-low-close bars."""
    beside = _beside(candles)
    for rank, name in enumerate(("", *SEVERITIES)):
        for kind, some in (("candlestick", ~beside), ("ohlc", beside)):
            chosen = some & (candles.worst == rank)
            if chosen.any():
                yield _candles(candles, chosen, kind, name, stamp)


def _candles(candles: Candles, chosen: Mask, kind: str, severity: str, stamp: Stamp) -> Trace:
    colour = COLOURS[severity or "candle"]
    trace: Trace = {"type": kind, "name": f"{severity} bar" if severity else "bar", "showlegend": False}
    trace["x"] = [stamp(at) for at in candles.at[chosen].tolist()]
    for column, name in enumerate(PRICES):
        trace[name] = numbers(candles.prices[chosen, column])
    line = {"color": colour, "width": 1}
    if kind == "ohlc":
        return trace | {"increasing": {"line": line}, "decreasing": {"line": line}, "tickwidth": 0.4}
    filled = {"line": line, "fillcolor": colour}
    return trace | {
        "increasing": filled if severity else filled | {"fillcolor": COLOURS["paper"]},
        "decreasing": filled,
    }


def _beside(candles: Candles) -> Mask:
    """Which bars stand beside the grid of the others, and so near to them that candles would have to be narrow."""
    steps = np.diff(candles.at)
    near = np.append(False, steps < _CLOSE * candles.step) | np.append(steps < _CLOSE * candles.step, False)
    if candles.joined or not near[: len(candles)].any():
        return np.zeros(len(candles), np.bool_)
    phases = candles.at % candles.step
    usual, counts = np.unique(phases, return_counts=True)
    return np.asarray(near[: len(candles)] & (phases != usual[np.argmax(counts)]))


def volume_trace(candles: Candles, stamp: Stamp) -> Iterator[Trace]:
    """Volume as bars, where there is any; those of distrusted bars have the colour of the severity."""
    if not (candles.volume > 0).any():
        return
    names = ("candle", *SEVERITIES)
    colours = [COLOURS[names[rank]] for rank in candles.worst.tolist()]
    yield {
        "type": "bar",
        "name": "volume",
        "showlegend": False,
        "x": [stamp(at) for at in candles.at.tolist()],
        "y": numbers(candles.volume),
        "yaxis": "y2",
        "width": numbers(np.array([candles.step * 0.8 / 1000]))[0],
        "marker": {"color": colours if candles.worst.any() else COLOURS["candle"], "line": {"width": 0}},
    }


def reference_trace(view: View, market: Market | None, stamp: Stamp) -> Iterator[Trace]:
    """The closes of the other source as a thin line, where there is one."""
    other = market.reference if market else None
    if other is None:
        return
    places = view.candles.place(other.timestamp)
    rows = np.flatnonzero((places >= view.start) & (places <= view.end) & np.append(np.diff(places) != 0, True))
    if len(rows):
        yield {
            "type": "scatter",
            "mode": "lines",
            "name": "reference",
            "x": [stamp(at) for at in places[rows].tolist()],
            "y": numbers(other.close[rows]),
            "line": {"color": COLOURS["link"], "width": 1},
            "opacity": 0.8,
        }
