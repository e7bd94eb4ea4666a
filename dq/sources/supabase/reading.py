"""Bars and timestamps of many series: page by page, several at once, each page with its own proof.

An answer is one statement on the server: its rows and their count belong together. So a page that holds as many rows
as it counts is whole, and a longer span is whole when its pages hold at least what the first of them counted: a
collector may add bars meanwhile, and bars that are deleted meanwhile make it be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dq.sources.access import Wanted
from dq.sources.doing import note
from dq.sources.supabase.answers import Columns
from dq.sources.supabase.pages import Span, cut, proved, spacing
from dq.sources.supabase.pool import Pool
from dq.sources.supabase.questions import PAGE, TRIES, Questions


@dataclass
class Reading:
    """Reads series of one table.

    Attributes:
        cap: the most rows that an answer held although there were more; 0 while none was cut short.
    """

    questions: Questions
    pool: Pool
    cap: int = 0

    def series(self, wanted: Sequence[Wanted]) -> Iterator[list[Columns]]:
        """The pages of each series in the order asked, each series by time."""
        time = self.questions.table.time
        note(f"reading bars of {len(wanted)} series from {self.questions.asking.server}")
        spans = [(owner, span) for owner, one in enumerate(wanted) for span in time.spans(one.spans)]
        pages: list[Columns] = []
        owner = 0
        firsts = self.pool.ahead(lambda task: self.questions.page(wanted[task[0]].instrument, task[1]), spans)
        for (at, span), first in zip(spans, firsts, strict=True):
            while owner < at:
                yield pages
                pages, owner = [], owner + 1
            pages.extend(self._whole(wanted[at].instrument, span, first))
        for _ in range(owner, len(wanted)):
            yield pages
            pages = []

    def _whole(self, instrument: str, span: Span, first: tuple[Columns, int]) -> list[Columns]:
        """All pages of a span; what the first does not hold is read by several at once."""
        for attempt in range(TRIES):
            page, total = self.questions.page(instrument, span) if attempt else first
            pages, after = self._kept(instrument, page, total)
            if after is None:
                return pages
            parts = self._parts(instrument, (after, span[1]), page, total)
            for part in self.pool.ahead(lambda part: self._chain(instrument, part), parts):
                pages.extend(part)
            if sum(map(len, pages)) >= total:
                return pages
        raise self.questions.vanishing(instrument)

    def _chain(self, instrument: str, span: Span) -> list[Columns]:
        """All pages of a span, one after the other."""
        for _ in range(TRIES):
            read: list[Columns] = []
            promised = 0
            after: int | None = span[0]
            while after is not None:
                page, total = self.questions.page(instrument, (after, span[1]))
                promised = promised or total
                pages, after = self._kept(instrument, page, total)
                read.extend(pages)
            if sum(map(len, read)) >= promised:
                return read
        raise self.questions.vanishing(instrument)

    def _kept(self, instrument: str, page: Columns, total: int) -> tuple[list[Columns], int | None]:
        """What a page proves, and where to read on."""
        worth = proved(page.raw, total)
        if worth.rest is None:
            return [page], None
        self.cap = max(self.cap, len(page))
        if worth.alone:
            return [self.questions.together(instrument, worth.rest)], worth.rest + 1
        return [page.upto(worth.keep)], worth.rest

    def _parts(self, instrument: str, span: Span, page: Columns, rows: int) -> list[Span]:
        """The rest of a span, cut so that a page holds a part; the last part has what is written meanwhile."""
        start, end = span
        last = self.questions.last(instrument, span)
        if last is None:
            return [span]
        parts = list(cut(start, last + 1, spacing(page.raw), rows, min(self.cap, PAGE)))
        return [*parts, (last + 1, end)] if end is None or last + 1 < end else parts
