"""The run as a function: `dq.validate` judges a frame, a file or a database and returns the Run.

Beside the command line, the one reader of the clock and the environment.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from dq.model import DqError, Run, SettingsError, together
from dq.settings import Settings, SourceSettings, read_settings
from dq.settings.arguments import admitted
from dq.settings.places import Places

if TYPE_CHECKING:
    import numpy as np

    Instant: TypeAlias = str | datetime | np.datetime64
    Length: TypeAlias = str | timedelta | np.timedelta64

HINT = 'Give it longer with deadline="2m", ask for a smaller window, or name one of the instruments.'


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
    fail_on: str = "warning",
    allow_empty: bool = False,
    jobs: int = 1,
    deadline: Length | None = None,
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
        fail_on: from which severity up a finding makes the exit code 1: info, warning, critical, never.
        allow_empty: a source without bars is fine.
        jobs: threads that judge series.
        deadline: give up after that long, by SIGALRM: in the main thread alone.
        record: write the run into the history, as the command does.

    Settings of dq.toml, .env and the environment hold for URLs and paths. A frame is judged by what is passed alone;
    only where the cache and the history lie is still the environment's.

    Raises:
        SettingsError, SuiteError: arguments or settings are wrong, with every fault; nothing was read.
    """
    said = {name: value for name, value in locals().items() if name not in {"source", "series"}}
    return _run(source, said, series)


def _run(source: Any, said: dict[str, Any], series: object) -> Run:
    from dq import __version__
    from dq.run import asked_of, untold
    from dq.run import validate as validated
    from dq.run.deadline import within
    from dq.sources.columns import is_frame, label_of

    if isinstance(said["suite"], os.PathLike):
        said["suite"] = os.fspath(said["suite"])
    framed = is_frame(source)
    values, settings = _admitted(said, series, _misplaced(source, said, framed=framed), framed=framed)
    deadline = values.pop("deadline")
    url = label_of(source) if framed else None if source is None else os.fspath(source)
    place = {"source": url, "frame": source if framed else None, "no_history": not values["record"]}
    now = int(datetime.now(UTC).timestamp()) * 1_000_000
    asked = asked_of(settings, {**values, **place}, now=now, folder=Path.cwd())
    try:
        return within(deadline, lambda: validated(asked, __version__), HINT).run
    except DqError as wrong:
        if wrong.exit_status == SettingsError.exit_status:
            raise
        return untold(asked, wrong, __version__).run


def _admitted(
    said: Mapping[str, Any], series: object, misplaced: list[str], *, framed: bool
) -> tuple[dict[str, Any], Settings]:
    """Arguments and settings, together as they hold.

    Raises:
        SettingsError: with every fault of both.
    """
    wrong: list[DqError] = []
    values: dict[str, Any] = {}
    described: Mapping[str, Any] = {}
    settings = _bare_settings()
    try:
        values, described = admitted(said, series, misplaced)
    except SettingsError as fault:
        wrong.append(fault)
    try:
        settings = settings if framed else read_settings(os.environ, Path.cwd())
    except SettingsError as fault:
        wrong.append(fault)
    if wrong:
        raise together(wrong)
    columns, zone = values.pop("columns"), values.pop("timezone")
    of_source = replace(
        settings.source, columns=columns or settings.source.columns, timezone=zone or settings.source.timezone
    )
    values["instruments"] = values["instruments"] or ()
    return values, replace(settings, source=of_source, series={**settings.series, **described})


def _misplaced(source: object, said: Mapping[str, Any], *, framed: bool) -> list[str]:
    """What is wrong beyond the rules of single values."""
    wrong = []
    if not (framed or source is None or isinstance(source, str | os.PathLike)):
        allowed = "a DataFrame (of pandas or polars), an Arrow table, a URL or a path"
        wrong.append(f"source: {type(source).__name__} is nothing that bars can be read from; it must be {allowed}")
    if isinstance(source, str) and not source.strip():
        wrong.append("source: it is empty; leave it out for what dq.toml and the environment name")
    if said["deadline"] is not None and threading.current_thread() is not threading.main_thread():
        wrong.append("deadline: it works in the main thread alone; leave it out here")
    return wrong


def _bare_settings() -> Settings:
    """What holds where nothing was said; where files lie is the machine's matter."""
    folder = Path.cwd()
    places = Places(os.environ, folder)
    return Settings(
        history=places.history(os.environ.get("DQ_HISTORY"), None, folder),
        cache=places.cache(os.environ.get("DQ_CACHE_DIR")),
        source=SourceSettings(),
    )
