"""Values of a run as pandas frames: the same columns and types, however much there is of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.model import COLUMNS, NO_INSTANT, SEVERITIES, duration_text

if TYPE_CHECKING:
    import pandas as pd

    from dq.model import Finding, Incident, Int, Mask, Run, SeriesVerdict
    from dq.model.bars import Columns
    from dq.reports.coverage import Coverage


def bars_frame(bars: Columns, kept: Mask | None = None) -> pd.DataFrame:
    """Bars by time, duplicates in the order in which they arrived; the index `timestamp` is UTC.

    Args:
        kept: which rows to take; all unless given.
    """
    import pandas as pd

    rows = np.flatnonzero(np.ones(len(bars), np.bool_) if kept is None else kept)
    rows = rows[np.argsort(bars.timestamp[rows], kind="stable")]
    index = pd.DatetimeIndex(instants(bars.timestamp[rows]), name="timestamp")
    return pd.DataFrame({name: bars.column(name)[rows] for name in COLUMNS}, index=index)


def findings_frame(findings: Sequence[Finding]) -> pd.DataFrame:
    """One row per finding, in the order of the run; see `dq.Run.findings`."""
    import pandas as pd

    evidence = [one.evidence for one in findings]
    columns = {
        "severity": severities([one.severity for one in findings]),
        "check": texts([one.check for one in findings]),
        "instrument": texts([one.series.instrument if one.series else None for one in findings]),
        "interval": texts([duration_text(one.series.interval) if one.series else None for one in findings]),
        "start": instants([one.start for one in findings]),
        "end": instants([one.end for one in findings]),
        "count": np.array([one.count for one in findings], np.int64),
        "cause": texts([one.cause for one in findings]),
        "message": texts([one.message for one in findings]),
        "columns": texts([", ".join(one.columns) for one in findings]),
        "observed": things([one.observed for one in findings]),
        "expected": things([one.expected for one in findings]),
        **{name: numbers([getattr(one, name, None) for one in evidence]) for name in ("sigmas", "ticks", "percent")},
        "came_back": pd.array([one.came_back if one else None for one in evidence], dtype="boolean"),
    }
    return pd.DataFrame(columns).rename_axis(index="finding")


def incidents_frame(incidents: Sequence[Incident]) -> pd.DataFrame:
    """One row per incident; see `dq.Run.incidents`."""
    import pandas as pd

    columns = {
        "severity": severities([one.severity for one in incidents]),
        "state": texts([one.state for one in incidents]),
        "check": texts([one.check for one in incidents]),
        "cause": texts([one.cause for one in incidents]),
        "series": texts([", ".join(one.series) for one in incidents]),
        "start": instants([one.start for one in incidents]),
        "end": instants([one.end for one in incidents]),
        "findings": things([one.findings for one in incidents]),
        "message": texts([one.message for one in incidents]),
    }
    return pd.DataFrame(columns).set_axis(pd.Index(texts([one.id for one in incidents]), name="incident"))


def series_frame(run: Run) -> pd.DataFrame:
    """One row per series; see `dq.Run.series`."""
    import pandas as pd

    judged = run.series
    counted = ("bars", "expected_bars", "missing_bars", "quiet_bars", "suspect_bars")
    found = [[one.severity for one in run.findings if one.series == each.series] for each in judged]
    columns: dict[str, Any] = {
        "instrument": texts([one.series.instrument for one in judged]),
        "interval": texts([duration_text(one.series.interval) for one in judged]),
        "calendar": texts([one.series.calendar for one in judged]),
        "zone": texts([one.zone for one in judged]),
        "verdict": texts([one.verdict for one in judged]),
        "completeness": numbers([one.completeness for one in judged]),
        **{name: counts([getattr(one, name) for one in judged]) for name in counted},
        "first": instants([one.first for one in judged]),
        "last": instants([one.last for one in judged]),
        **{each: counts([of_it.count(each) for of_it in found]) for each in reversed(SEVERITIES)},
        "assumed": texts(["; ".join(one.assumed) for one in judged]),
        "notes": texts(["; ".join(one.notes) for one in judged]),
    }
    return pd.DataFrame(columns)


def checks_frame(series: Sequence[SeriesVerdict]) -> pd.DataFrame:
    """One row per series and check; see `dq.Run.checks`."""
    import pandas as pd

    asked = [(one.series, each) for one in series for each in one.checks]
    columns = {
        "instrument": texts([one.instrument for one, _ in asked]),
        "interval": texts([duration_text(one.interval) for one, _ in asked]),
        "check": texts([each.check for _, each in asked]),
        "verdict": texts([each.verdict for _, each in asked]),
        "findings": np.array([each.findings for _, each in asked], np.int64),
        "reason": texts([each.reason for _, each in asked]),
    }
    return pd.DataFrame(columns)


def coverage_frame(told: Coverage) -> pd.DataFrame:
    """One row per stretch; see `dq.Run.coverage`."""
    import pandas as pd

    index = pd.DatetimeIndex(instants(told.starts), name="start")
    owed = {"owed": told.owed, "present": told.present, "missing": told.owed - told.present}
    return pd.DataFrame({**owed, **told.missing}, index=index)


def instants(stamps: Sequence[int | None] | Int) -> pd.DatetimeIndex:
    """Microseconds UTC as datetime64[us, UTC]; None and NO_INSTANT are NaT."""
    import pandas as pd

    if not isinstance(stamps, np.ndarray):
        stamps = np.array([NO_INSTANT if one is None else one for one in stamps], np.int64)
    return pd.DatetimeIndex(stamps.view("datetime64[us]")).tz_localize("UTC")


def severities(names: Sequence[str]) -> pd.Categorical:
    """Severities that compare and sort: info, warning, critical."""
    import pandas as pd

    return pd.Categorical(texts(names), categories=list(SEVERITIES), ordered=True)


def texts(values: Sequence[str | None]) -> pd.Series[Any]:
    """Texts, missing where there is None."""
    import pandas as pd

    return pd.Series(list(values), dtype="str")


def numbers(values: Sequence[float | None]) -> pd.Series[Any]:
    """float64, NaN where there is None."""
    import pandas as pd

    return pd.Series([np.nan if one is None else float(one) for one in values], dtype="float64")


def counts(values: Sequence[int | None]) -> pd.Series[Any]:
    """Whole numbers, missing where there is None."""
    import pandas as pd

    return pd.Series(list(values), dtype="Int64")


def things(values: Sequence[object]) -> pd.Series[Any]:
    """Whatever they are."""
    import pandas as pd

    held = np.empty(len(values), object)
    for at, value in enumerate(values):  # one by one, or NumPy would take lists apart
        held[at] = value
    return pd.Series(held, dtype="object")
