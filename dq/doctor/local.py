"""What needs no network: versions, the channels of alerts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from dq.doctor.line import WARNING, Line
from dq.doctor.steps import fine
from dq.model import DqError, SettingsError
from dq.settings import Settings
from dq.settings.outward import is_elsewhere
from dq.suites.words import counted, listed

PACKAGES = ("psycopg", "numpy", "supabase", "yfinance", "great-expectations")


def versions(dq: str) -> Line:
    """What is installed, for whoever is asked for help."""
    told = [f"dq {dq}", f"Python {sys.version.split()[0]}"]
    absent = []
    for name in PACKAGES:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            absent.append(name)
    if absent:
        return Line(
            "versions", WARNING, f"{', '.join(told)}; not installed: {', '.join(absent)}", "pip install dq again."
        )
    return fine("versions", ", ".join(told))


def alerts(settings: Settings) -> Line:
    """Whether somebody is told, as far as that is known without sending anything: addresses, and what the history says."""
    if not settings.alerts:
        return fine("alerts", "no channel is set: dq tells those who ask")
    wrong = list(_wrong_channels(settings))
    if wrong:
        return Line("alerts", WARNING, "; ".join(one.message.rstrip(".") for one in wrong), wrong[0].hint)
    silent, unmatched = _of_history(settings)
    if silent:
        hint = "`dq alerts test` tries them, `dq alerts` shows what waits."
        return Line("alerts", WARNING, " ".join([*silent, *unmatched]).rstrip("."), hint)
    if unmatched:
        return Line(
            "alerts", WARNING, " ".join(unmatched).rstrip("."), "Mend `instruments` of that [[alert]] in dq.toml."
        )
    kinds = listed(list(dict.fromkeys(one.url.partition("://")[0] for one in settings.alerts)))
    return fine(
        "alerts", f"{counted(len(settings.alerts), 'channel')} ({kinds}); `dq alerts test` sends a message to each"
    )


def _wrong_channels(settings: Settings) -> Iterator[DqError]:
    """What is wrong with addresses of channels: apprise, which knows, is asked for each."""
    from dq.alerts.sending import plugin_of

    for channel in settings.alerts:
        if is_elsewhere(channel.url):
            told = f"The channel {channel.name!r}: its address stands in {channel.url}, which cannot be read here."
            yield SettingsError(told, hint="Set that variable, or let this user read that file.")
            continue
        try:
            plugin_of(channel)
        except DqError as wrong:
            yield wrong


def _of_history(settings: Settings) -> tuple[list[str], list[str]]:
    """Sentences on channels that could not be reached, and on those whose rules name no series that runs had.

    A history that cannot be read has a line of its own.
    """
    from dq.alerts import channels_down, silence_text, unmatched_text
    from dq.history import HistoryError, read_history

    try:
        with read_history(settings.history) as history:
            down = channels_down(history.parcels(), {one.name for one in settings.alerts})
            known = history.instruments() if any(one.instruments for one in settings.alerts) else ()
    except HistoryError:
        return [], []
    unmatched = [unmatched_text(one, known) for one in settings.alerts]
    return [silence_text(name, one) for name, one in down.items()], list(filter(None, unmatched))
