"""Levels: where the prices of neighbouring bars lie apart, found once for the checks of scale, splits and jumps."""

from dq.levels.closures import Nights, closed_between, closures, had_time, night_moves, night_places
from dq.levels.moves import Moves, moves, places_of, rows_of
from dq.levels.nights import nights_of, usual_night, usual_range
from dq.levels.ratios import allowed, nearest_split
from dq.levels.rolls import in_roll_week
from dq.levels.scales import LEAP, Scales, looks_scaled, scales

__all__ = [
    "LEAP",
    "Moves",
    "Nights",
    "Scales",
    "allowed",
    "closed_between",
    "closures",
    "had_time",
    "in_roll_week",
    "looks_scaled",
    "moves",
    "nearest_split",
    "night_moves",
    "night_places",
    "nights_of",
    "places_of",
    "rows_of",
    "scales",
    "usual_night",
    "usual_range",
]
