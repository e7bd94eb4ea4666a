"""What a span of time saw of incidents and of the messages that tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from dq.model import OWN, SECOND, SEVERITIES, Life, Parcel


@dataclass(frozen=True, slots=True)
class LifeFigures:
    """Incidents in a span.

    Attributes:
        opened, resolved: in the span; lasting: at its end. Those that a wider run found again count in none.
        severities: severity -> how many of those that last, at their worst.
        own: those opened in the span that are incidents of dq itself.
        seconds: from opening to resolution of those resolved, the shortest first.
    """

    opened: int = 0
    resolved: int = 0
    lasting: int = 0
    own: int = 0
    severities: Mapping[str, int] = field(default_factory=dict)
    seconds: tuple[float, ...] = ()

    @property
    def median_seconds(self) -> float | None:
        """Seconds within which half of those resolved were; None where none was."""
        return median(self.seconds) if self.seconds else None

    @property
    def worst_seconds(self) -> float | None:
        """Seconds that the longest of those resolved took; None where none was."""
        return self.seconds[-1] if self.seconds else None


@dataclass(frozen=True, slots=True)
class MessageFigures:
    """Messages: how many were sent in a span, how many still wait at its end, and why the last of these failed."""

    sent: int = 0
    pending: int = 0
    error: str = ""


def life_figures(lives: Iterable[Life], since: int, until: int) -> LifeFigures:
    """The incidents of `(since, until]`, microseconds UTC."""
    told = [one for one in lives if not one.quiet and one.first_seen <= until]
    opened = [one for one in told if one.first_seen > since]
    over = [one for one in told if one.resolved is not None and since < one.resolved <= until]
    lasting = Counter(one.worst for one in told if one.resolved is None or one.resolved > until)
    return LifeFigures(
        opened=len(opened),
        resolved=len(over),
        lasting=lasting.total(),
        severities={name: lasting[name] for name in SEVERITIES},
        own=sum(one.check in OWN for one in opened),
        seconds=tuple(sorted(((one.resolved or 0) - one.first_seen) / SECOND for one in over)),
    )


def message_figures(parcels: Iterable[Parcel], since: int, until: int) -> MessageFigures:
    """The messages of `(since, until]`, microseconds UTC, by the clock of who sent them."""
    known = [one for one in parcels if one.message.created <= until]
    waiting = [one for one in known if one.sent is None or one.sent > until]
    errors = [one.error for one in sorted(waiting, key=lambda one: one.message.created) if one.error]
    sent = sum(one.sent is not None and since < one.sent <= until for one in known)
    return MessageFigures(sent, len(waiting), errors[-1] if errors else "")
