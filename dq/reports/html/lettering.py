"""The writing of a drawing as SVG: prices and times beside the axes, true prices of what lies beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from dq.model import DAY
from dq.reports.clocks import city, day_text, hour_text
from dq.reports.html.canvas import BASE, FLOOR, TALL, TOP, Canvas
from dq.reports.html.scales import price_ticks, time_ticks
from dq.reports.words import number_text
from dq.suites.words import counted, length_text

_ROOM = 26  # percent of the width that an arrow with its price takes on a narrow screen
_LETTER = 7  # pixels of a digit, at most, in the size that the style sheet gives these words


def has_local_times(canvas: Canvas, zone: str) -> bool:
    """Whether clocks in that zone differ from UTC anywhere in the drawing, which then gets a second row of times."""
    if zone == "UTC" or _daily(canvas):
        return False
    return any(hour_text(place.at, zone) for place in canvas.places if place.at is not None)


def grid(canvas: Canvas) -> str:
    """A faint line at each price that is written."""
    levels = [canvas.y(price) for price, _ in price_ticks(canvas.prices)]
    return "".join(f'<line class="grid" x2="100%" y1="{y}" y2="{y}"/>' for y in levels)


def lettering(canvas: Canvas, zone: str) -> str:
    """All that is written over the shapes and beneath them; `zone` is empty where UTC is enough."""
    return "".join((*_unknown(canvas), *_beyond(canvas), *_times(canvas, zone)))


def axis(canvas: Canvas, zone: str) -> tuple[str, int]:
    """The prices beside the right edge and the names of the rows of times, and their width in pixels."""
    words = [(canvas.y(price) + 4, text) for price, text in price_ticks(canvas.prices)]
    words.append((BASE + 14, "" if _daily(canvas) else "UTC"))
    words.append((BASE + 29, city(zone) if zone else ""))
    written = "".join(f'<text class="tick" x="6" y="{y:g}">{escape(text)}</text>' for y, text in words if text)
    return written, 8 + _LETTER * max(len(text) for _, text in words)


def said(canvas: Canvas) -> tuple[str, ...]:
    """What people must know who look at the drawing: what was clipped, left out or unknown."""
    clipped = _clipped(canvas)
    breaks = [place.skipped for place in canvas.places if place.kind == "break"]
    sentences = []
    if clipped:
        prices = [price for spot in clipped for price in canvas.rows[spot, :4].tolist() if canvas.prices.clips(price)]
        middle = (canvas.prices.top + canvas.prices.bottom) / 2
        far = number_text(max(prices, key=lambda price: abs(price - middle)))
        reach = "reaches" if len(clipped) == 1 else "reach"
        sentences.append(
            f"The axis keeps to the neighbours: {counted(len(clipped), 'bar')} {reach} beyond it, as far as {far}."
        )
    if breaks:
        longest = length_text(max(breaks))
        lines = "A dotted line: no bar" if len(breaks) == 1 else f"{len(breaks)} dotted lines: no bars"
        sentences.append(f"{lines} for {'' if len(breaks) == 1 else 'up to '}{longest}, and none reported missing.")
    return tuple(sentences)


def _daily(canvas: Canvas) -> bool:
    """Whether these are bars of whole days: their stamps are dates, and nobody looks for the hour."""
    return all(place.at % DAY == 0 for place in canvas.places if place.at is not None)


def _writing(x: float, y: int, text: str, name: str) -> str:
    anchor = "middle" if name == "tick" else "start" if x < 12 else "end" if x > 88 else "middle"
    return f'<text class="{name}" x="{x}%" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _unknown(canvas: Canvas) -> Iterator[str]:
    """A question mark where a bar has no price at all."""
    for spot, place in enumerate(canvas.places):
        if place.kind == "bar" and np.isnan(canvas.rows[spot, :4]).all():
            x = canvas.middle(spot)
            yield f'<text class="note {place.mark}" x="{x}%" y="{TOP + TALL // 2}" text-anchor="middle">?</text>'


def _beyond(canvas: Canvas) -> Iterator[str]:
    """An arrow and the true price where bars reach beyond an edge: one for neighbours, prices only where they fit."""
    edges = (
        ("▲", 12, np.fmax.reduce(canvas.rows[:, :4], axis=1), canvas.prices.top),
        ("▼", FLOOR + 12, -np.fmin.reduce(canvas.rows[:, :4], axis=1), -canvas.prices.bottom),
    )
    for arrow, y, reach, edge in edges:
        written = -100.0
        for group in _neighbours(np.flatnonzero(reach > edge).tolist()):
            spot = max(group, key=reach.__getitem__)
            x, name = canvas.middle(spot), f"note {canvas.places[spot].mark}".strip()
            crowded = x - written < _ROOM
            written = written if crowded else x
            price = number_text(reach[spot] if arrow == "▲" else -reach[spot])
            yield _writing(x, y, arrow if crowded else f"{arrow} {price}", name)


def _neighbours(spots: Sequence[int]) -> list[list[int]]:
    """Runs of numbers that follow one another."""
    groups: list[list[int]] = []
    for spot in spots:
        if groups and spot == groups[-1][-1] + 1:
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return groups


def _clipped(canvas: Canvas) -> list[int]:
    known = np.flatnonzero(~np.isnan(canvas.rows[:, :4]).all(axis=1)).tolist()
    return [spot for spot in known if any(canvas.prices.clips(price) for price in canvas.rows[spot, :4].tolist())]


def _times(canvas: Canvas, zone: str) -> Iterator[str]:
    daily = _daily(canvas)
    for spot in time_ticks(canvas.places):
        at, x = canvas.places[spot].at, canvas.middle(spot)
        if at is not None and 6 < x < 94:  # nearer to an edge its digits would be cut on a narrow screen
            utc = day_text(at) if daily or at % DAY == 0 else hour_text(at)
            yield _writing(x, BASE + 14, utc, "tick")
            if zone:
                yield _writing(x, BASE + 29, hour_text(at, zone) or hour_text(at), "tick")
