"""What waits for channels, and what arrived, as `dq alerts` shows it."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from dq.cli.stored import history_of, known_settings
from dq.cli.tables import sentence_text, table_text
from dq.model import SECOND, Parcel, instant_text
from dq.settings import AlertSettings, Settings
from dq.suites.words import counted, length_text

RECENT = 10  # messages that arrived, as text shows them
KNOWN = 200  # messages that are looked at for those


def answer(style: str) -> Iterator[str]:
    """The lines.

    Raises:
        SettingsError: the settings are wrong.
        HistoryError: what waits cannot be read.
    """
    settings = known_settings()
    waiting, arrived, instruments = _parcels(settings)
    if style == "json":
        yield json.dumps(_document(settings, waiting, arrived), indent=1, ensure_ascii=False)
        return
    now = time.time_ns() // 1000
    yield from _channels(settings.alerts, waiting, instruments)
    yield ""
    yield _waiting(waiting, {one.name for one in settings.alerts}, now)
    if arrived:
        yield ""
        heads = ("sent (UTC)", "channel", "what", "message")
        yield table_text(
            heads,
            [
                (_short(one.sent or 0), one.message.channel, one.message.what, one.message.title)
                for one in arrived[:RECENT]
            ],
        )


def _parcels(settings: Settings) -> tuple[Sequence[Parcel], Sequence[Parcel], Collection[str]]:
    """Those that wait, oldest first; those that arrived, newest first; the instruments that runs had, where rules name some."""
    history = history_of(settings)
    if history is None:
        return (), (), ()
    with history:
        newest = history.parcels(pending=False, limit=KNOWN)
        arrived = sorted((one for one in newest if one.sent is not None), key=lambda one: -(one.sent or 0))
        known = history.instruments() if any(one.instruments for one in settings.alerts) else ()
        return history.parcels(), arrived, known


def _channels(
    channels: Sequence[AlertSettings], waiting: Sequence[Parcel], instruments: Collection[str]
) -> Iterator[str]:
    from dq.alerts import channels_down, silence_text, unmatched_text

    if not channels:
        yield sentence_text(
            "No channel is set: nobody is told. [[alert]] in dq.toml names one; `dq alerts test` tries it."
        )
        return
    yield table_text(
        ("channel", "kind", "told of"), [(one.name, one.url.partition("://")[0], _rules(one)) for one in channels]
    )
    for name, down in channels_down(waiting, {one.name for one in channels}).items():
        yield sentence_text(silence_text(name, down))
    yield from map(sentence_text, filter(None, (unmatched_text(one, instruments) for one in channels)))


def _rules(channel: AlertSettings) -> str:
    rules = [f"{channel.min_severity} and above" if channel.min_severity != "critical" else "critical"]
    rules += [", ".join(channel.checks)] if channel.checks else []
    rules += [f"of {', '.join(channel.instruments)}"] if channel.instruments else []
    rules += [f"again every {length_text(channel.remind)}"] if channel.remind else []
    return "; ".join([*rules, *([] if channel.resolved else ["not when it ends"])])


def _waiting(waiting: Sequence[Parcel], names: set[str], now: int) -> str:
    if not waiting:
        return "No message waits."
    heads = ("written (UTC)", "channel", "what", ">tries", "next", "message")
    rows = [
        (
            _short(one.message.created),
            one.message.channel,
            one.message.what,
            str(one.attempts),
            _next(one, now) if one.message.channel in names else "never: not in dq.toml",
            one.message.title + (f" ({one.error})" if one.error else ""),
        )
        for one in waiting
    ]
    return f"{counted(len(waiting), 'message')} wait{'s' if len(waiting) == 1 else ''}:\n{table_text(heads, rows)}"


def _next(one: Parcel, now: int) -> str:
    return "now" if one.is_due(now) else f"in {length_text(max(one.due - now, SECOND) // SECOND * SECOND)}"


def _document(settings: Settings, waiting: Sequence[Parcel], arrived: Sequence[Parcel]) -> dict[str, Any]:
    channels = [
        {"name": one.name, "kind": one.url.partition("://")[0]}
        | {name: value for name, value in asdict(one).items() if name not in {"url", "name", "remind"}}
        | {"remind_seconds": None if one.remind is None else one.remind / SECOND}
        for one in settings.alerts
    ]
    return {
        "schema": "dq.alerts/1",
        "channels": channels,
        "waiting": list(map(_plain, waiting)),
        "sent": list(map(_plain, arrived)),
    }


def _plain(one: Parcel) -> dict[str, Any]:
    """One message; instants as text."""
    way = {
        "attempts": one.attempts,
        "error": one.error,
        "due": instant_text(one.due),
        "sent": one.sent and instant_text(one.sent),
    }
    return asdict(one.message) | {"created": instant_text(one.message.created)} | way


def _short(instant: int) -> str:
    return instant_text(instant)[:16].replace("T", " ")
