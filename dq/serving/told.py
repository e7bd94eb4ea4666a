"""What the watch tells its server: values, and the shape of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from dq.model import Life, Parcel, Run
from dq.run import Outcome


class Round(Protocol):
    """One run of a watch and what surrounds it. Instants and durations in microseconds.

    Attributes:
        cadence: its name; "" where there is one, that of the flags.
        every: from one run of that cadence to the next.
        began: by the clock, UTC; seconds: how long it took.
        breaker: `closed`, `open` or `half-open`, after the run.
        failures: runs in a row that could not reach the source.
        next_at: when the cadence's next run is due, UTC.
        heartbeat_failures: pings that failed since the watch began; heartbeat_up: whether the last one arrived, None
            where nobody knows.
    """

    @property
    def outcome(self) -> Outcome: ...
    @property
    def cadence(self) -> str: ...
    @property
    def every(self) -> int: ...
    @property
    def began(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def breaker(self) -> str: ...
    @property
    def failures(self) -> int: ...
    @property
    def next_at(self) -> int: ...
    @property
    def heartbeat_failures(self) -> int: ...
    @property
    def heartbeat_up(self) -> bool | None: ...


class Due(NamedTuple):
    """When a cadence is run.

    Attributes:
        every: microseconds from one run to the next.
        at: when the next one is due, microseconds UTC; None where nobody knows.
    """

    every: int
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the history and the channels have to say after a round.

    Attributes:
        lives: incidents that last.
        parcels: messages that are not sent yet.
        channels: names of all channels, so that one without such messages shows 0.
        history_bytes: how large the file of the history is, or None where it is no file.
    """

    lives: Sequence[Life] = ()
    parcels: Sequence[Parcel] = ()
    channels: Sequence[str] = ()
    history_bytes: int | None = None


def could_tell(run: Run) -> bool:
    """Whether the run told something of the bars: a series whose calendar is in doubt does not silence the others."""
    return run.verdict != "unknown" or any(one.verdict != "unknown" for one in run.series)
