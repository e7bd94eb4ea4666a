"""Alerts are sent: what is due, or a test."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dq.cli.logs import log_by
from dq.cli.tables import sentence_text
from dq.history import is_begun, open_history
from dq.model import Message, Parcel, SettingsError, together
from dq.settings import AlertSettings, Settings, read_settings, settings_and_faults
from dq.suites.words import counted, listed

if TYPE_CHECKING:
    from dq.alerts.courier import Delivered
    from dq.history.store import History

Value = TypeVar("Value")

HOW = "Name one in dq.toml: [[alert]] with url = an apprise address, as in slack://…, mailto://… or json://host/path."
HINT = "See whether its address in dq.toml is right, and the service can be reached from here."
CANNOT_TELL = 3
TRIAL: Mapping[str, str] = {
    "source": "test",
    "what": "opened",
    "severity": "info",
    "title": "Test of dq: this channel works",
    "body": "This is a test of dq: alerts of the incidents that it finds come this way. Nothing is wrong.",
    "link": "",
}


def delivered(channels: str | None) -> int:
    """Send what is due, say how it went, and return the exit status.

    Args:
        channels: a JSON list of channels as settings hold them; None: those of the settings.

    Raises:
        SettingsError: the settings or the channels are wrong.
        HistoryError: what waits cannot be read.
    """
    here = os.environ, Path.cwd()
    settings = read_settings(*here) if channels is None else settings_and_faults(*here)[0]
    log_by(settings.log)
    named, messages = (settings.alerts, ()) if channels is None else _handed(channels)
    if messages:
        from dq.alerts.courier import deliver

        deliver(_AtHand(messages), named, _clock, again=False)
    if not named or not is_begun(settings.history):
        click.echo("No channel is set: nobody is told." if not named else "Nothing waits.")
        return 0
    with open_history(settings.history) as history:
        done = _sent_of(history, named)
        waiting = sum(one.message.channel in {each.name for each in named} for one in history.parcels())
    for name, error in done.failed.items():
        click.echo(sentence_text(f"{error}.", lead=f"{name}:", indent=len(name) + 2))
    left = f"; {counted(waiting, 'message')} wait{'s' if waiting == 1 else ''}" if waiting else ""
    click.echo(f"{counted(done.sent, 'message')} sent{left}.")
    return CANNOT_TELL if done.failed else 0


def delivered_now(settings: Settings) -> Iterator[str]:
    """Send what is due, and say what could not be sent.

    Raises:
        HistoryError: what waits cannot be read.
    """
    with open_history(settings.history) as history:
        failed = _sent_of(history, settings.alerts).failed
    yield from (f"{name} could not be told, and will be: {error}" for name, error in failed.items())


def _sent_of(history: History, channels: Sequence[AlertSettings]) -> Delivered:
    from dq.alerts.courier import Delivered, deliver

    if not any(one.is_due(_clock()) for one in history.parcels()):  # what sends is slow to import
        return Delivered(0, {})
    return deliver(history, channels, _clock)


def tested(names: Sequence[str]) -> int:
    """Send a test to every channel at once, say of each how it went, and return the exit status.

    Raises:
        SettingsError: the settings are wrong, no channel is set, or none has such a name.
    """
    from dq.alerts.courier import deliver

    settings = read_settings(os.environ, Path.cwd())
    log_by(settings.log)
    channels = _chosen(settings, names)
    messages = (one for each in channels for one in _messages(each))
    failed = deliver(_AtHand(messages), channels, _clock, again=False).failed
    width = max(len(one.name) for one in channels)
    for name in (one.name for one in channels):
        said = f"failed  {failed[name]}. {HINT}" if name in failed else "ok      it took the test message"
        click.echo(sentence_text(said, lead=name, indent=width + 2))
    return CANNOT_TELL if failed else 0


class _AtHand:
    """Messages that no history holds, in the place of one: each is tried once."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._waiting = defaultdict[str, list[Message]](list)
        for one in messages:
            self._waiting[one.channel].append(one)

    def claim(self, now: int, lease: int, channels: Collection[str]) -> Sequence[Parcel]:
        queues = (self._waiting[name] for name in channels)
        return [Parcel(queue.pop(0)) for queue in queues if queue]

    def sent(self, identity: str, now: int) -> None:
        """Nobody keeps it."""

    def unsent(self, identity: str, error: str, due: int) -> None:
        """Nobody tries again."""


def _messages(channel: AlertSettings) -> Iterator[Message]:
    """A test, and its end for services that would keep it as an incident."""
    from dq.alerts.sending import is_keyed

    with suppress(SettingsError):  # told by the attempt to send it
        now = _clock()
        name = f"test-{now}"  # another one each time: who has had this message before might throw it away
        opened = Message(id=name, incident=name, channel=channel.name, created=now, **TRIAL)
        yield opened
        if is_keyed(channel):
            yield replace(opened, id=f"{opened.id}-end", what="resolved", title="Resolved: test of dq")


def _chosen(settings: Settings, names: Sequence[str]) -> list[AlertSettings]:
    known = {one.name: one for one in settings.alerts}
    if not known:
        raise SettingsError("No channel is set: nobody is told.", hint=HOW)
    wrong = [
        SettingsError(f"No channel is named {name!r}.", hint=f"There are {listed(list(known))}.")
        for name in names
        if name not in known
    ]
    if wrong:
        raise together(wrong)
    return [known[name] for name in dict.fromkeys(names or known)]


def _handed(text: str) -> tuple[tuple[AlertSettings, ...], tuple[Message, ...]]:
    """Channels as a watch hands them over, which may hold older settings than dq.toml says by now, and what it tells them.

    The messages are those that no history holds, because it cannot be written.
    """
    try:
        handed = json.loads(text)
        handed = handed if isinstance(handed, dict) else {"channels": handed}
        channels = tuple(_made(AlertSettings, one) for one in handed["channels"])
        return channels, tuple(_made(Message, one) for one in handed.get("messages", ()))
    except (ValueError, TypeError, AttributeError, LookupError):
        raise SettingsError(
            "--channels: it is no list of channels.", hint='It looks like [{"name": "desk", "url": "slack://…"}].'
        ) from None


def _made(cls: type[Value], said: Any) -> Value:
    known = {field.name for field in fields(cls)}  # type: ignore[arg-type]  # both are dataclasses
    return cls(**{name: _plain(value) for name, value in said.items() if name in known})


def _plain(value: Any) -> Any:
    """JSON knows lists alone."""
    return tuple(value) if isinstance(value, list) else value


def _clock() -> int:
    """This machine's clock in microseconds UTC."""
    return time.time_ns() // 1000
