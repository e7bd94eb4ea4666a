"""The run as a function: `dq.validate` judges a frame, a file or a database and returns the Run."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from dq.api.asking import Call, call_of
from dq.api.run import Run
from dq.model import DqError, SettingsError

if TYPE_CHECKING:
    from dq.api.asking import Instant, Length


def validate(
    source: Any = None,
    *,
    window: Length | None = None,
    begin: Instant | None = None,
    end: Instant | None = None,
    at: Instant | None = None,
    suite: str | os.PathLike[str] | None = None,
    instruments: str | Collection[str] | None = None,
    interval: Length | None = None,
    calendar: str | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    series: Mapping[str, Mapping[str, object]] | None = None,
    reference: Any = None,
    fail_on: str = "warning",
    allow_empty: bool = False,
    jobs: int = 1,
    deadline: Length | None = None,
    progress: bool | None = None,
    record: bool = False,
) -> Run:
    """Judge bars, as `dq validate` does, and return what was found.

    What is wrong with the bars stands in the run's findings. What is wrong with their source (a column that is absent,
    a server that is silent) stands in its errors: the verdict is then `unknown` and the exit code 3. Nothing is
    printed, no signal is touched unless a deadline is asked for, and nothing is recorded unless `record` says so.

    Args:
        source: a DataFrame of pandas or polars, an Arrow table, or whatever else hands out Arrow columns; else a URL
            or a path as the command line takes it; None for what dq.toml, .env and the environment name. A pandas
            index of time stamps, and levels named like columns, are read as columns.
        window: look back that far from `at`: a text such as "1h", or a timedelta.
        begin, end: half-open bounds in place of a window. Instants are ISO 8601 texts with Z or an offset, datetimes
            (pandas' too) with a time zone, or NumPy's datetime64, which is UTC.
        at: the instant that the run pretends it is; the clock's otherwise, or the end of the bars of a frame or file.
        suite: a suite's name or file; that of each series' interval otherwise.
        instruments: judge these series alone; a single one also names the bars of a source that does not say.
        interval, calendar: of all series, where bars and names do not say them.
        timezone: IANA name of the clock that wrote stamps without a zone; they are refused otherwise.
        columns: our name of a column to the source's, where they differ.
        series: instrument to what is known of it, under the keys of [series."…"] in dq.toml.
        reference: other bars of the same series to compare with: whatever `source` may be, or "yahoo:".
        fail_on: from which severity up a finding makes the exit code 1: info, warning, critical, never.
        allow_empty: a source without bars is fine.
        jobs: threads that judge series.
        deadline: give up after that long, by SIGALRM: in the main thread alone.
        progress: show how far it is, from the second second on: True always, False never, None in a notebook or a
            terminal.
        record: write the run into the history, as the command does.

    Settings of dq.toml, .env and the environment hold for URLs and paths. A frame is judged by what is passed alone;
    only where the cache and the history lie is still the environment's.

    Raises:
        SettingsError, SuiteError: arguments or settings are wrong, with every fault; nothing was read.
    """
    said = {name: value for name, value in locals().items() if name not in {"source", "series", "reference"}}
    return _run(call_of(source, said, series, reference))


def _run(call: Call) -> Run:
    from dq import __version__
    from dq.run import untold
    from dq.run import validate as validated

    try:
        outcome = call.done(lambda: validated(call.asked, __version__))
    except DqError as wrong:
        if wrong.exit_status == SettingsError.exit_status:
            raise
        outcome = untold(call.asked, wrong, __version__)
    return Run.of(outcome)
