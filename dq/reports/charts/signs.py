"""The signs of findings as traces: one symbol per check, coloured by severity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dq.model import SEVERITIES, Finding
from dq.reports.charts.colours import COLOURS
from dq.reports.charts.marks import Mark
from dq.reports.charts.tell import plain, title, told
from dq.reports.charts.times import Stamp

# Shapes that plotly can turn round and move away from their point: of `x` and `hexagram` it makes rags.
SYMBOLS = {
    "broken_contract": "octagon",
    "dst_shift": "hourglass",
    "duplicate_timestamp": "square",
    "future_bar": "star",
    "inconsistent_ohlc": "x-thin-open",
    "misaligned_timestamp": "pentagon",
    "missing_bar": "square-open",
    "negative_volume": "cross",
    "non_positive_price": "circle-cross",
    "null_price": "circle-x-open",
    "null_volume": "circle-open",
    "off_session_bar": "hexagon",
    "off_tick_price": "diamond-tall",
    "out_of_order_timestamp": "bowtie",
    "precision_loss": "diamond-wide",
    "price_jump": "star-diamond",
    "price_spike": "triangle-up",
    "reference_mismatch": "asterisk-open",
    "scale_error": "diamond",
    "split_jump": "star-square",
    "stale_series": "diamond-open",
    "stuck_price": "square-x",
    "volume_spike": "star-triangle-up",
    "zero_volume_run": "circle",
}
_NUMBERED = 12  # signs at an edge beside which the price is written: more of them would cover one another
_CROWD = 40  # signs of one check at one height that can stand side by side


def mark_traces(
    by_check: Mapping[str, list[Mark]], findings: Sequence[Finding], stamp: Stamp, *, middle: float, briefly: bool
) -> list[dict[str, Any]]:
    """The traces that show them: one per check and axis, and one for the legend.

    Args:
        middle: microseconds UTC; texts of signs beyond it stand on their left.
        briefly: see `told`.
    """
    stacked: dict[tuple[float, str, int], int] = defaultdict(int)
    numbered = sum(bool(mark.text) for some in by_check.values() for mark in some) <= _NUMBERED
    traces = []
    for check in sorted(by_check):
        worst = max((findings[mark.findings[0]].severity for mark in by_check[check]), key=SEVERITIES.index)
        traces.append(_key(check, worst))
        for axis in sorted({mark.axis for mark in by_check[check]}):
            some = sorted((mark for mark in by_check[check] if mark.axis == axis), key=lambda mark: mark.x)
            trace = _trace(check, some, findings, stamp, list(_away(some, stacked)), briefly=briefly)
            trace["yaxis"] = axis
            if numbered and any(mark.text for mark in some):
                trace |= {"mode": "markers+text", "text": [mark.text for mark in some]}
                trace["textposition"] = [f"middle {'left' if mark.x > middle else 'right'}" for mark in some]
            traces.append(trace)
    return traces


def _points_down(mark: Mark) -> bool:
    """Signs point at their bar, and at an edge beyond it; plotly moves them away from where they point."""
    return mark.side > 0 or (mark.axis == "y3" and mark.y < 0.5)


def _key(check: str, severity: str) -> dict[str, Any]:
    """The entry of a check in the legend, whose sign stands in its place there and not beside it."""
    shown = _sign(check, [COLOURS[severity]])
    return {"type": "scatter", "mode": "markers", "name": _name(check), "x": [None], "y": [None], "marker": shown}


def _name(check: str) -> str:
    return plain(title(check))


def _sign(check: str, colours: Sequence[str]) -> dict[str, Any]:
    symbol = SYMBOLS.get(check, "circle-dot")
    line = {"width": (2.4 if "thin" in symbol else 1.8) if symbol.endswith("open") else 0.5, "color": list(colours)}
    return {"symbol": symbol, "size": 11 if len(colours) <= _CROWD else 7, "color": list(colours), "line": line}


def _trace(
    check: str, some: Sequence[Mark], findings: Sequence[Finding], stamp: Stamp, away: Sequence[int], *, briefly: bool
) -> dict[str, Any]:
    colours = [COLOURS[findings[mark.findings[0]].severity] for mark in some]
    angles = [180 if _points_down(mark) else 0 for mark in some]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _name(check),
        "showlegend": False,
        "x": [stamp(mark.x) for mark in some],
        "y": [mark.y for mark in some],
        "marker": _sign(check, colours) | {"angle": angles, "standoff": list(away)},
        "textfont": {"color": colours, "size": 11},
        "hovertext": [told([findings[at] for at in mark.findings], briefly=briefly) for mark in some],
        "hoverinfo": "text",
        "customdata": [mark.findings for mark in some],
        "cliponaxis": False,
    }


def _away(some: Sequence[Mark], stacked: dict[tuple[float, str, int], int]) -> Iterator[int]:
    """Pixels between each sign and its bar: one upon the other where several checks speak of it."""
    for mark in some:
        place = mark.x, mark.axis, mark.side
        yield 9 + 13 * stacked[place] if mark.side else 0
        stacked[place] += 1
