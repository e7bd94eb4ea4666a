"""Files as one source: each series in the order in which its rows stand, file after file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from dq.door import Rows, admit, placed
from dq.model import DqError, Int, SettingsError
from dq.sources.access import Absent, Listed, Opened, Wanted
from dq.sources.collected import Collected
from dq.sources.decoding import Batch, parted
from dq.sources.doing import steps
from dq.sources.survey import FOREVER, File, Survey


class FileSource(Opened):
    """Files that are read whole; see `dq.sources.access.Source`.

    Args:
        errors: files that could not even be opened.
        alone: the only file there is: what is wrong with it raises.
    """

    whole = True
    no_tables = Absent("files hold bars alone, not the tables of a collector")

    def __init__(self, label: str, files: Sequence[File], errors: Sequence[DqError] = (), *, alone: bool) -> None:
        self.label = label
        self.errors = list(errors)
        self._files = files
        self._alone = alone
        self._found: Survey | None = None
        self._broken: set[int] = set()

    @property
    def notes(self) -> list[str]:
        """What was taken for granted; of several files, of how many."""
        count: dict[str, int] = {}
        for file in self._files:
            for note in file.notes:
                count[note] = count.get(note, 0) + 1
        if len(self._files) == 1:
            return sorted(count)
        return sorted(f"{note} ({many} of {len(self._files)} files)" for note, many in count.items())

    @property
    def unnamed(self) -> Rows:
        """Rows that belong to no instrument."""
        return admit("", [], (self._found or self._survey(FOREVER)).unnamed)

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """All series, whenever their bars are, with the most recent timestamps before `until`."""
        recent = self._survey(until).recent
        none = np.zeros(0, np.int64)
        return [Listed(name, recent.get(name, none)) for name in (recent if names is None else names)]

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows]:
        """One Rows per series, in the order asked, as soon as the last of its rows has been decoded."""
        for one, whole in self._collected(wanted, only_stamps=False):
            yield admit(one.instrument, whole.pieces(), whole.aside, spans=one.spans)

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone."""
        for one, whole in self._collected(wanted, only_stamps=True):
            yield one.instrument, placed(whole.pieces(), spans=one.spans).timestamp

    def _survey(self, until: int) -> Survey:
        if self._found is None or self._found.until != until:
            survey = Survey(until)
            for number, file in enumerate(self._files):
                steps(number, len(self._files))
                if number not in self._broken:
                    self._guarded(number, partial(survey.look, number, file))
            self._found = survey
        return self._found

    def _guarded(self, number: int, step: Callable[[], object]) -> None:
        """Take a step with a file; what goes wrong with one of several is noted, and the others go on."""
        try:
            step()
        except DqError as error:
            if self._alone or error.exit_status == SettingsError.exit_status:
                raise
            self.errors.append(error)
            self._broken.add(number)

    def _collected(self, wanted: Sequence[Wanted], *, only_stamps: bool) -> Iterator[tuple[Wanted, Collected]]:
        survey = self._found or self._survey(FOREVER)
        collected = {one.instrument: Collected(survey.rows.get(one.instrument, 0)) for one in wanted}
        waiting = list(reversed(wanted))
        for number, place in enumerate(sorted(survey.inside)):
            steps(number, len(survey.inside))
            if place[0] not in self._broken and not survey.inside[place].isdisjoint(collected):
                file = self._files[place[0]]
                held = survey.held.get(place) if only_stamps else survey.held.pop(place, None)
                batches = held or file.batches(place[1], only_stamps=only_stamps)
                self._guarded(place[0], partial(_collect, batches, file, collected))
            while waiting and survey.last.get(waiting[-1].instrument, place) <= place:
                yield waiting[-1], collected.pop(waiting.pop().instrument)
        while waiting:
            yield waiting[-1], collected.pop(waiting.pop().instrument)

    def levels(self, since: int, until: int) -> Absent:
        """None: there are bars alone."""
        return self.no_tables

    def error_log(self, since: int, until: int) -> Absent:
        """None: there are bars alone."""
        return self.no_tables

    def close(self) -> None:
        """Let go of what was decoded."""
        self._found = None


def _collect(batches: Iterable[Batch], file: File, collected: dict[str, Collected]) -> None:
    for batch in batches:
        for name, aside in batch.asides.items():
            if name in collected:
                collected[name].aside.extend(aside)
        for name, piece in parted(batch):
            if name in collected:
                collected[name].add(piece, file.decoder.clock)
