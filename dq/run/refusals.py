"""What is wrong with a question, all of it, before anything is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from dq.calendars import check_calendar
from dq.model import DqError, SettingsError, together
from dq.run.asked import Asked
from dq.run.windows import asked_window
from dq.suites import load_suite


def refuse_wrong_questions(asked: Asked) -> None:
    """Raise what is wrong with suites, calendar, window and instruments.

    Raises:
        SettingsError, SuiteError: the one fault there is, or all of them.
    """
    wrong = wrong_names((asked.suite, asked.settings.suite), asked.flags.calendar, asked.folder) + wrong_window(asked)
    wrong += wrong_instruments(asked)
    if wrong:
        raise together(wrong)


def wrong_names(suites: Iterable[str | None], calendar: str | None, folder: Path) -> list[DqError]:
    """What is wrong with suites and a calendar that were named; each suite is read to its end."""
    named = [name for name in dict.fromkeys(suites) if name is not None]
    wrong = [fault for name in named for fault in faults_of(partial(load_suite, name, folder))]
    return wrong if calendar is None else wrong + faults_of(lambda: check_calendar(calendar))


def wrong_window(asked: Asked) -> list[DqError]:
    """What is wrong with the window, where one was asked for."""
    return faults_of(lambda: asked_window(asked)) if asked.windowed else []


def wrong_instruments(asked: Asked) -> list[DqError]:
    """Instruments that no table can hold and no report can tell: a terminal of another encoding hands them over."""
    hint = "Write it in UTF-8; look at the encoding of the terminal, or of what wrote the command."
    return [
        SettingsError(f"The instrument {name!r} is no text that UTF-8 can hold.", hint=hint)
        for name in dict.fromkeys((*asked.instruments, *asked.settings.instruments))
        if name.encode(errors="ignore").decode() != name
    ]


def faults_of(look: Callable[[], object]) -> list[DqError]:
    """What a look raises, so that others may be told with it; none where all is well."""
    try:
        look()
    except DqError as wrong:
        return [wrong]
    return []
