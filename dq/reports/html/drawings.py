"""Small drawings that stand in the page itself as SVG: no library, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH, HEIGHT = 120, 24  # of a line in a table, in units that scale
TALL = 56  # of a drawing that stands alone
VERDICTS = ("pass", "fail", "unknown")  # from the ground up

Points = Sequence[tuple[int, float]]


def line(values: Sequence[float | None], least: float, most: float, label: str, height: int = HEIGHT) -> Markup:
    """Values over equal parts of time as a line; nothing is drawn where a value is not known.

    Args:
        least, most: what the ground and the top stand for; values beyond are drawn there.
        label: what it shows, for those who hear it.
    """
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    stretches = [
        [point for _, point in stretch]
        for _, stretch in groupby(enumerate(known), key=lambda numbered: numbered[1][0] - numbered[0])
    ]
    paths = [_path(stretch, len(values), least, most, height) for stretch in stretches]
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    return _svg(f'<g class="line">{drawn}</g>', label, height)


def stacks(parts: Sequence[Mapping[str, int]], label: str, height: int = TALL) -> Markup:
    """How many runs passed, failed and could not tell in each part of time, one upon the other."""
    most = max((sum(part.values()) for part in parts), default=0) or 1
    wide = WIDTH / max(len(parts), 1)
    drawn = []
    for at, part in enumerate(parts):
        ground = float(height)
        for verdict in VERDICTS:
            high = part.get(verdict, 0) / most * height
            ground -= high
            if high:
                place = f'x="{at * wide:.2f}" y="{ground:.2f}" width="{wide * 0.86:.2f}" height="{high:.2f}"'
                drawn.append(f'<rect class="{verdict}" {place}/>')
    return _svg("".join(drawn), label, height)


def _path(stretch: Points, many: int, least: float, most: float, height: int) -> str:
    """A line from the middle of one part to that of the next; of a part that stands alone a short one across it."""
    wide, span = WIDTH / max(many, 1), (most - least) or 1.0
    places = [
        ((at + 0.5) * wide, 1.5 + (height - 3) * (1 - min(max((value - least) / span, 0.0), 1.0)))
        for at, value in stretch
    ]
    if len(places) == 1:
        (x, y), half = places[0], wide * 0.4
        return f"M{x - half:.2f} {y:.2f}H{x + half:.2f}"
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in places)


def _svg(drawn: str, label: str, height: int) -> Markup:
    from markupsafe import Markup, escape

    frame = (
        f'viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" class="drawn{"" if height == HEIGHT else " tall"}"'
    )
    return Markup(f'<svg {frame} role="img" aria-label="{escape(label)}">{drawn}</svg>')  # noqa: S704  numbers alone
