"""Ticks: the grid that prices are written on, and the prices that do not lie on it, to the last bit.

A price is on the grid of a step m ÷ d where it is the double nearest to a multiple of that fraction. Both checks of
grids ask the same question of every bar, so that it is answered once per block.
"""

from dq.ticks.census import Census, census
from dq.ticks.settlements import of_settlements
from dq.ticks.steps import Step, nearest_on_grid, step_of
from dq.ticks.strays import SINGLE, Strays, is_single, strays

__all__ = [
    "SINGLE",
    "Census",
    "Step",
    "Strays",
    "census",
    "is_single",
    "nearest_on_grid",
    "of_settlements",
    "step_of",
    "strays",
]
