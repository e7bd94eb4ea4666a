"""The figure of one series of a run: which series, and what to zoom in on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.api.words import chosen
from dq.model import NO_INSTANT, SettingsError
from dq.settings import rules
from dq.settings.instants import instant_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dq.model import Finding, Market, OrderedBars
    from dq.model import Run as Record

MARKET = "market"  # the zone of the market itself
PLACES = "the number of a finding (the index of .findings), the id of an incident (that of .incidents) or an instant"

HEIGHT = 520  # pixels

Key = tuple[str, int]  # instrument and interval (microseconds)
Stretch = tuple[int, int]  # first and last timestamp, microseconds UTC


def plotted(record: Record, bars: OrderedBars, market: Market, stretch: Stretch | None, zone: str | None) -> go.Figure:
    """The figure of those bars, with the findings of their series."""
    import plotly.graph_objects as go

    from dq.reports.charts.candles import figure

    findings = [one for one in record.findings if one.series == market.series]
    clock = market.sessions.zone if zone == MARKET else zone or "UTC"
    return go.Figure(figure(bars, market, findings, around=stretch, zone=clock)).update_layout(height=HEIGHT)


def meant(record: Record, markets: Mapping[Key, Market], series: str | None, around: Any) -> tuple[Key, Stretch | None]:
    """The series to draw, and the stretch to zoom in on; None where all of the window is to be seen.

    Raises:
        SettingsError: there is no such series, finding or incident, or `around` is nothing of the kind.
    """
    if around is None:
        return chosen(markets, series), None
    found = _found(record, around)
    if found is None:
        at = _instant(around)
        return chosen(markets, series), (at, at)
    key = None if series is None else chosen(markets, series)
    keys = [(one.series.instrument, one.series.interval) if one.series else None for one in found]
    for one, of in zip(found, keys, strict=True):
        if of is not None and of in markets and key in {None, of} and one.start != NO_INSTANT:
            return of, (one.start, one.end)
    told = f"of {series!r} " if series is not None else ""
    raise SettingsError(
        f"around: {around!r} says nothing {told}that could be drawn.", hint="Name another of .findings."
    )


def _found(record: Record, around: Any) -> Sequence[Finding] | None:
    """The findings meant; None where an instant is."""
    if isinstance(around, int | np.integer) and not isinstance(around, bool):
        if 0 <= around < len(record.findings):
            return [record.findings[int(around)]]
        there = f"from 0 to {len(record.findings) - 1}" if record.findings else "none"
        raise SettingsError(f"around: there is no finding {around}.", hint=f"This run has {there}; or give {PLACES}.")
    incident = next((one for one in record.incidents if one.id == around), None) if isinstance(around, str) else None
    return None if incident is None else [record.findings[at] for at in incident.findings]


def _instant(around: Any) -> int:
    try:
        return instant_of(around)
    except ValueError as wrong:
        raise SettingsError(f"around: {wrong}.", hint=f"Give {PLACES}.") from None


def checked_zone(zone: str | None) -> str | None:
    """The zone, if this machine knows it.

    Raises:
        SettingsError: it does not.
    """
    try:
        return zone if zone in {None, MARKET} else rules.zone(zone)
    except ValueError as wrong:
        raise SettingsError(f"zone: {wrong}.", hint='"market" is the clock of the market itself.') from None
