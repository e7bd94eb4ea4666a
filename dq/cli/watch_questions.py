"""From flags and settings to the questions of a watch: one of the flags, or one for each `[[watch]]` of dq.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dq.cli.questions import asked_by
from dq.cli.validation import DEADLINE
from dq.model import DAY, HOUR, MINUTE, DqError, SettingsError, together
from dq.run.refusals import wrong_names
from dq.settings import Settings, WatchSettings, settings_and_faults
from dq.watch import Cadence, Timetable

EVERY = HOUR
REST = 10 * MINUTE  # at most, unless --rest says more


@dataclass(frozen=True, slots=True)
class Plan:
    """What a watch does, until its settings are read again.

    Attributes:
        cadences: the shortest first.
        rest: microseconds for which a source that is down is left alone.
    """

    settings: Settings
    cadences: tuple[Cadence, ...]
    rest: int

    def following(self, instant: int) -> int:
        """The first run of any cadence at or after that instant, microseconds UTC."""
        return min(one.timetable.after(instant) for one in self.cadences)

    def of(self, name: str) -> Cadence:
        """The cadence of that name."""
        return next(one for one in self.cadences if one.name == name)

    @property
    def at_once(self) -> tuple[str, ...]:
        """Cadences that are run when the watch begins: what is asked once a day waits for its hour, unless it is alone."""
        return tuple(one.name for one in self.cadences if one.timetable.every < DAY or len(self.cadences) == 1)

    @property
    def dashboard(self) -> str:
        """The cadence that is shown on pages: the one with the longest look below a day, else the shortest."""
        looks = {one.name: one.asked.window or one.timetable.every for one in self.cadences}
        short = [name for name, look in looks.items() if look < DAY]
        return max(short, key=looks.__getitem__) if short else min(looks, key=looks.__getitem__)


def plan_of(options: Mapping[str, Any]) -> Plan:
    """What flags, dq.toml, .env and the environment ask for together.

    Args:
        options: the flags of `dq watch` by name.

    Raises:
        SettingsError, SuiteError: everything that is wrong with them, of all cadences.
    """
    wrong: list[DqError] = []
    settings, _ = settings_and_faults(os.environ, Path.cwd())
    try:
        chosen = _chosen(settings, options)
    except SettingsError as fault:
        chosen, wrong = (WatchSettings("", EVERY),), [fault]
    cadences = []
    for one in chosen:
        unread = [type(fault)(f"{one.where}: {fault.message}", hint=fault.hint) for fault in _wrong_suite(one)]
        wrong += unread
        try:
            cadences.append(_cadence(replace(one, suite=None) if unread else one, options))
        except DqError as fault:
            wrong.append(fault)
    if wrong:
        raise together(list({fault.message: fault for fault in wrong}.values()))
    cadences.sort(key=lambda one: (one.timetable.every, one.name))
    rest = options["rest"] or min(2 * cadences[0].timetable.every, REST)
    return Plan(cadences[0].asked.settings, tuple(cadences), rest)


def plan_anew(before: Plan, options: Mapping[str, Any]) -> Plan:
    """What they ask for by now.

    Raises:
        SettingsError, SuiteError: as `plan_of`; or dq.toml is gone. Whoever moves it away for a moment, to put another
            in its place, does not want all channels and cadences dropped.
    """
    config = before.settings.config
    if config is not None and settings_and_faults(os.environ, Path.cwd())[0].config is None:
        raise SettingsError(f"{config} is not there any more.", hint="Put it back, or start dq watch again without it.")
    return plan_of(options)


def _chosen(settings: Settings, options: Mapping[str, Any]) -> tuple[WatchSettings, ...]:
    """The cadences that hold: those of dq.toml, or one of them, or the one of the flags."""
    name, known = options["name"], {one.name: one for one in settings.watches}
    if name is None and (options["every"] is not None or not known):
        return (WatchSettings("", options["every"] or EVERY),)
    if name is None:
        return settings.watches
    if options["every"] is not None:
        raise SettingsError("--every and --watch both say when to run.", hint="Give one of them.")
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."
        raise SettingsError(f"--watch {name}: no [[watch]] in dq.toml has that name.", hint=hint)
    return (known[name],)


def _wrong_suite(said: WatchSettings) -> list[DqError]:
    return wrong_names((said.suite,), None, Path.cwd())


def _cadence(said: WatchSettings, options: Mapping[str, Any]) -> Cadence:
    """Its question; the flags hold where it says nothing."""
    window = said.window or options["window"]
    own = {
        "window": window,
        "suite": said.suite or options["suite"],
        "instruments": said.instruments or options["instruments"],
        **dict.fromkeys(("begin", "end", "at")),
    }
    asked = asked_by({**options, **own}, options["output"], options["docs"])
    if asked.access.url == "-":
        raise SettingsError("Standard input can be read once only.", hint="Give `dq watch` a file or a database.")
    limit = said.deadline or options["deadline"] or asked.settings.deadline or DEADLINE
    timetable = Timetable(said.every, asked.settings.grace + said.offset)
    return Cadence(said.name, timetable, replace(asked, window=window, channels=asked.settings.alerts), limit)
