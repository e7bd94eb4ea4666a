"""From what was said to what is asked: flags of a command or arguments of a call, merged with the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dq.model import SECOND, SettingsError, together
from dq.run.asked import Asked
from dq.settings import SeriesSettings, Settings, masked, same_place, source_address
from dq.sources import Access

WINDOW = 3600 * SECOND
DATABASES = ("postgresql://", "postgres://", "https://", "http://", "yahoo:")  # a window is asked for, not all there is
WEB = ("https://", "http://")
SAID_AS_ASKED = ("at", "begin", "end", "suite", "instruments", "fail_on", "allow_empty", "jobs")


def asked_of(settings: Settings, said: Mapping[str, Any], *, now: int, folder: Path) -> Asked:
    """What was said and settings ask together.

    Args:
        said: under the names of the options of `dq validate`; `frame` and `reference_frame` hold what is no address.
        now: microseconds UTC.
        folder: from which relative names of suites start.

    Raises:
        SettingsError: they name no source or one without its key, or say twice where the window begins; all of it.
    """
    wrong = [*wrong_bounds(said), *wrong_source(said, settings)]
    if wrong:
        raise together(wrong)
    url = str(_address(said["source"]) or settings.source.url)
    reference = _address(said.get("reference"))
    unsaid = None if said["begin"] is not None or not url.startswith(DATABASES) else settings.window or WINDOW
    return Asked(
        access=replace(
            _access(url, settings, said["instruments"], said.get("frame")), now=now, **_of_series(settings, said)
        ),
        settings=settings,
        now=now,
        window=said["window"] or unsaid,
        flags=SeriesSettings(interval=said["interval"], calendar=said["calendar"]),
        record=not said["no_history"],
        folder=folder,
        reference=reference or settings.reference,
        reference_required=reference is not None,
        reference_frame=said.get("reference_frame"),
        **{name: said[name] for name in SAID_AS_ASKED},
    )


def _address(said: str | None) -> str | None:
    """SOURCE as settings would take it: an address by the same rules, a path as it is, if a report can tell it."""
    if said is not None and said.encode(errors="ignore").decode() != said:
        raise ValueError(f"{said!r} is no text that UTF-8 can hold; give it another name, or hand over its bars with -")
    return source_address(said) if said is not None and "://" in said else said


def wrong_source(said: Mapping[str, Any], settings: Settings) -> Iterator[SettingsError]:
    """What is wrong with the source and the reference: addresses, the key, that there is none."""
    for name, flag in (("source", "SOURCE"), ("reference", "--reference")):
        try:
            _address(said.get(name))
        except ValueError as wrong:
            yield SettingsError(f"{flag}: {wrong}")
            return
    url = _address(said["source"]) or settings.source.url
    yield from _wrong_reference(_address(said.get("reference")), url)
    yield from _unreadable(url, settings)


def _unreadable(url: str | None, settings: Settings) -> Iterator[SettingsError]:
    if url is not None and url.startswith(WEB) and not settings.source.key:
        yield SettingsError(
            f"SUPABASE_KEY is missing: {masked(url)} is not read without a key.",
            hint="Write SUPABASE_KEY=… into .env or the environment (Project Settings, API Keys).",
        )
    if url is None:
        alone = settings.source.key is not None
        hint = "Try `dq validate bars.csv`, `dq validate postgresql://…`, or `dq demo` to see how it looks."
        yield SettingsError(
            "There is nothing to validate: no SOURCE, no DATABASE_URL, no SUPABASE_URL, no [source] url in dq.toml.",
            hint="SUPABASE_KEY is set, SUPABASE_URL is not: write it into .env, too." if alone else hint,
        )


def wrong_bounds(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    """What is wrong with the flags that say where the window begins and ends."""
    if said["window"] is not None and said["begin"] is not None:
        yield SettingsError("--window and --from both say where to begin.", hint="Give one of them.")
    if said["end"] is not None and said["window"] is None and said["begin"] is None:
        yield SettingsError(
            "--to needs a beginning.", hint="Give --from, or --window for a length of time before --to."
        )


def _wrong_reference(reference: str | None, url: str | None) -> Iterator[SettingsError]:
    if reference is not None and url is not None and same_place(reference, url):
        hint = "Name other bars of the same series: yahoo:, another table, a file."
        yield SettingsError("--reference is the source itself, which would agree with itself.", hint=hint)


def _of_series(settings: Settings, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a source of several intervals has to know: of every series by the flag, else of each in the settings."""
    named = settings.series.items()
    intervals = {name: one.interval for name, one in named if one.interval}
    extended = frozenset(name for name, one in named if one.extended_hours)
    return {"intervals": {"": said["interval"]} if said["interval"] else intervals, "extended_hours": extended}


def _access(url: str, settings: Settings, instruments: tuple[str, ...], frame: object) -> Access:
    said = settings.source
    limits = {"connect_seconds": said.connect_timeout, "call_seconds": said.call_timeout}
    said_limits: dict[str, Any] = {name: limit / SECOND for name, limit in limits.items() if limit is not None}
    return Access(
        url=url,
        key=said.key,
        schema=said.schema,
        table=said.tables["ohlc"],
        levels_table=said.tables["levels"],
        errors_table=said.tables["errors"],
        columns={ours: theirs for ours, theirs in said.columns.items() if ours != theirs},
        order_by=said.order_by,
        timezone=said.timezone,
        instrument=instruments[0] if len(instruments) == 1 and not os.path.isdir(url) else None,  # noqa: PTH112  no error for a path too long
        retries=said.retries,
        frame=frame,
        **said_limits,
    )
