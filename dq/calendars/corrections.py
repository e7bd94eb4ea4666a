"""Overrides applied to the days that a library planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from dq.calendars.local_time import instants_at
from dq.calendars.overrides import TIMES, Override
from dq.calendars.year import Plan
from dq.model import Int


def corrected(plan: Plan, lines: Iterable[Override], first: int, last: int) -> Plan:
    """The plan of the years `first` to `last` with each line applied, in their order; halts change no plan."""
    edges = np.array([f"{first}-01-01", f"{last + 1}-01-01"], "datetime64[D]").astype(np.int64)
    for line in lines:
        if line.halt is None and line.first < edges[1] and line.last >= edges[0]:
            plan = _changed(plan, line)
    return plan


def _changed(plan: Plan, line: Override) -> Plan:
    low, high = (int(edge) for edge in np.searchsorted(plan.day, [line.first, line.last + 1]))
    if not line.times:
        return _with_rows(plan, lambda column: np.delete(column, slice(low, high)))
    if low == high and line.first == line.last and line.times.keys() >= {"opens", "closes"}:
        plan = replace(
            _with_rows(plan, lambda column: np.insert(column, low, 0)), day=np.insert(plan.day, low, line.first)
        )
        high = low + 1
    rows = np.arange(low, high)
    if line.first != line.last and len(rows):  # of several days, half days keep their hours
        hours = (plan.closes - plan.opens)[rows]
        rows = rows[hours >= np.median(hours)]
    columns = {name: getattr(plan, name).copy() for name in line.times}
    for name, minute in line.times.items():
        columns[name][rows] = instants_at(plan.day[rows], minute, plan.zone)
    return replace(plan, **columns)


def _with_rows(plan: Plan, change: Callable[[Int], Int]) -> Plan:
    day, opens, break_start, break_end, closes = (change(getattr(plan, name)) for name in ("day", *TIMES))
    return Plan(day, opens, break_start, break_end, closes, plan.zone)
