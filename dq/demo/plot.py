"""The plot: what goes wrong with which instrument in the demo, and when in its hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dq.faults import Injected, faults
from dq.model import HOUR, MINUTE, Bars, Int, instant_text

_DUE = 2 * MINUTE  # a bar of one minute is due one minute after its end


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that goes wrong.

    Attributes:
        minutes: how long before the end of the hour it begins; away from both ends, where bars are not due yet.
        fault: name of the fault, which is that of the check that must find it; `options` are the fault's.
        told: what happens, in words.
    """

    minutes: int
    fault: str
    told: str
    options: Mapping[str, Any] = field(default_factory=dict)


PLOT: Mapping[str, tuple[Defect, ...]] = {
    "NQ=F": (Defect(40, "missing_bar", "12 bars never arrived", {"length": 12}),),
    "ES=F": (Defect(45, "stuck_price", "25 bars repeat the one before them", {"length": 25}),),
    "EURUSD=X": (Defect(30, "duplicate_timestamp", "one bar was written twice", {"conflicting": False}),),
    "BTC-USD": (
        Defect(50, "missing_bar", "7 bars never arrived", {"length": 7}),
        Defect(34, "duplicate_timestamp", "one bar was written twice, with two closes"),
        Defect(20, "price_spike", "one bar stands 3 % above its neighbours", {"size": 0.03}),
    ),
    "AAPL": (Defect(25, "null_price", "3 bars have no prices", {"length": 3}),),
}


def spoil(bars: Bars, defects: tuple[Defect, ...], end: int) -> tuple[Bars, tuple[Injected, ...]]:
    """Put the defects into the hour before `end`; also what dq must find there, by itself or as a consequence."""
    whole = bars.timestamp
    found: list[Injected] = []
    for defect in defects:
        row = int(bars.timestamp.searchsorted(end - defect.minutes * MINUTE))
        bars, injected = faults()[defect.fault](bars, row, **defect.options)
        found += injected
    return bars, (*found, *_incomplete(whole, found, end))


def _incomplete(stamps: Int, found: list[Injected], end: int) -> tuple[Injected, ...]:
    """What holes do to the completeness of the hour: each hole of the plot is more than 2 % of it."""
    lost = sum(one.count for one in found if one.check == "missing_bar")
    owed = stamps[(stamps + _DUE >= end - HOUR) & (stamps + _DUE < end)]
    return (Injected("low_completeness", int(owed[0]), int(owed[-1]), lost),) if lost else ()


def in_words(name: str, end: int) -> list[str]:
    """What goes wrong with an instrument in the hour before `end`, a line each."""
    return [
        f"{name:<9} {instant_text(end - defect.minutes * MINUTE)[11:16]} UTC  {defect.told}" for defect in PLOT[name]
    ]
