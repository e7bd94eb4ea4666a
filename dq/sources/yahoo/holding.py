"""The bars of one symbol, request by request; each request is made once."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import numpy as np

from dq.door import Piece, placed, within
from dq.logbook import entry
from dq.model import DAY, MINUTE, SECOND, Int, duration_text, instant_text
from dq.sources.access import MOST_RECENT, Access
from dq.sources.doing import note
from dq.sources.retrying import retried
from dq.sources.yahoo.chart import Chart, chart_of, joined
from dq.sources.yahoo.limits import reach_of, usual_delay
from dq.sources.yahoo.line import Line, Reply, raised
from dq.sources.yahoo.trouble import TOO_MANY, YahooError, of_status, of_transport, rate_limited

Span = tuple[int, int | None]

log = logging.getLogger("dq.sources.yahoo")


class Holding:
    """What Yahoo has of one symbol at one interval.

    Attributes:
        delay: microseconds by which it is late as a rule.
        cut: the instant from which bars were read where more was asked for, or None.
        priceless: rows that Yahoo gave without any price, and that are no bars.
    """

    def __init__(self, symbol: str, access: Access, now: int, line: Line) -> None:
        self.interval = access.interval_of(symbol)
        self.delay = usual_delay(symbol)
        self.cut: int | None = None
        self.priceless = 0
        self._symbol, self._access, self._now, self._line = symbol, access, now, line
        self._reach = reach_of(self.interval)
        self._extended = symbol in access.extended_hours
        self._charts: dict[int, Chart] = {}

    def recent(self, since: int, until: int) -> Int:
        """The most recent timestamps before `until`, ascending; of those since `since`, if there are any."""
        self._refuse_the_past(until)
        found = np.zeros(0, np.int64)
        for start, end in self._reach.chunks(self._now, since, until):
            stamps = self._chart(start, end).timestamp
            found = np.concatenate([stamps[stamps < until], found])
            if len(found) >= MOST_RECENT:
                break
        return found[-MOST_RECENT:]

    def rows(self, spans: Sequence[Span]) -> Piece:
        """The bars of the spans, as far back as Yahoo has them."""
        self._refuse_the_past(spans[0][1])
        floor = self._reach.floor(self._now)
        if floor is not None and spans[0][0] < floor:
            self.cut = floor
        return self.known(spans)

    def known(self, spans: Sequence[Span]) -> Piece:
        """The same, without a word where it is less than was asked for."""
        wanted = {chunk for start, end in spans for chunk in self._reach.chunks(self._now, start, end)}
        return within(placed([self._chart(*chunk) for chunk in sorted(wanted)]), spans)

    @property
    def limit(self) -> str:
        """How far back Yahoo goes, in words."""
        return (
            f"Yahoo gives {duration_text(self.interval)} bars of the last {duration_text(self._reach.back or 0)} alone"
        )

    def nothing(self, since: int) -> YahooError:
        """What to say where there is no bar since an instant."""
        return YahooError(
            f"Yahoo has no {duration_text(self.interval)} bar of {self._symbol} since {instant_text(since)[:10]}",
            hint="It may not trade any more. --interval 1d --window 3650d shows until when it did.",
            series=self._symbol,
        )

    def _refuse_the_past(self, until: int | None) -> None:
        floor = self._reach.floor(self._now)
        if floor is not None and until is not None and until <= floor:
            raise YahooError(
                f"{self.limit}, and everything that was asked of {self._symbol} lies before {instant_text(floor)[:16]}Z",
                hint="Ask for a later window, or for longer bars: --interval 1h reaches back two years, 1d to the beginning.",
                series=self._symbol,
            )

    def _chart(self, start: int, end: int) -> Piece:
        """The bars of one request; what Yahoo adds from outside of it (its newest price) is left out."""
        if start not in self._charts:
            doing = f"reading {self._reach.name} bars of {self._symbol} from Yahoo"
            chart = retried(lambda: self._asked(start, end), self._access.retries, doing)
            inside = self._settled(within(chart.piece, ((start, end),)))
            bars = joined(inside, self.interval) if self._reach.joined > 1 else inside
            self._charts[start] = Chart(bars, chart.priceless)
            self.priceless += chart.priceless
        return self._charts[start].piece

    def _settled(self, piece: Piece) -> Piece:
        """Without a bar in the making: Yahoo puts it last, at the second of its newest price, and it will change."""
        newest = int(piece.timestamp[-1]) if len(piece.timestamp) else 0
        return piece.take(slice(-1)) if self.interval < DAY and newest % MINUTE else piece

    def _asked(self, start: int, end: int) -> Chart:
        note(f"reading {self._reach.name} bars of {self._symbol} from Yahoo")
        reply = self._reply(start, end)
        if reply.status == 429 or reply.content.startswith(TOO_MANY):
            raise rate_limited(reply.wait)
        trouble = of_status(reply.status, reply.content, self._symbol)
        if trouble is not None:
            raise trouble
        return chart_of(reply.content, self._symbol, self._reach)

    def _reply(self, start: int, end: int) -> Reply:
        began = time.perf_counter()
        parameters = {
            "period1": start // SECOND,
            "period2": end // SECOND,
            "interval": self._reach.name,
            "includePrePost": str(self._extended).lower(),
            "events": "div,splits",
        }
        try:
            reply = self._line.chart(self._symbol, parameters)
        except raised() as wrong:  # many kinds; each becomes one of ours
            raise of_transport(wrong, self._access, self._symbol) from wrong
        seconds, size = time.perf_counter() - began, len(reply.content)
        asked = f"Yahoo: {self._symbol} {self._reach.name} from {instant_text(start)[:16]}"
        said = f"{asked}: HTTP {reply.status}, {size} bytes in {seconds:.2f} s"
        entry(log, "request", said, seconds=seconds, level=logging.DEBUG, http_status=reply.status, bytes=size)
        return reply
