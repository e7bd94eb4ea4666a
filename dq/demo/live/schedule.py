"""What goes wrong with a collector and when, and what people must be told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dq.model import HOUR, MINUTE, duration_text

DUE = 2 * MINUTE  # after a bar of one minute opens: it ends, and has a minute of grace
LOOK = HOUR  # the window of the runs for which incidents are foretold
QUIET = 5 * MINUTE  # an incident that is not seen for so long is over

SPOILED: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "duplicate": ("duplicate_timestamp", {"conflicting": False}, "a bar is written twice"),
    "conflict": ("duplicate_timestamp", {}, "a bar is written twice, with two closes"),
    "bad tick": ("price_spike", {"size": 0.05}, "a bar stands 5 % above its neighbours"),
    "stuck price": ("stuck_price", {}, "the same bar is written again and again"),
    "no prices": ("null_price", {}, "bars come without prices"),
    "below zero": ("negative_volume", {}, "bars come with volumes below zero"),
}
MANY = ("stuck price", "no prices", "below zero")  # those that last as long as the trouble does
GAPS = ("outage", "blackout", "late")  # bars do not come, or not in time
OTHERS: Mapping[str, str] = {
    "outage": "no bars come",
    "blackout": "nothing comes at all",
    "late": "bars come late",
    "disorder": "bars come in the wrong order",
    "errors": "the collector logs that its fetches fail",
    "pause": "the database is down",
}
KINDS = (*OTHERS, *SPOILED)
HARMLESS = ("disorder",)
LITTLE = 4  # bars that may be missing in an hour before it is critical
FAMILY = ("stale_series", "missing_bar", "low_completeness")  # one incident, whatever it is called at the moment


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong; instants in microseconds UTC, lengths in microseconds.

    Attributes:
        kind: of KINDS.
        instruments: whose bars are concerned; empty where it concerns all, or none in particular.
        start, length: the bars concerned open in `[start, start + length)`.
        mended: when the true bars are written in place of what was wrong or absent; None: never.
        lag: how late bars come, where they come late.
    """

    kind: str
    instruments: tuple[str, ...]
    start: int
    length: int = MINUTE
    mended: int | None = None
    lag: int = 0

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def told(self) -> str:
        """What happens, in words."""
        named = SPOILED[self.kind][2] if self.kind in SPOILED else OTHERS[self.kind]
        return f"{named} by {duration_text(self.lag)}" if self.lag else named

    def steps(self) -> Iterator[tuple[int, str, str]]:
        """When what happens of it: the instant, `begins`, `ends` or `mended`, and a sentence."""
        lasts = f", for {duration_text(self.length)}" if self.length > MINUTE else ""
        yield self.start + (MINUTE if self.kind in SPOILED else 0), "begins", f"{self.told}{lasts}"
        if self.length > MINUTE:
            yield self.end, "ends", "over"
        if self.mended is not None:
            yield self.mended, "mended", "the true bars are written"


@dataclass(frozen=True, slots=True)
class Owed:
    """An incident of which people must be told.

    Attributes:
        checks: any of which may tell it.
        instruments: the series concerned; empty where it is of none in particular.
        opened: the first instant by which a run should have told it; resolved: that it is over.
        worse: whether it opens as a warning and becomes critical.
    """

    checks: tuple[str, ...]
    instruments: tuple[str, ...]
    opened: int
    resolved: int
    worse: bool = False

    @property
    def messages(self) -> int:
        """How many a channel gets that is told everything."""
        return 2 + self.worse


@dataclass(frozen=True, slots=True)
class Schedule:
    """A stretch of a collector's life.

    Attributes:
        begin, end: microseconds UTC, whole minutes.
        troubles: by their start.
        owed: incidents that runs once a minute over the last hour must tell, by their opening; none where nobody foretold.
    """

    begin: int
    end: int
    troubles: tuple[Trouble, ...] = ()
    owed: tuple[Owed, ...] = field(default=())

    def until(self, instant: int) -> Schedule:
        """The same, ended at that instant if not before."""
        end = min(self.end, instant)
        begun = tuple(one for one in self.troubles if one.start < end)
        return Schedule(self.begin, end, begun, tuple(one for one in self.owed if one.opened < end))

    def steps(self) -> list[tuple[int, Trouble, str, str]]:
        """All that happens, by its instant."""
        every = [(at, one, what, told) for one in self.troubles for at, what, told in one.steps()]
        return sorted(every, key=lambda step: step[0])


def owed_by(trouble: Trouble) -> Owed | None:
    """The incident that a trouble is, for runs once a minute over the last hour; None where nobody need be told."""
    minutes = trouble.length // MINUTE
    if trouble.kind in HARMLESS:
        return None
    if trouble.kind == "pause":
        return Owed(("could_not_tell",), (), trouble.start + 3 * MINUTE, trouble.end + MINUTE)
    if trouble.kind == "errors":
        return Owed(("failed_cycle",), (), trouble.start + 4 * MINUTE, trouble.end + LOOK + QUIET)
    if trouble.kind in GAPS:
        back = trouble.end + (trouble.lag if trouble.kind == "late" else LOOK + DUE)
        over = (back if trouble.mended is None else trouble.mended) + QUIET
        return Owed(
            FAMILY,
            trouble.instruments,
            trouble.start + 2 * DUE,
            over,
            worse=trouble.kind != "late" and minutes > LITTLE,
        )
    over = (trouble.mended or trouble.end + LOOK) + QUIET
    first = trouble.start + (8 * MINUTE if trouble.kind == "stuck price" else DUE)
    return Owed((SPOILED[trouble.kind][0],), trouble.instruments, first, over, worse=trouble.kind == "bad tick")
