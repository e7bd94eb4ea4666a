"""Decoded columns become Bars; rows that cannot be read are set aside and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dq.door.zones import local_to_utc
from dq.model import COLUMNS, NO_INSTANT, Bars, Float, Int, instant_text

KEPT = 1000  # unreadable cells told of each series; all are counted
Spans = Sequence[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell because of which a row is not among the bars.

    Attributes:
        row: position in the source: line number of a text file, 1-based row of a binary one, 0 where rows have none.
        column: the source's own name of the column; empty where the whole line is broken.
        value: what stands there, at most 40 characters.
        at: the row's timestamp in microseconds UTC, NO_INSTANT where that is not known.
        place: the file, where the source is one of files.
    """

    row: int
    column: str
    value: str
    why: str
    at: int = NO_INSTANT
    place: str = ""


@dataclass
class Aside:
    """The rows of one series that were set aside: the first KEPT of them, and how many there are in all."""

    kept: list[Unreadable] = field(default_factory=list)
    count: int = 0

    @classmethod
    def counted(cls, count: int, column: str, value: str) -> Aside:
        """So many rows, of which nothing is known but the column that keeps them out and what stands there."""
        aside = cls()
        if count:
            aside.add(0, column, value, f"of {count} rows")
            aside.count = count
        return aside

    def add(self, row: int, column: str, value: str, why: str, at: int = NO_INSTANT, place: str = "") -> None:
        """Count a row, and keep why while there is room."""
        self.count += 1
        if len(self.kept) < KEPT:
            short = value if len(value) <= 40 else value[:39] + "…"
            self.kept.append(Unreadable(row, column, short, why, at, place))

    def extend(self, other: Aside) -> None:
        """Take over the rows of another part of the series."""
        self.kept.extend(other.kept[: KEPT - len(self.kept)])
        self.count += other.count


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows of one series as a source decoded them.

    Attributes:
        timestamp: int64 microseconds, UTC or of the source's own clock.
        values: open, high, low, close, volume, in any layout that NumPy reads as float64; empty where only timestamps
            were asked for.
        position: int64, place of each row in the order of arrival; None where there is none, or rows stand in it.
    """

    timestamp: Int
    values: tuple[Float, ...]
    position: Int | None = None

    def take(self, rows: Int | slice | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Piece:
        """Those rows, in the order asked for; views where `rows` is a slice."""
        position = None if self.position is None else self.position[rows]
        return Piece(self.timestamp[rows], tuple(column[rows] for column in self.values), position)


@dataclass(frozen=True, eq=False)
class Rows:
    """What a source has of one series.

    Attributes:
        bars: the rows that can be read.
        unreadable: why rows are not among them, at most KEPT.
        set_aside: how many rows are not among them.
    """

    instrument: str
    bars: Bars
    unreadable: tuple[Unreadable, ...] = ()
    set_aside: int = 0


def admit(
    instrument: str,
    pieces: Sequence[Piece],
    aside: Aside | None = None,
    *,
    zone: str | None = None,
    arrival: bool = True,
    spans: Spans | None = None,
) -> Rows:
    """Bars of one series from its pieces, in the order of arrival where rows have a position.

    Args:
        aside: the rows that could not be decoded.
        zone: IANA name of the clock that wrote the timestamps; None where they are UTC.
        spans: half-open stretches in microseconds UTC, None for no end; rows outside are left out.

    Raises:
        SettingsError: no such time zone.
    """
    aside = aside or Aside()
    whole = placed(pieces, aside, zone=zone, spans=spans)
    opens, highs, lows, closes, volumes = whole.values
    bars = Bars(whole.timestamp, opens, highs, lows, closes, volumes, arrival)
    aside = aside if spans is None else _aside_within(aside, spans)
    return Rows(instrument, bars, tuple(aside.kept), aside.count)


def placed(
    pieces: Sequence[Piece], aside: Aside | None = None, *, zone: str | None = None, spans: Spans | None = None
) -> Piece:
    """The pieces as one, in the order of arrival, in UTC and within the spans; arguments as `admit` takes them."""
    whole = _in_order(_joined(pieces))
    if zone is not None:
        whole = _in_utc(whole, zone, Aside() if aside is None else aside)
    return whole if spans is None else within(whole, spans)


def within(piece: Piece, spans: Spans) -> Piece:
    """The rows in one of the spans; the piece itself where that is all of them."""
    inside = np.zeros(len(piece.timestamp), np.bool_)
    for start, end in spans:
        inside |= (piece.timestamp >= start) & (piece.timestamp < end if end is not None else True)
    return piece if inside.all() else piece.take(inside)


def _joined(pieces: Sequence[Piece]) -> Piece:
    if len(pieces) == 1:
        (alone,) = pieces
        values = tuple(np.asarray(column, np.float64) for column in alone.values)
        return Piece(alone.timestamp, values, alone.position)
    if not pieces:
        return Piece(np.zeros(0, np.int64), tuple(np.zeros(0) for _ in COLUMNS))
    columns = zip(*(piece.values for piece in pieces), strict=True)
    positions = [piece.position for piece in pieces if piece.position is not None]
    return Piece(
        np.concatenate([piece.timestamp for piece in pieces]),
        tuple(np.concatenate(column, dtype=np.float64) for column in columns),
        np.concatenate(positions) if positions else None,
    )


def _in_order(piece: Piece) -> Piece:
    """By arrival; rows that arrived together by time, so that nothing looks late that may not be."""
    if piece.position is None or bool((piece.position[1:] > piece.position[:-1]).all()):
        return piece
    return piece.take(np.lexsort((piece.timestamp, piece.position)))


def _in_utc(piece: Piece, zone: str, aside: Aside) -> Piece:
    timestamp, missing, unsure = local_to_utc(piece.timestamp, zone)
    for row in np.flatnonzero(missing | unsure).tolist():
        shown = instant_text(int(piece.timestamp[row])).rstrip("Z")
        why = f"never was on a clock of {zone}" if missing[row] else f"was twice on a clock of {zone}, and the order"
        why += " (it was set forward)" if missing[row] else " of rows does not say which is meant"
        aside.add(0 if piece.position is None else int(piece.position[row]), "timestamp", shown, why)
    converted = Piece(timestamp, piece.values, piece.position)
    return converted.take(~(missing | unsure)) if (missing | unsure).any() else converted


def _aside_within(aside: Aside, spans: Spans) -> Aside:
    """Without the rows that are known to lie outside the spans."""
    kept = [
        one
        for one in aside.kept
        if one.at == NO_INSTANT or any(start <= one.at and (end is None or one.at < end) for start, end in spans)
    ]
    return Aside(kept, aside.count - (len(aside.kept) - len(kept)))
