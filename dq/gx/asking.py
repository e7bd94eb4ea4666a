"""From what an expectation says of a series to the question that dq is asked of the batch.

Beside the command line and `dq.api` a reader of the clock and the environment: Great Expectations calls it out of the blue.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dq.model import SettingsError
from dq.run.asked import Asked
from dq.run.question import asked_of
from dq.settings import SeriesSettings, Settings, SourceSettings
from dq.settings.arguments import RULES, admitted
from dq.settings.keys import SERIES
from dq.settings.places import Places

NOW = "now"  # `at` the clock's own instant
OF_SERIES = tuple(name for name in SERIES if name not in RULES)  # said of all series at once, without naming them
OF_BATCH = ("window", "begin", "end", "at", "instruments", "interval", "calendar", "timezone", "columns", "allow_empty")
UNSAID: Mapping[str, Any] = {"suite": None, "fail_on": "warning", "jobs": 1, "no_history": True}


def question_of_batch(frame: object, said: Mapping[str, Any]) -> Asked:
    """What an expectation's settings ask of a frame.

    Args:
        frame: of pandas, or an Arrow table.
        said: the settings that are not None, as the expectation has them.

    Raises:
        SettingsError: with every fault of them.
    """
    from dq.sources.columns import label_of

    now = int(datetime.now(UTC).timestamp()) * 1_000_000
    given: dict[str, Any] = {name: said.get(name) for name in OF_BATCH}
    given["at"] = None if given["at"] == NOW else given["at"]
    values, described = admitted(given, said.get("series"))
    if said.get("at") == NOW:
        values["at"] = now
    source = SourceSettings(columns=values.pop("columns") or SourceSettings().columns, timezone=values.pop("timezone"))
    values["instruments"] = values["instruments"] or ()
    place = {"source": label_of(frame), "frame": frame, "reference": said.get("reference")}
    folder = Path.cwd()
    asked = asked_of(_settings(source, described), {**UNSAID, **values, **place}, now=now, folder=folder)
    return _of_every_series(asked, said)


def _settings(source: SourceSettings, described: Mapping[str, SeriesSettings]) -> Settings:
    folder = Path.cwd()
    places = Places(os.environ, folder)
    cache = places.cache(os.environ.get("DQ_CACHE_DIR"))
    return Settings(history=places.history(None, None, folder), cache=cache, source=source, series=described)


def _of_every_series(asked: Asked, said: Mapping[str, Any]) -> Asked:
    """The same question with what is said of every series.

    Raises:
        SettingsError: a value that no series can have.
    """
    from dataclasses import replace

    try:
        flags = {name: SERIES[name](said[name]) for name in OF_SERIES if name in said}
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None
    return replace(asked, flags=replace(asked.flags, **flags))
