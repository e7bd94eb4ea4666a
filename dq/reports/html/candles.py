"""The shapes of a drawing as SVG: candles, volumes, the shades behind what is distrusted, the breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from math import isnan

import numpy as np

from dq.reports.clocks import utc_text
from dq.reports.html.canvas import BASE, NARROW, VOLUME, Canvas
from dq.reports.html.stretch import Place
from dq.reports.words import number_text
from dq.suites.words import counted, length_text


def shapes(canvas: Canvas) -> str:
    """All of them, in the canvas's units, later ones on top."""
    return "".join((*_bands(canvas), *_bars(canvas), *_volumes(canvas), *_touch(canvas)))


def _bands(canvas: Canvas) -> Iterator[str]:
    """Shades behind distrusted bars and holes, neighbours as one; a dotted line where time is left out."""
    spot = 0
    while spot < len(canvas.places):
        place, begin = canvas.places[spot], spot
        while spot < len(canvas.places) and _alike(place, canvas.places[spot]):
            spot += 1
        left, right = canvas.lefts[begin], canvas.lefts[spot]
        if place.mark:
            name = f"{'hole' if place.kind == 'slot' else 'band'} {place.mark}{'' if place.own else ' other'}"
            yield f'<rect class="{name}" x="{left}" y="0" width="{right - left}" height="{BASE}"/>'
        elif place.kind in {"break", "cut"}:
            yield f'<path class="{place.kind}" d="M{left + NARROW // 2} 0V{BASE}"/>'


def _alike(one: Place, other: Place) -> bool:
    return (one.kind, one.mark, one.own) == (other.kind, other.mark, other.own)


def _bars(canvas: Canvas) -> Iterator[str]:
    """Wicks and bodies, one path for all that look the same."""
    paths: dict[str, list[str]] = defaultdict(list)
    for spot, place in enumerate(canvas.places):
        opened, high, low, closed = canvas.rows[spot, :4].tolist()
        left = canvas.lefts[spot]
        ends = [price for price in (high, low) if not isnan(price)]
        if len(ends) == 2:
            paths[f"wick {place.mark}"].append(f"M{left + 5} {canvas.y(high):g}V{canvas.y(low):g}")
        body = [price for price in (opened, closed) if not isnan(price)] or ends
        if body:
            upper, lower = canvas.y(max(body)), canvas.y(min(body))
            name = f"{'rise' if closed > opened else 'fall'} {place.mark}"
            paths[name].append(f"M{left + 2} {upper:g}h6v{max(lower - upper, 0.1):.3g}h-6z")
    for name in sorted(paths, reverse=True):  # wicks first, so that bodies lie on them
        yield f'<path class="{name.strip()}" d="{"".join(paths[name])}"/>'


def _volumes(canvas: Canvas) -> Iterator[str]:
    """A strip of volumes, as high as the highest of the trusted ones; none where there are none."""
    volume = canvas.rows[:, 4]
    trusted = np.array([not place.mark for place in canvas.places], bool) & (volume > 0)
    if not trusted.any():
        return
    top = float(volume[trusted].max())
    paths: dict[str, list[str]] = defaultdict(list)
    for spot, amount in enumerate(volume.tolist()):
        if amount and not isnan(amount):
            tall = min(max(abs(amount) / top, 0.03), 1) * VOLUME
            paths[canvas.places[spot].mark].append(f"M{canvas.lefts[spot] + 2} {BASE}v{-tall:.3g}h6v{tall:.3g}z")
    for mark, path in paths.items():
        yield f'<path class="{f"volume {mark}".strip()}" d="{"".join(path)}"/>'


def _touch(canvas: Canvas) -> Iterator[str]:
    """Something to point at over each place, which then says its exact values."""
    yield '<g class="h">'
    for spot, place in enumerate(canvas.places):
        left, wide = canvas.lefts[spot], canvas.lefts[spot + 1] - canvas.lefts[spot]
        tooltip = escape(_tooltip(place, canvas.rows[spot].tolist()), quote=False)
        yield f'<path d="M{left} 0h{wide}v{BASE}h-{wide}z"><title>{tooltip}</title></path>'
    yield "</g>"


def _tooltip(place: Place, values: Sequence[float]) -> str:
    if place.kind == "break":
        return f"No bar for {length_text(place.skipped)}; as far as this run knows none was due."
    if place.kind == "cut":
        return f"{counted(place.skipped, 'bar')} not drawn"
    at = "" if place.at is None else utc_text(place.at)[5:]
    why = f": {place.check.replace('_', ' ')}" if place.check else ""
    if place.kind == "slot":
        return f"{at} no bar{why}".strip()
    told = " ".join(f"{letter} {number_text(value)}" for letter, value in zip("OHLCV", values, strict=True))
    return f"{at} {told}{why}"
