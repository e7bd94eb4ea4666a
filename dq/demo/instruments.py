"""The five instruments of the demo, as they trade: where, at what level, how wildly, how much and when of the day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bustle:
    """A time of day at which more is traded than at others.

    Attributes:
        minute: its middle, counted from the open of the session.
        minutes: how long it takes to come and to go; one standard deviation of a bell.
        height: how much it adds to an activity that is 1 otherwise.
    """

    minute: int
    minutes: float
    height: float


@dataclass(frozen=True, slots=True)
class Instrument:
    """How one instrument trades.

    Attributes:
        name, calendar: as `dq validate` knows them; the calendar is the one that it guesses by the name.
        price: where its walk begins.
        tick: smallest step of a price, and how many `decimals` the collector writes.
        sigma: standard deviation of the relative move in one minute of activity 1.
        gap: the same of the move from one session to the next.
        volume: traded in one minute of activity 1; 0 where the source never has volumes.
        bustles: what makes its day.
    """

    name: str
    calendar: str
    price: float
    tick: float
    decimals: int
    sigma: float
    gap: float
    volume: float
    bustles: tuple[Bustle, ...]


_INDEX = (
    Bustle(540, 90, 1.0),
    Bustle(935, 40, 5.0),
    Bustle(1075, 150, 2.0),
    Bustle(1310, 30, 4.0),
)  # from 18:00 New York

INSTRUMENTS = (
    Instrument("NQ=F", "CME_Equity", 21_480.0, 0.25, 2, 2.3e-4, 1.0e-3, 210.0, _INDEX),
    Instrument("ES=F", "CME_Equity", 5_920.0, 0.25, 2, 1.9e-4, 8.0e-4, 520.0, _INDEX),
    Instrument(
        "EURUSD=X", "FX", 1.0842, 0.00001, 5, 6.5e-5, 6.0e-4, 0.0, (Bustle(600, 120, 1.5), Bustle(920, 120, 2.5))
    ),
    Instrument("BTC-USD", "24/7", 64_300.0, 0.01, 2, 5.0e-4, 0.0, 1.8e6, (Bustle(60, 120, 0.5), Bustle(870, 150, 1.2))),
    Instrument("AAPL", "XNYS", 207.5, 0.01, 2, 5.0e-4, 7.0e-3, 64_000.0, (Bustle(0, 25, 3.0), Bustle(390, 18, 3.5))),
)
