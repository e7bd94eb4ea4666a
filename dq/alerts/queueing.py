"""What lies waiting for channels, read: which of them cannot be reached, and how long until the next attempt."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dq.model import MINUTE, SECOND, Parcel, minute_text
from dq.settings import AlertSettings
from dq.suites.words import counted, listed

FIRST_PAUSE = 30 * SECOND  # after a failure, doubled with each further one
LONGEST_PAUSE = 30 * MINUTE
GIVEN_UP_ON = 3  # attempts in vain, after which a channel counts as down: one or two are a restart of a server


@dataclass(frozen=True, slots=True)
class Down:
    """A channel that cannot be reached.

    Attributes:
        since: when the message that cannot be sent was written, microseconds UTC.
        attempts: to send it; error: of the last one.
        waiting: messages for it that have not been sent.
    """

    since: int
    attempts: int
    error: str
    waiting: int


def pause_after(attempts: int) -> int:
    """Microseconds until the next attempt, after so many in vain: 30 s, 1 min, 2, 4, 8, 16, then 30."""
    return min(FIRST_PAUSE << min(max(attempts, 1) - 1, 10), LONGEST_PAUSE)


def channels_down(parcels: Iterable[Parcel], names: Container[str] | None = None) -> Mapping[str, Down]:
    """The channels whose oldest message failed three times or more, by name.

    Args:
        parcels: all that wait; those that were sent do not matter.
        names: channels that are in the settings; None: all. What waits for others waits for nobody.
    """
    waiting: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        if parcel.sent is None and (names is None or parcel.message.channel in names):
            waiting.setdefault(parcel.message.channel, []).append(parcel)
    down = {}
    for name, queue in waiting.items():
        worst = max(queue, key=lambda parcel: parcel.attempts)
        if worst.attempts >= GIVEN_UP_ON:
            down[name] = Down(worst.message.created, worst.attempts, worst.error, len(queue))
    return down


def unmatched_text(channel: AlertSettings, instruments: Collection[str]) -> str:
    """A sentence about patterns of a channel that match no instrument that runs had; "" where each matches one, or none is known."""
    lost = [
        one for one in channel.instruments if instruments and not any(fnmatchcase(name, one) for name in instruments)
    ]
    if not lost:
        return ""
    of = listed([repr(one) for one in lost])
    there = listed(sorted(instruments), 6)
    return f"The channel {channel.name} names {of}, which no recorded run had; there {'is' if len(instruments) == 1 else 'are'} {there}."


def silence_text(name: str, down: Down) -> str:
    """A sentence that says so, as incidents tell it."""
    waits = f"{counted(down.waiting, 'message')} {'waits' if down.waiting == 1 else 'wait'}"
    tried = f"{counted(down.attempts, 'attempt')} failed since {minute_text(down.since)}"
    error = f": {down.error.rstrip('.')}" if down.error else ""
    return f"The channel {name} cannot be reached: {tried}{error}. {waits} for it."
