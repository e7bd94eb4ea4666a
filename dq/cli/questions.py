"""From flags and settings to one question, or to everything that is wrong with both."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dq.cli.instants import now
from dq.cli.places import wrong_places
from dq.model import DqError, SettingsError, together
from dq.run import Asked, asked_of
from dq.run.question import wrong_bounds, wrong_source
from dq.run.refusals import faults_of, wrong_instruments, wrong_names, wrong_window
from dq.settings import Fault, Settings, settings_and_faults
from dq.sources import check_path

# What `dq validate` is asked where no flag says otherwise: commands that have fewer flags say the rest with it.
UNASKED: Mapping[str, Any] = {
    **dict.fromkeys(("source", "window", "begin", "end", "at", "suite", "interval", "calendar")),
    "instruments": (),
    "no_history": True,
    "fail_on": "never",
    "allow_empty": False,
    "jobs": 1,
}


def asked_by(said: Mapping[str, Any], output: Path | None = None, docs: Path | None = None) -> Asked:
    """What flags and settings ask together, by the clock and in the folder of this process.

    Args:
        said: the flags by name.
        output, docs: where the answer is to be written.

    Raises:
        SettingsError, SuiteError: the one fault that there is, or all of them: of dq.toml, .env, the environment, the
            suites that are named, the flags and the places to write to. Nothing has been fetched.
    """
    asked, wrong = asked_and_wrong(said)
    if asked is not None and wrong:
        wrong += faults_of(lambda: check_path(asked.access))  # else it is told when it is opened
    wrong += wrong_places(output, docs)
    if asked is None or wrong:
        raise together(wrong)
    return asked


def asked_and_wrong(said: Mapping[str, Any]) -> tuple[Asked | None, list[DqError]]:
    """The question as far as it is right, None where no source can be told from it, and all that is wrong with it."""
    settings, faults = settings_and_faults(os.environ, Path.cwd())
    wrong = wrong_of(faults, settings, said, Path.cwd())
    try:
        asked = asked_of(settings, said, now=now(), folder=Path.cwd())
    except DqError:
        unread = any(_of_the_source(fault) for fault in faults)  # then nobody knows what they say of the source
        return None, [*wrong, *wrong_bounds(said), *(() if unread else wrong_source(said, settings))]
    return asked, [*wrong, *wrong_window(asked), *wrong_instruments(asked), *_wrong_reference(asked)]


def _wrong_reference(asked: Asked) -> Iterator[DqError]:
    """A reference that is no file: of the settings, where it would be a mere note of the run, no less than of a flag."""
    url = asked.reference
    if url is not None:
        where = "--reference" if asked.reference_required else f"{asked.settings.config}: reference.url"
        for fault in faults_of(lambda: check_path(replace(asked.access, url=url))):
            yield SettingsError(f"{where}: {fault.message}", hint=fault.hint)


def wrong_of(faults: Sequence[Fault], settings: Settings, said: Mapping[str, Any], folder: Path) -> list[DqError]:
    """What is wrong with the settings, and with the names that they and the flags bring."""
    wrong: list[DqError] = [SettingsError(str(fault)) for fault in faults]
    return wrong + wrong_names((said.get("suite"), settings.suite), said.get("calendar"), folder)


def _of_the_source(fault: Fault) -> bool:
    whole = fault.key in {"", "DQ_CONFIG"}
    return whole or fault.key.startswith(("source", "DATABASE_URL", "SUPABASE_URL", "SUPABASE_KEY"))
