"""What is wrong with a question, all of it, before anything is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from dq.calendars import check_calendar
from dq.model import DqError, together
from dq.run.asked import Asked
from dq.run.windows import asked_window
from dq.suites import load_suite


def refuse_wrong_questions(asked: Asked) -> None:
    """Raise what is wrong with suites, calendar and window.

    Raises:
        SettingsError, SuiteError: the one fault there is, or all of them.
    """
    wrong = wrong_names((asked.suite, asked.settings.suite), asked.flags.calendar, asked.folder) + wrong_window(asked)
    if wrong:
        raise together(wrong)


def wrong_names(suites: Iterable[str | None], calendar: str | None, folder: Path) -> list[DqError]:
    """What is wrong with suites and a calendar that were named; each suite is read to its end."""
    named = [name for name in dict.fromkeys(suites) if name is not None]
    wrong = [fault for name in named for fault in _raised(partial(load_suite, name, folder))]
    return wrong if calendar is None else wrong + _raised(lambda: check_calendar(calendar))


def wrong_window(asked: Asked) -> list[DqError]:
    """What is wrong with the window, where one was asked for."""
    return _raised(lambda: asked_window(asked)) if asked.windowed else []


def _raised(look: Callable[[], object]) -> list[DqError]:
    try:
        look()
    except DqError as wrong:
        return [wrong]
    return []
