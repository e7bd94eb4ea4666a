"""From a call in Python to a question: arguments and settings together, or every fault of both at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from dq.model import DqError, SettingsError, together
from dq.settings import Settings, SourceSettings, read_settings
from dq.settings.arguments import admitted
from dq.settings.places import Places

if TYPE_CHECKING:
    from datetime import timedelta

    import numpy as np

    from dq.run import Asked

    Instant: TypeAlias = str | datetime | np.datetime64
    Length: TypeAlias = str | timedelta | np.timedelta64

Result = TypeVar("Result")
HINT = 'Give it longer with deadline="2m", ask for a smaller window, or name one of the instruments.'
UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("window", "begin", "end", "at", "suite", "instruments", "interval", "calendar")),
    **dict.fromkeys(("timezone", "columns", "deadline", "progress")),
    "fail_on": "warning",
    "allow_empty": False,
    "jobs": 1,
    "record": False,
}


@dataclass(frozen=True, eq=False)
class Call:
    """A call, admitted.

    Attributes:
        values: of the arguments, as dq uses them.
    """

    asked: Asked
    values: Mapping[str, Any]

    def done(self, work: Callable[[], Result]) -> Result:
        """The result of the work, within the deadline of the call, its progress shown where somebody looks.

        Raises:
            SourceError: the time was over.
        """
        from dq.progress import face_of, shown
        from dq.run.deadline import within

        with shown(face_of(self.values["progress"])):
            return within(self.values["deadline"], work, HINT)


def call_of(source: Any, said: Mapping[str, Any], series: object = None, reference: Any = None) -> Call:
    """The question that a call asks.

    Args:
        said: arguments under the names of `dq.settings.arguments.RULES`; the others hold as in UNSAID.
        series: instrument to what the call says of it.
        reference: what to compare with: a frame, a URL, a path or None.

    Raises:
        SettingsError: with every fault of arguments and settings.
    """
    from dq.run import asked_of
    from dq.sources.columns import is_frame

    said = {**UNSAID, **{name: os.fspath(one) if isinstance(one, os.PathLike) else one for name, one in said.items()}}
    misplaced = [*_misplaced("source", source), *_misplaced("reference", reference), *_out_of_place(said)]
    if reference is not None and reference is source:
        misplaced.append("reference: it is the source itself, which would agree with itself")
    values, settings = _admitted(said, series, misplaced, framed=is_frame(source))
    place = {
        **_place("source", source, "frame"),
        **_place("reference", reference, "reference_frame"),
        "no_history": not values["record"],
    }
    now = int(datetime.now(UTC).timestamp()) * 1_000_000
    return Call(asked_of(settings, {**values, **place}, now=now, folder=Path.cwd()), values)


def _place(name: str, given: Any, frame: str) -> dict[str, Any]:
    """Where bars are: the text of a URL or path, or a frame and what people are told in place of its address."""
    from dq.sources.columns import is_frame, label_of

    if is_frame(given):
        return {name: label_of(given) if name == "source" else f"the {name} {label_of(given)}", frame: given}
    return {name: None if given is None else os.fspath(given), frame: None}


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


def _misplaced(name: str, given: object) -> Iterator[str]:
    """What is wrong with a place where bars are said to be."""
    from dq.sources.columns import is_frame

    if not (is_frame(given) or given is None or isinstance(given, str | os.PathLike)):
        allowed = "a DataFrame (of pandas or polars), an Arrow table, a URL or a path"
        yield f"{name}: {type(given).__name__} is nothing that bars can be read from; it must be {allowed}"
    if isinstance(given, str) and not given.strip():
        yield f"{name}: it is empty; leave it out for what dq.toml and the environment name"


def _out_of_place(said: Mapping[str, Any]) -> Iterator[str]:
    if said["deadline"] is not None and threading.current_thread() is not threading.main_thread():
        yield "deadline: it works in the main thread alone; leave it out here"


def _bare_settings() -> Settings:
    """What holds where nothing was said; where files lie is the machine's matter."""
    folder = Path.cwd()
    places = Places(os.environ, folder)
    return Settings(
        history=places.history(os.environ.get("DQ_HISTORY"), None, folder),
        state=places.state(),
        cache=places.cache(os.environ.get("DQ_CACHE_DIR")),
        source=SourceSettings(),
    )
