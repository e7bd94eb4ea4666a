"""The life of an incident over many runs, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass

from dq.model.instants import HOUR

OWN = ("could_not_tell", "channel_down")  # incidents of dq itself, which no check tells and no run shows


@dataclass(frozen=True, slots=True)
class Scope:
    """How a run looked: those that look alike speak of the same incidents.

    Attributes:
        suite: as the run names it.
        length: of the window, microseconds.
    """

    suite: str
    length: int

    def like(self, other: Scope) -> bool:
        """Whether both ask the same of about as long a window (half to twice)."""
        return self.suite == other.suite and self.length <= 2 * other.length and other.length <= 2 * self.length

    @property
    def restless(self) -> int:
        """How long a third opening may lie behind the first to be flapping, and how long what flaps must stay away."""
        return max(HOUR, 4 * min(self.length, 2 * HOUR))


@dataclass(frozen=True, slots=True)
class Life:
    """An incident as the history knows it; instants in microseconds UTC.

    Attributes:
        source: as runs name it, without secrets.
        kind: what it is an incident of; several lives may have one, one after another or at other times.
        severity: that of the newest run that saw it; worst: the highest so far.
        state: open, worse, ongoing or resolved.
        first_seen, last_seen: `as_of` of the first and of the last run that saw it.
        start, end: first and last instant that it concerns; parts: the stretches of its bars between them, by time, those
            of the past only as far as they are many.
        series: names of the instruments concerned.
        scope: how the run looked that saw it last.
        flapping: it opened a third time within a short while; it must stay away for longer before it is resolved.
        quiet: it was resolved before, and a wider run found the same bars again: nobody is told of that.
        resolved: `as_of` of the run that resolved it, or None.
        ending: why it was resolved: `mended` (all of its bars were looked at again, and no longer show it), `passed` (no
            run looks at them any more, or not at all of them),
            `unseen` (nobody looked for a week), or "".
    """

    id: str
    source: str
    kind: str
    check: str
    cause: str | None
    severity: str
    worst: str
    state: str
    first_seen: int
    last_seen: int
    start: int
    end: int
    series: tuple[str, ...]
    message: str
    scope: Scope
    flapping: bool = False
    quiet: bool = False
    resolved: int | None = None
    ending: str = ""
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def lasts(self) -> bool:
        return self.state != "resolved"


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the life of an incident: opened, worse, resolved or reopened.

    Attributes:
        at: `as_of` of the run that made it, microseconds UTC; run: its id.
    """

    source: str
    incident: str
    at: int
    what: str
    severity: str
    run: str
    message: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is told of an incident, once.

    Attributes:
        id: the same however often it is sent, so that who receives it twice can tell.
        channel: its name in the settings; the address is a secret and not kept.
        what: opened, worse, reminder or resolved.
        severity: of the incident when it was written: the worst so far.
        link: to its page, or "".
        created: microseconds UTC.
    """

    id: str
    source: str
    incident: str
    channel: str
    what: str
    severity: str
    title: str
    body: str
    link: str
    created: int


@dataclass(frozen=True, slots=True)
class Told:
    """The newest message that a channel got of an incident, sent or on its way; `created` in microseconds UTC."""

    what: str
    severity: str
    created: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way.

    Attributes:
        attempts: how often it was tried; error: what went wrong the last time, without secrets, or "".
        due: when it is to be tried next; sent: when it was; microseconds UTC.
    """

    message: Message
    attempts: int = 0
    error: str = ""
    due: int = 0
    sent: int | None = None

    def is_due(self, now: int) -> bool:
        """Whether it can be tried now; what waits longer than any pause was written by a clock that had gone ahead."""
        return self.sent is None and not 0 < self.due - now < HOUR
