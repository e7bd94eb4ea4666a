"""Bars as an SVG drawing: numbers in, text out.

The drawing is as wide as its frame and has a fixed height. Shapes stand in an inner picture that is stretched
sideways; writing stands outside of it, at shares of the width, so that it keeps its size on any screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dq.model import OrderedBars
from dq.reports.html.candles import shapes
from dq.reports.html.canvas import BASE, canvas
from dq.reports.html.lettering import axis, grid, has_local_times, lettering, said
from dq.reports.html.stretch import Place


@dataclass(frozen=True, slots=True)
class Drawing:
    """Two pictures side by side, and what must be said beneath them.

    Attributes:
        plot: SVG as wide as its frame.
        axis: SVG of fixed width, the writing beside the right edge of `plot`.
    """

    plot: str
    axis: str
    said: tuple[str, ...]


def draw(bars: OrderedBars, places: Sequence[Place], label: str, zone: str = "UTC") -> Drawing | None:
    """Draw those places.

    Args:
        label: what the drawing shows, for those who cannot see it; any text, it is escaped.
        zone: IANA name; where clocks there do not show UTC, a second row of times is written.

    Returns:
        None where no bar has a price, so that there is nothing to draw.
    """
    plane = canvas(bars, places)
    if plane is None:
        return None
    local = zone if has_local_times(plane, zone) else ""
    height = BASE + (36 if local else 20)
    plot = (
        f'<svg class="plot" role="img" width="100%" height="{height}" aria-label="{escape(label)}">{grid(plane)}'
        f'<svg viewBox="0 0 {plane.width} {BASE}" preserveAspectRatio="none" width="100%" height="{BASE}">'
        f"{shapes(plane)}</svg>{lettering(plane, local)}</svg>"
    )
    beside, width = axis(plane, local)
    return Drawing(plot, f'<svg aria-hidden="true" width="{width}" height="{height}">{beside}</svg>', said(plane))
