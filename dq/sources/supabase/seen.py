"""What a listing showed must be among what is read: a server that counts wrong each time in the same way is found out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dq.model import Int, Mask, SourceError
from dq.sources.access import Wanted
from dq.sources.supabase.answers import Columns
from dq.sources.supabase.listing import Listing
from dq.sources.supabase.questions import TRIES, Questions
from dq.sources.supabase.reading import Reading
from dq.sources.walls import Span


@dataclass
class Seen:
    """Timestamps that a listing showed, as the table counts.

    Attributes:
        until: before which the listing looked.
    """

    listing: Listing
    until: int = 0
    stamps: dict[str, Int] = field(default_factory=dict)

    def read(self, wanted: Sequence[Wanted], questions: Questions, reading: Reading) -> Iterator[list[Columns]]:
        """The pages of each series in the order asked, with all that the listing showed of it in its spans.

        Raises:
            SourceError: they lack some of it, however often both are asked for.
        """
        for one, pages in zip(wanted, reading.series(wanted), strict=True):
            spans = questions.table.time.spans(one.spans)
            yield pages if self._are_in(pages, one.instrument, spans) else self._again(one, spans, questions, reading)

    def _again(self, one: Wanted, spans: Sequence[Span], questions: Questions, reading: Reading) -> list[Columns]:
        for _ in range(TRIES - 1):
            self.stamps |= self.listing.named([one.instrument], self.until)  # without what was deleted since then
            (pages,) = reading.series([one])
            if self._are_in(pages, one.instrument, spans):
                return pages
        raise SourceError(
            f"{questions.place} shows bars of {one.instrument} that it does not give when all are asked for",
            hint="Run dq again when nobody deletes there; if it happens again, see what stands between PostgREST and"
            " dq: its counts are wrong.",
            series=one.instrument,
        )

    def _are_in(self, pages: Sequence[Columns], instrument: str, spans: Sequence[Span]) -> bool:
        shown = self.stamps.get(instrument, np.zeros(0, np.int64))
        shown = shown[np.logical_or.reduce([_inside(shown, span) for span in spans])] if spans else shown[:0]
        if len(shown) == 0:
            return True
        late = [page.raw[page.raw >= shown.min()] for page in pages]
        return bool(np.isin(shown, np.concatenate([shown[:0], *late])).all())


def _inside(stamps: Int, span: Span) -> Mask:
    start, end = span
    return (stamps >= start) & (True if end is None else stamps < end)
