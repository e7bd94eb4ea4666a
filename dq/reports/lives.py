"""The life of an incident in words, as commands and pages say it: its steps, how it ended, and who was told."""

from __future__ import annotations

from collections.abc import Iterable

from dq.explain.stretches import length_of
from dq.model import OWN, SECOND, SEVERITIES, Event, Life, Parcel, instant_text
from dq.reports.advice import advice
from dq.reports.lines import printable
from dq.suites.words import counted, length_text, listed

ENDINGS = {
    "mended": "resolved, mended",
    "passed": "over, not seen mended: no run looks at all of it any more",
    "unseen": "over: nobody looked for a week",
}
FLAPPING = "it opened a third time within a short while, so that it has to stay away for longer before it is resolved"
LATE = 60 * SECOND  # from when on it is told that a message came late


def worst_first(lives: Iterable[Life]) -> list[Life]:
    """Those that last before those that do not, then by severity, then those seen last."""
    return sorted(
        lives, key=lambda one: (not one.lasts, -SEVERITIES.index(one.severity), -one.last_seen, one.start, one.id)
    )


def names_of(one: Life) -> str:
    """The instruments concerned; what it is of where it is of none."""
    others = "dq itself" if one.check in OWN else "the collector's tables"
    return printable(listed(one.series, 3)) or others


def what_of(one: Life) -> str:
    """Check, cause and sentence."""
    cause = f" [{one.cause}]" if one.cause and one.cause != "unknown" else ""
    return f"{one.check}{cause}: {one.message}"


def steps_of(one: Life, known: Iterable[Event]) -> list[Event]:
    """Its steps, oldest first; of an incident that an older dq recorded they are told from what is known of it.

    Args:
        known: the events of its id, oldest first; two sources may have an incident of the same id.
    """
    steps = [each for each in known if each.source == one.source]
    if steps:
        return steps
    told = [(one.first_seen, "opened"), *([(one.resolved, "resolved")] if one.resolved is not None else [])]
    return [Event(one.source, one.id, at, what, one.severity, "", one.message) for at, what in told]


def step_text(event: Event, one: Life) -> str:
    """`opened (warning)`; `resolved, mended, 5 min long`; `over, not seen mended: no run looks at all of it any more`."""
    if event.what != "resolved":
        return f"{event.what} ({event.severity})"
    return end_text(one) if event.at == one.resolved else "resolved"


def end_text(one: Life) -> str:
    """How it ended, and how long it was: its bars from the first to the last, whenever runs looked."""
    length = length_of(one) // SECOND * SECOND
    return ENDINGS.get(one.ending, "resolved") + (f", {length_text(length)} long" if length else "")


def todo_of(one: Life) -> str:
    """What is to be done about it; "" once it is mended. Bars at which no run looks any more are as bad as they were."""
    return advice(one.check, one.cause) if one.lasts or one.ending == "passed" else ""


def way_text(parcel: Parcel) -> str:
    """Whether and when it was sent; else how often it was tried, and why it failed."""
    if parcel.sent is not None:
        late = parcel.sent - parcel.message.created
        after = f", after {counted(parcel.attempts, 'attempt')}" if parcel.attempts > 1 else ""
        return f"{short(parcel.sent)}{after}" + (f", {length_text(late)} late" if late >= LATE else "")
    if not parcel.attempts:
        return "pending"
    return f"pending, tried {counted(parcel.attempts, 'time')}, again {short(parcel.due)}: {parcel.error}"


def short(instant: int) -> str:
    """To the minute, in UTC: `2026-03-12 10:01`."""
    return instant_text(instant)[:16].replace("T", " ")
