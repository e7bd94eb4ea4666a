"""Run: what `dq.validate` returns, made for people at a prompt or in a notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dq.api.told import Told
from dq.api.words import chosen, in_python
from dq.model import SettingsError

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from dq.model import Bars, Market
    from dq.model import Run as Record
    from dq.run import Outcome

Key = tuple[str, int]  # instrument and interval (microseconds)


class Run(Told):
    """One run: its verdict, what was found, and the bars that were judged.

    Shown by itself in a notebook, it is the verdict with its incidents.

    Attributes:
        record: the run as a plain value, instants in microseconds UTC: what reports and the history are made from.
    """

    def __init__(self, record: Record, bars: Mapping[Key, Bars], markets: Mapping[Key, Market]) -> None:
        self.record = record
        self._bars = bars
        self._markets = markets

    @classmethod
    def of(cls, outcome: Outcome) -> Run:
        """The run of an outcome, with the bars in the order in which they arrived."""
        judged = zip(outcome.markets, outcome.judged, strict=True)
        errors = tuple(replace(one, hint=in_python(one.hint)) for one in outcome.run.errors)
        return cls(replace(outcome.run, errors=errors), {key: one.case.bars for key, one in judged}, outcome.markets)

    def bars(self, series: str | None = None, *, context: bool = False) -> pd.DataFrame:
        """The bars of a series as the source has them, by time: every duplicate, nothing repaired.

        Args:
            series: its instrument, or its name with the interval, "NQ=F 1m"; may be left out where there is only one.
            context: also the bars around the window, which statistics were made from.

        Raises:
            SettingsError: the run has no such series.
        """
        from dq.api.frames import bars_frame

        key = chosen(self._markets, series)
        bars = self._bars[key]
        return bars_frame(bars, None if context else self._markets[key].owns(bars.timestamp))

    def reference(self, series: str | None = None) -> pd.DataFrame:
        """The bars of the second source that the series was compared with.

        Raises:
            SettingsError: the run has no such series, or it was compared with nothing.
        """
        from dq.api.frames import bars_frame

        market = self._markets[chosen(self._markets, series)]
        if market.reference is None:
            hint = "dq.validate(…, reference=other_bars) compares with a frame, a file, a database or yahoo:SYMBOL."
            raise SettingsError(f"{market.series.name} has no reference: {market.no_reference}.", hint=hint)
        return bars_frame(market.reference)

    def coverage(self, series: str | None = None, by: str | None = None) -> pd.DataFrame:
        """What a series owed and has, stretch by stretch: owed, present, missing, and what is missing by its cause.

        Args:
            series: as for `bars`.
            by: "minute", "5 minutes", "hour", "day" (dates of sessions), "week" or "month"; what suits the window unless given.

        Raises:
            SettingsError: the run has no such series, or `by` is none of these.
        """
        from dq.api.frames import coverage_frame
        from dq.reports.coverage import STEPS, coverage, step_of

        key = chosen(self._markets, series)
        market = self._markets[key]
        if by is not None and by not in STEPS:
            raise SettingsError(f"by: {by!r} is not allowed; it must be one of {', '.join(STEPS)}")
        findings = [one for one in self.record.findings if one.series == market.series]
        return coverage_frame(coverage(market, self._bars[key].ordered, findings, by or step_of(market.window)))

    def plot(self, series: str | None = None, around: Any = None, *, zone: str | None = None) -> go.Figure:
        """Candles and volume of a series with every finding marked, to zoom, pan and hover.

        Args:
            series: as for `bars`; may be left out where `around` names a finding, or an incident.
            around: what to zoom in on: the number of a finding, the id of an incident, or an instant.
            zone: IANA name of the clock to show; UTC unless given, and "market" is the market's own.

        Raises:
            SettingsError: the run has no such series, finding, incident or zone.
        """
        from dq.api.plotting import checked_zone, meant, plotted

        clock = checked_zone(zone)
        key, stretch = meant(self.record, self._markets, series, around)
        return plotted(self.record, self._bars[key].ordered, self._markets[key], stretch, clock)

    def to_json(self) -> str:
        """The run as `dq validate --format json` prints it."""
        from dq.reports.json import render

        return render(self.record)

    def write_docs(self, folder: str | os.PathLike[str]) -> Path:
        """Write the run as a site that opens without a network, and return its first page.

        Raises:
            DqError: it cannot be written there.
        """
        from dq.reports.html import Site, write_docs

        bars = {key: one.ordered for key, one in self._bars.items()}
        return write_docs(Site(self.record, bars, self._markets), Path(folder))

    def __repr__(self) -> str:
        from dq.api.words import in_words

        return in_words(self.record)

    def _repr_html_(self) -> str:
        from dq.api.cell import run_cell

        return run_cell(self.record)
