"""Bars of one series as candles and volume, with everything that findings say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dq.model import Finding, Market, OrderedBars
from dq.reports.charts.frame import layout_of
from dq.reports.charts.marks import marks
from dq.reports.charts.prices import ends, price_span
from dq.reports.charts.shades import shades
from dq.reports.charts.signs import mark_traces
from dq.reports.charts.tell import plain
from dq.reports.charts.times import stamps_on
from dq.reports.charts.traces import candle_traces, reference_trace, volume_trace
from dq.reports.charts.view import AROUND, WHOLE, view_of
from dq.suites.words import counted

Figure = dict[str, Any]


def figure(
    bars: OrderedBars,
    market: Market | None,
    findings: Sequence[Finding],
    *,
    around: tuple[int, int] | None = None,
    zone: str = "UTC",
    margin: int = AROUND,
) -> Figure:
    """The figure of one series, as plotly takes it: `plotly.graph_objects.Figure(figure(…))`.

    Without `around` it shows the window and some bars before it, put together into longer candles where they are many;
    with it, the bars of that stretch and `margin` of them before and after.

    Args:
        market: sessions and slots of the series; None where they are not known.
        findings: those of the series; others change nothing but the colours of bars.
        around: first and last timestamp of a stretch, microseconds UTC.
        zone: IANA name of the zone on whose clocks times are shown.

    Returns:
        `data` and `layout`. Under `layout.meta`: `marked`, how many of the findings have a sign; `unmarked`, how many
        have none here; `said`, sentences for people; `step`, milliseconds from one candle to the next.
    """
    view = view_of(bars, market, findings, _interval(bars, market, findings), around, margin)
    span = price_span(*ends(view.candles.prices), view.candles.trusted)
    stamp, signs = stamps_on(zone, view.start, view.end), marks(view, bars, findings, span)
    marked = {at for some in signs.values() for mark in some for at in mark.findings}
    layout = layout_of(view, span, stamp, zone) | shades(view, market, findings, stamp)
    layout["meta"] |= _told(len(marked), findings, layout, whole=around is None)
    layout["title"] = _title(market, layout["meta"]["said"])
    middle = (view.start + view.end) / 2
    traces = [
        *candle_traces(view.candles, stamp),
        *volume_trace(view.candles, stamp),
        *reference_trace(view, market, stamp),
        *mark_traces(signs, findings, stamp, middle=middle, briefly=view.candles.joined),
    ]
    return {"data": traces, "layout": layout}


def _told(marked: int, findings: Sequence[Finding], layout: Figure, *, whole: bool) -> Figure:
    """How many findings have a sign, and what is said of what the chart shows and does not.

    Args:
        whole: all of the window is shown; where a stretch of it is, nobody misses the findings of others.
    """
    placeable = sum(one.check not in WHOLE for one in findings) if whole else 0
    said, lacking = list(layout["meta"]["said"]), placeable - marked
    if any(one["name"] == "window" for one in layout["shapes"]):
        said.append("The window begins at the dotted line.")
    if lacking > 0:
        said.append(f"{lacking:,} of {counted(placeable, 'finding')} {'has' if lacking == 1 else 'have'} no sign here.")
    return {"marked": marked, "unmarked": len(findings) - marked, "said": said}


def _title(market: Market | None, said: Sequence[str]) -> dict[str, Any]:
    name = plain(market.series.name) if market else "Bars"
    told = {"text": name, "subtitle": {"text": " ".join(map(plain, said))}, "font": {"size": 16}}
    return told | {"x": 0.01, "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 12}}


def _interval(bars: OrderedBars, market: Market | None, findings: Sequence[Finding]) -> int:
    """The interval of the series; without a market what findings say, or the usual step."""
    if market is not None:
        return market.series.interval
    told = next((one.series.interval for one in findings if one.series), 0)
    return told or (int(np.median(np.diff(bars.timestamp))) if len(bars) > 1 else 1)
