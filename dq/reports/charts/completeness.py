"""How much of what was owed is there, stretch by stretch: bars coloured by the cause of what is missing."""

from __future__ import annotations

from typing import Any

from dq.reports.charts.colours import COLOURS, of_cause, theme
from dq.reports.charts.heatmap import family_text
from dq.reports.charts.tell import plain
from dq.reports.coverage import LENGTHS, Coverage

TALL = 204


def completeness_figure(told: Coverage, step: str) -> dict[str, Any]:
    """The figure: one bar a stretch, as high as the share of its slots; those that lack a bar by cause.

    Args:
        step: the length of the stretches, as in `coverage`.
    """
    x = (told.starts // 1000).tolist()
    traces = [_trace("present", "good", told.present, told, x) | {"opacity": 0.55}]
    for cause, counts in told.missing.items():
        traces.append(_trace(plain(family_text(of_cause(cause))), of_cause(cause), counts, told, x))
    return {"data": traces, "layout": _layout(step)}


def _layout(step: str) -> dict[str, Any]:
    up = {"range": [0, 100], "ticksuffix": " %", "fixedrange": True, "side": "right", "nticks": 3}
    return {
        "height": TALL,
        "barmode": "stack",
        "bargap": 0.12,
        "xaxis": {"type": "date", "fixedrange": True, "showgrid": False, "hoverformat": _shown(step)},
        "yaxis": up | {"gridcolor": COLOURS["grid"]},
        "hovermode": "x unified",
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        "margin": {"l": 8, "r": 64, "t": 28, "b": 42},  # two lines of labels
        "plot_bgcolor": COLOURS["paper"],
        "paper_bgcolor": COLOURS["paper"],
        "font": {"color": COLOURS["ink"], "size": 12},
        "showlegend": True,
        "meta": {"colours": theme()} | ({} if step in LENGTHS else {"clock": "utc"}),  # dates are the same everywhere
    }


def _trace(name: str, colour: str, counts: Any, told: Coverage, x: list[int]) -> dict[str, Any]:
    """One kind of slots, in percent of those owed; the number of slots is said where one points at it."""
    share = (100 * counts / told.owed).round(2).tolist()
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": [one or None for one in share],  # nothing is said of what does not occur
        "customdata": counts.tolist(),
        "hovertemplate": "%{customdata:,} (%{y:.4~g} %)",
        "marker": {"color": COLOURS[colour], "line": {"width": 0}},
    }


def _shown(step: str) -> str:
    return {"day": "%Y-%m-%d", "week": "week of %Y-%m-%d", "month": "%B %Y"}.get(step, "%Y-%m-%d %H:%M")
