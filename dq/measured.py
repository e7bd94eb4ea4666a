"""A figure that the collector measured of itself, held to its limit."""

from __future__ import annotations

from dq.model import About, Cycles, Figure, Figures, Measure, Suspects, instant_text, no_suspects, suspects

ENOUGH = 20  # of which a percentile is one at least, where nobody says of how many
UNTOLD = "the collector does not say"


def unknown(figures: Figures, measure: Measure) -> str | None:
    """Why that measure is not known; None where it is."""
    return None if measure in figures.known else figures.unknown.get(measure, UNTOLD)


def exceeding(
    figures: Figures, cycles: Cycles, measure: Measure, limit: float, *, noun: str, measured: str, allowed: str
) -> Suspects:
    """One suspect, of the whole window, where the measure is above its limit; else none.

    Args:
        limit: in the unit of the figure.
        noun: of what it counts.
        measured, allowed: the figure and the limit in words.
    """
    figure = figures.known[measure]
    if figure.value <= limit and not figure.beyond:
        return no_suspects()
    count = ENOUGH if figure.count is None else figure.count
    return suspects(
        1,
        start=cycles.window.start,
        end=cycles.window.end,
        count=figure.count or 1,
        bars=count,
        length=cycles.window.end - cycles.window.start,
        observed=figure.value,
        expected=limit,
        about=[About("the collector", {"measured": measured, "limit": allowed, **_words(figure, noun, cycles)})],
    )


def _words(figure: Figure, noun: str, cycles: Cycles) -> dict[str, str]:
    counted = f"its {noun}s" if figure.count is None else f"{figure.count:,} {noun}{'s' * (figure.count != 1)}"
    return {
        "all": counted,
        "edge": ", and its histogram ends there" if figure.beyond else "",
        "since": _since(figure),
        "place": cycles.shown(figure.place),
    }


def seconds_text(seconds: float) -> str:
    """`0.42 s`, `9.37 s`, `128 s`."""
    return f"{seconds:.0f} s" if seconds >= 100 else f"{seconds:.3g} s"


def _since(figure: Figure) -> str:
    if figure.own:
        return "by its own reckoning"
    if figure.since is None:
        return "since it started"
    return f"since {instant_text(figure.since)[:19].replace('T', ' ')} UTC"
