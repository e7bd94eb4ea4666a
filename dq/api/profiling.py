"""`dq.profile`: when each series has bars, hour by hour."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dq.api.asking import call_of
from dq.model import duration_text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from dq.api.asking import Instant, Length
    from dq.model import RunError
    from dq.run.profiling import Profiled

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Profile:
    """When each series of a source has bars, learned from its last 20 sessions."""

    def __init__(self, record: Profiled) -> None:
        self._record = record

    @property
    def source(self) -> str:
        """Where the bars came from, without secrets."""
        return self._record.source

    @property
    def errors(self) -> Sequence[RunError]:
        """Why some series could not be profiled: each with a message and a hint."""
        return self._record.errors

    @property
    def series(self) -> pd.DataFrame:
        """A row per series: where it was looked at, slots that were due, those with a bar, and the quiet hours.

        `quiet` holds hours of the market's day (of daily bars weekdays, 0 is Monday) with fewer than half of their
        bars.
        """
        import pandas as pd

        from dq.api.frames import counts, instants, numbers, texts, things

        known = self._record.profiles
        columns = {
            "instrument": texts([one.series.instrument for one in known]),
            "interval": texts([duration_text(one.series.interval) for one in known]),
            "calendar": texts([one.series.calendar for one in known]),
            "zone": texts([one.zone for one in known]),
            "since": instants([one.since for one in known]),
            "until": instants([one.until for one in known]),
            **{name: counts([getattr(one, name) for one in known]) for name in ("sessions", "slots", "bars")},
            "completeness": numbers([one.completeness for one in known]),
            "quiet": things([one.quiet for one in known]),
        }
        return pd.DataFrame(columns)

    @property
    def hours(self) -> pd.DataFrame:
        """Share of the slots with a bar, 0 to 1: a row per series, a column per hour of its market's day.

        NaN where nothing is ever due. Series of daily and longer bars have no hours; `weekdays` has them.
        """
        return self._shares(range(24), daily=False)

    @property
    def weekdays(self) -> pd.DataFrame:
        """The same by weekday, for series of daily and longer bars."""
        return self._shares(WEEKDAYS, daily=True)

    def plot(self) -> go.Figure:
        """The shares as a heatmap: series by hour of their market's day, or by weekday where all bars are daily."""
        import plotly.graph_objects as go

        shares = self.hours if len(self.hours) else self.weekdays
        heat = go.Heatmap(
            z=shares.to_numpy() * 100,
            x=[str(one) for one in shares.columns],
            y=list(shares.index),
            zmin=0,
            zmax=100,
            colorscale="Viridis",
            showscale=False,
            hovertemplate="%{y}, %{x}: %{z:.1f} % of the bars<extra></extra>",
        )
        layout = {
            "title": "Share of the bars that are there: dark none, bright all",
            "xaxis": {"title": "hour of the market's day", "type": "category"},
        }
        size = {"height": 140 + 30 * len(shares), "margin": {"t": 60, "b": 50}}
        return go.Figure(heat, {**layout, **size, "yaxis": {"autorange": "reversed"}})

    def __repr__(self) -> str:
        told = [f"dq.Profile of {len(self._record.profiles)} series · {self.source}"]
        return "\n".join([*told, *(f"  {one.message}" for one in self.errors)])

    def _repr_html_(self) -> str:
        from dq.api.cell import profile_cell

        return profile_cell(self._record)

    def _shares(self, columns: Sequence[Any], *, daily: bool) -> pd.DataFrame:
        import pandas as pd

        known = [one for one in self._record.profiles if one.series.daily is daily]
        index = pd.Index([one.series.name for one in known], name="series", dtype="str")
        return pd.DataFrame([one.shares for one in known], index=index, columns=list(columns), dtype="float64")


def profile(
    source: Any = None,
    *,
    at: Instant | None = None,
    instruments: str | Collection[str] | None = None,
    interval: Length | None = None,
    calendar: str | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    series: Mapping[str, Mapping[str, object]] | None = None,
    deadline: Length | None = None,
    progress: bool | None = None,
    record: bool = False,
) -> Profile:
    """Learn when each series has bars, as `dq profile` does: what tells a quiet market from a hole.

    Args:
        source, instruments, interval, calendar, timezone, columns, series, deadline, progress: as in `dq.validate`.
        at: the instant before which to look at 20 sessions; the clock's otherwise, of frames and files their end.
        record: keep the profiles in the history, where `dq validate` finds them.

    Raises:
        SettingsError: arguments or settings are wrong, with every fault.
        SourceError, BarsError: the source cannot be opened or listed.
    """
    said = {name: value for name, value in locals().items() if name not in {"source", "series"}}
    from dq.run.profiling import profile as learned

    call = call_of(source, said, series)
    return Profile(call.done(lambda: learned(call.asked)))
