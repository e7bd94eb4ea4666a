"""The colours of charts, on white as a notebook shows them; a page puts its own in their place, by name."""

from __future__ import annotations

# Each name is that of a CSS variable (`--critical`). No two are equal, so that a script can tell one from another.
COLOURS = {
    "paper": "#ffffff",
    "sheet": "#f5f7f9",
    "ink": "#1b2430",
    "soft": "#55606e",
    "line": "#d8dee5",
    "grid": "#e4e8ed",
    "candle": "#6b7785",
    "good": "#1c6b3a",
    "link": "#0b57a8",
    "critical": "#b3261e",
    "warning": "#8a4f00",
    "info": "#2a5f9e",
    "hole": "#c8372d",
    "outage": "#8e44ad",
    "stale": "#d9822b",
    "quiet": "#8b98a7",
    "halt": "#4f7cac",
    "calendar": "#b59b2f",
    "shifted": "#00838f",
    "untold": "#6b7786",
}
_OF_CAUSE = {"calendar_suspect": "calendar", "dst": "shifted"}


def of_cause(cause: str | None, check: str = "missing_bar") -> str:
    """The name of the colour in which missing bars are shown; `untold` for causes that have none of their own."""
    name = _OF_CAUSE.get(cause or "", cause or "")
    if name in {"hole", "outage", "quiet", "halt", "calendar", "shifted"}:
        return name
    return "stale" if check == "stale_series" else "untold"


def theme() -> dict[str, str]:
    """What a chart's `layout.meta["colours"]` holds, so that its colours can be changed: literal -> name."""
    return {literal: name for name, literal in COLOURS.items()}
