"""Yahoo, through yfinance: as a source, and as what another source is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from dq.door import Piece, Rows, admit
from dq.model import DqError, Int, SettingsError, instant_text
from dq.sources.access import Absent, Access, Listed, Opened, Wanted
from dq.sources.yahoo.holding import Holding
from dq.sources.yahoo.limits import reach_of
from dq.sources.yahoo.line import Line
from dq.sources.yahoo.trouble import YahooError

__all__ = ["Yahoo"]

Result = TypeVar("Result")
NO_TABLES = Absent("Yahoo has bars alone, not the tables of a collector")
NOTHING = np.zeros(0, np.int64)
HOW = "Name symbols as Yahoo does, with commas between them: yahoo:NQ=F or yahoo:NQ=F,ES=F."


class Yahoo(Opened):
    """Symbols of Yahoo Finance; see `dq.sources.access.Source`. Nothing is asked before bars are wanted.

    What is wrong with one symbol is told of that one. What is wrong with Yahoo as a whole is met once: symbols that
    are still to be read then are not asked for.

    Raises:
        SettingsError: the address names no symbols, or bars of a length that Yahoo does not have.
    """

    whole = False

    def __init__(self, access: Access) -> None:
        self.errors: list[DqError] = []
        self.symbols = symbols_of(access.url)
        self.label = f"Yahoo ({', '.join(self.symbols)})" if self.symbols else "Yahoo"
        for symbol in self.symbols:
            reach_of(access.interval_of(symbol))
        self._access = access
        self._line = Line(access)
        self._holdings: dict[str, Holding] = {}
        self._down: YahooError | None = None

    @property
    def notes(self) -> list[str]:
        """What Yahoo does not give."""
        held = self._holdings.items()
        cut = [f"{one.limit}: {name} was read from {instant_text(one.cut)[:16]}Z on." for name, one in held if one.cut]
        rows = {name: one.priceless for name, one in held if one.priceless}
        told = ", ".join(f"{count:,} of {name}" for name, count in rows.items())
        return cut + ([f"Rows of Yahoo without any price are no bars: {told}."] if rows else [])

    @property
    def unnamed(self) -> Rows:
        """Every bar of Yahoo has its symbol."""
        return admit("", [])

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """The symbols with their most recent bars before `until`; those that cannot be had are among the errors."""
        if names is None and not self.symbols:
            raise SettingsError("yahoo: alone names no symbol.", hint=HOW)
        found, unread = [], []
        for name in self.symbols if names is None else names:
            if self.symbols and name not in self.symbols:
                found.append(Listed(name, NOTHING))
                continue
            one = self._holding(name, until)
            stamps = self._had(partial(one.recent, since, until))
            if isinstance(stamps, DqError):
                unread += [name] if stamps.series is None else []
                self.errors += [] if stamps.series is None else [stamps]
            elif len(stamps) == 0:
                self.errors.append(one.nothing(since))
            else:
                found.append(Listed(name, stamps, one.interval, one.delay))
        if self._down is not None:
            self.errors.append(_not_read(self._down, unread))
        return found

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows | DqError]:
        """One Rows per symbol, or why it could not be had."""
        for one in wanted:
            piece = self._had(partial(self._rows, one))
            yield piece if isinstance(piece, DqError) else admit(one.instrument, [piece], arrival=False)

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone, as far back as Yahoo has bars; none, and an error, where they cannot be had."""
        for one in wanted:
            piece = self._had(partial(self._holding(one.instrument, _end(one)).known, one.spans))
            if isinstance(piece, DqError):
                self.errors.append(piece)
            yield one.instrument, piece.timestamp if isinstance(piece, Piece) else NOTHING

    def levels(self, since: int, until: int) -> Absent:
        """Yahoo has bars alone."""
        return NO_TABLES

    def error_log(self, since: int, until: int) -> Absent:
        """Yahoo has bars alone."""
        return NO_TABLES

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def _rows(self, wanted: Wanted) -> Piece:
        return self._holding(wanted.instrument, _end(wanted)).rows(wanted.spans)

    def _holding(self, symbol: str, until: int) -> Holding:
        if symbol not in self._holdings:
            self._holdings[symbol] = Holding(symbol, self._access, self._access.now or until, self._line)
        return self._holdings[symbol]

    def _had(self, get: Callable[[], Result]) -> Result | DqError:
        """What can be had; where Yahoo as a whole is in trouble, that trouble, without another attempt.

        Where all attempts at one symbol were in vain, one at each of the others is enough.
        """
        if self._down is not None:
            return self._down
        try:
            return get()
        except SettingsError as wrong:
            return wrong
        except YahooError as wrong:
            self._down = wrong if wrong.series is None else None
            if wrong.passing:
                self._access = replace(self._access, retries=0)
            return wrong


def _end(wanted: Wanted) -> int:
    start, end = wanted.spans[0]
    return start if end is None else end


def symbols_of(url: str) -> tuple[str, ...]:
    """The symbols of `yahoo:NQ=F,ES=F`, each once; none of `yahoo:` alone.

    Raises:
        SettingsError: what stands there cannot be symbols.
    """
    words = [word.strip() for word in url.removeprefix("yahoo:").removeprefix("//").split(",")]
    if words == [""]:
        return ()
    if not all(re.fullmatch(r"[A-Za-z0-9.^=&_-]{1,40}", word) for word in words):
        raise SettingsError(f'"{url[:60]}" names no symbols of Yahoo', hint=HOW)
    return tuple(dict.fromkeys(words))


def _not_read(down: YahooError, names: Sequence[str]) -> YahooError:
    return YahooError(
        f"{down.message}; not read: {', '.join(names)}",
        hint=down.hint,
        passing=down.passing,
        wait=down.wait,
        silent=down.silent,
    )
