"""Which channel must be told what of an incident: opened, worse, a reminder, resolved; each of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from dq.alerts.wording import NO_WORDS, Words, body_of, link_of, title_of
from dq.explain.own import SILENT, subject_of
from dq.model import OWN, SEVERITIES, Life, Message, Told
from dq.settings import AlertSettings


def messages_due(
    lives: Iterable[Life],
    told: Mapping[tuple[str, str], Told],
    channels: Sequence[AlertSettings],
    now: int,
    pages: str | None = None,
    *,
    words: Callable[[Life], Words] = lambda _: NO_WORDS,
    waiting: Container[tuple[str, str]] = (),
) -> list[Message]:
    """What the channels must be told after a run; asked twice of the same, it gives messages of the same ids.

    Args:
        lives: of one source: those that the run saw, those that last and were told, those that it resolved.
        told: (incident, channel) to the newest message of that pair; none where there was none.
        now: microseconds UTC, of the machine's clock.
        pages: the web address of the pages, for links.
        words: what others know of a life: causes and advice in words, the clocks of its market.
        waiting: (incident, channel) of messages that have not arrived yet: nobody is reminded of what he was not told.

    Returns:
        One message at most for each life and channel, in the order of the lives, then of the channels.
    """
    due = []
    for life in lives:
        for channel in channels:
            newest = told.get((life.id, channel.name))
            what = _what(life, newest, channel, now)
            if what and not (what == "reminder" and (life.id, channel.name) in waiting):
                due.append(_message(what, life, newest, channel, now, pages, words(life)))
    return due


def matches(channel: AlertSettings, life: Life) -> bool:
    """Whether the rules of a channel name such an incident.

    That a channel cannot be reached is told to all others, whatever their rules: it is one message, and else nobody may
    hear of it. That dq cannot tell is of no instrument, and is told to all who do not name checks.
    """
    if life.check == SILENT:
        return subject_of(life) != channel.name
    if SEVERITIES.index(life.worst) < SEVERITIES.index(channel.min_severity):
        return False
    if channel.checks and not any(fnmatchcase(life.check, one) for one in channel.checks):
        return False
    if life.check in OWN:
        return True
    return not channel.instruments or any(fnmatchcase(name, one) for name in life.series for one in channel.instruments)


def _what(life: Life, newest: Told | None, channel: AlertSettings, now: int) -> str:
    """What the channel must be told; "" for nothing. Who was told of an incident hears how it goes on, whatever his rules."""
    ended = newest is None or newest.what == "resolved"
    if not life.lasts:
        return "resolved" if channel.resolved and not ended else ""
    if newest is None:
        return "opened" if not life.quiet and matches(channel, life) else ""
    worse = SEVERITIES.index(newest.severity) < SEVERITIES.index(life.worst)
    if ended:  # it came back as something that people have to know of; nothing that is open got worse
        return "opened" if (worse or not life.quiet) and matches(channel, life) else ""
    if worse:
        return "worse"
    if life.quiet:
        return ""
    return "reminder" if channel.remind is not None and now - newest.created >= channel.remind else ""


def _message(
    what: str, life: Life, newest: Told | None, channel: AlertSettings, now: int, pages: str | None, words: Words
) -> Message:
    # What it follows belongs to its name: the same decision made twice is one message, the next reminder another.
    after = newest.created if newest is not None else 0
    key = "|".join((life.source, life.id, channel.name, what, life.worst, str(after)))
    link = link_of(life, pages)
    was = newest.severity if newest is not None else ""
    return Message(
        id=hashlib.blake2s(key.encode(), digest_size=8).hexdigest(),
        source=life.source,
        incident=life.id,
        channel=channel.name,
        what=what,
        severity=life.worst,
        title=title_of(what, life, now),
        body=body_of(what, life, now, words, was=was, link=link),
        link=link,
        created=now,
    )
