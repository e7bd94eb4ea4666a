"""The frame of a chart of bars: axes, what they span and leave out, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from math import log10
from typing import Any

import numpy as np

from dq.model import DAY, MINUTE, WEEK, Int
from dq.reports.charts.colours import COLOURS, theme
from dq.reports.charts.prices import ends, steep, volume_top
from dq.reports.charts.times import Stamp
from dq.reports.charts.view import View
from dq.reports.clocks import city
from dq.reports.words import number_text
from dq.suites.words import counted, length_text

_DIGITS = ",.15~r"  # all the digits that a decimal number can keep in a double
_TICKS = ",.12~r"
Span = tuple[float, float]
# The title and what is said stand above, so the legend stands below, where it has room for any number of lines.
LEGEND_BELOW = {"y": -0.16, "yanchor": "top"}


def layout_of(view: View, span: Span | None, stamp: Stamp, zone: str) -> dict[str, Any]:
    """The layout, without shapes and title."""
    step, top = view.candles.step, volume_top(view.candles.volume, view.candles.trusted)
    meta = {"kind": "bars", "step": step / 1000, "joined": view.candles.joined, "said": list(_said(view, span))}
    return {
        "xaxis": _across(view, stamp, zone) | {"anchor": "y2" if top else "y"},
        **_up(span or (0.0, 1.0), top),
        "dragmode": "pan",
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "bargap": 0,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "font": {"size": 11}} | LEGEND_BELOW,
        "margin": {"l": 8, "r": 56, "t": 76, "b": 110},
        "plot_bgcolor": COLOURS["sheet"],
        "paper_bgcolor": COLOURS["paper"],
        "font": {"color": COLOURS["ink"]},
        "meta": meta | {"plain": COLOURS["candle"], "colours": theme()},
    }


def _across(view: View, stamp: Stamp, zone: str) -> dict[str, Any]:
    """The axis of time, with what it leaves out."""
    step = view.candles.step
    within = "%Y-%m-%d %H:%M:%S" if step % MINUTE else "%Y-%m-%d %H:%M"
    clock = "" if step >= DAY else "UTC" if zone == "UTC" else city(zone)
    return {
        "type": "date",
        "range": [stamp(view.start - step * 0.9), stamp(view.end + step * 0.9)],
        "rangeslider": {"visible": False},
        "rangebreaks": [{"bounds": [stamp(a), stamp(b)]} for a, b in breaks(view).tolist()],
        "hoverformat": "%Y-%m-%d" if step >= DAY else within,
        "gridcolor": COLOURS["grid"],
        "tickangle": 0,
        "automargin": True,
        "title": {"text": clock, "standoff": 8, "font": {"size": 11}},
    }


def _up(span: Span, top: float) -> dict[str, dict[str, Any]]:
    """The axes of prices and volumes, and over each one from 0 to 1 for signs that stand at no price."""
    grid = {"gridcolor": COLOURS["grid"], "zerolinecolor": COLOURS["grid"], "side": "right", "automargin": True}
    grid |= {"fixedrange": True, "hoverformat": _DIGITS}
    foot = 0.24 if top else 0.0  # nothing beneath the prices where nobody says what was traded
    sold = {"domain": [0, 0.19], "range": [0, top * 1.08 or 1], "nticks": 3, "visible": bool(top), "tickformat": ".3~s"}
    signs = {"range": [0, 1], "fixedrange": True, "visible": False}
    return {
        "yaxis": grid | {"domain": [foot, 1], "tickformat": _TICKS} | _prices(span),
        "yaxis2": grid | sold,
        "yaxis3": signs | {"overlaying": "y"},
        "yaxis4": signs | {"overlaying": "y2"},
    }


def _prices(span: Span) -> dict[str, Any]:
    """Kind and range of the axis of prices; plotly takes the range of a logarithmic one as powers of ten."""
    if not steep(span):
        return {"range": list(span)}
    return {"type": "log", "dtick": "D2", "range": [log10(one) for one in span]}  # a tick at 1, 2 and 5 of each power


def breaks(view: View) -> Int:
    """What the axis leaves out, shape (breaks, 2): of each stretch all but the width of one candle in the middle."""
    step = view.candles.step
    if step >= DAY:
        return np.zeros((0, 2), np.int64)
    wide = view.gaps[view.gaps[:, 1] - view.gaps[:, 0] > 2.5 * step]
    return np.column_stack([wide[:, 0] + step, wide[:, 1] - step])


def _length(step: int) -> str:
    return counted(step // WEEK, "week") if step % WEEK == 0 else "1 day" if step == DAY else length_text(step)


def _said(view: View, span: Span | None) -> Iterator[str]:
    drawn = view.candles
    if not len(drawn):
        yield "There are no bars here."
    elif span is None:
        yield "No bar here has a price."
    if drawn.joined:
        yield f"{counted(drawn.bars, 'bar')} put together into candles of {_length(drawn.step)}."
        yield "Distrusted bars are left out of them and marked."
    lows, highs = ends(drawn.prices)
    beyond = (highs > span[1]) | (lows < span[0]) if span else np.zeros(0, np.bool_)
    if span and beyond.any():
        far = max(np.append(highs[beyond], lows[beyond]).tolist(), key=lambda price: abs(price - span[0]))
        reach = "candle reaches" if beyond.sum() == 1 else "candles reach"
        yield f"{int(beyond.sum()):,} {reach} beyond the axis, as far as {number_text(far)}."
    if span and steep(span):
        yield "Prices stand on a logarithmic axis."
    if len(view.deep):
        folded = int((np.diff(view.deep) // drawn.step - 1).sum())
        where = "a hole" if len(view.deep) == 1 else counted(len(view.deep), "hole")
        yield f"{counted(folded, 'slot')} in the middle of {where} are left out."
