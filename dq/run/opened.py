"""Every series of a source opened for judgement: read, compared, beside the collector's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dq.model import DqError, RunError
from dq.run.asked import Asked
from dq.run.cases import Case, open_case
from dq.run.fetch import Fetched, as_error, fetch
from dq.run.measured import with_figures
from dq.run.profiles import Profiles
from dq.run.tables import Logged, judge_log, with_levels
from dq.sources import Source
from dq.suites import Suite


@dataclass(frozen=True, eq=False)
class Opened:
    """The cases of a run, and what came of all else that was read for it.

    Attributes:
        unread: why series could not be had.
        uncompared: why the reference could not be read.
        compared_notes: what people should know of the reference.
    """

    source: Source
    cases: Sequence[Case]
    profiles: Profiles
    logged: Logged
    unread: Sequence[RunError]
    uncompared: Sequence[RunError]
    compared_notes: Sequence[str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of source, reference and collector, as far as they are read."""
        return (*self.source.notes, *self.compared_notes, *self.logged.notes)

    def errors(self, *, allow_empty: bool) -> list[RunError]:
        """Why the run cannot tell of everything; asked when all is judged, so that what came until then is told too."""
        errors = [*self.unread, *(case.trouble for case in self.cases if case.trouble is not None)]
        errors += self.uncompared
        errors += [_left_out(wrong) for wrong in self.source.errors]
        if not self.cases and not errors and not allow_empty:
            errors.append(_nothing(self.source))
        return errors


def open_cases(source: Source, asked: Asked, suite: Suite | None = None) -> Opened:
    """The cases of an open source.

    Args:
        suite: what is asked of every series, in the place of each one's own.
    """
    fetched, unread = _read(source, asked)
    cases = [open_case(one, asked) for one in fetched]
    cases = cases if suite is None else [replace(case, suite=suite) for case in cases]
    profiles = Profiles(source, fetched, cases, asked)
    compared, uncompared, notes = _compared(cases, asked)
    cases = with_levels(compared, source, asked)
    logged = with_figures(judge_log(compared, source, asked), compared, asked)
    return Opened(source, cases, profiles, logged, unread, uncompared, notes)


def _read(source: Source, asked: Asked) -> tuple[list[Fetched], list[RunError]]:
    """Every series that could be had, and why the others could not."""
    answers = list(fetch(source, asked))
    fetched = [one for one in answers if isinstance(one, Fetched)]
    if source.whole and not asked.instruments:  # files are read in their own order, and told by name like any table
        fetched.sort(key=lambda one: one.series.instrument)
    return fetched, [one for one in answers if isinstance(one, RunError)]


def _compared(cases: Sequence[Case], asked: Asked) -> tuple[Sequence[Case], Sequence[RunError], Sequence[str]]:
    """The cases with the bars of the reference, where there is one; why it could not be read, and what to know of it."""
    if asked.reference is None or not cases:
        return cases, (), ()
    from dq.run.comparing import compare  # most runs have no reference

    told = compare(cases, asked, asked.reference)
    return told.cases, told.errors, told.notes


def _left_out(wrong: DqError) -> RunError:
    """A file that could not be read beside others that were."""
    error = as_error(wrong)
    return replace(error, hint=error.hint or "Mend it or take it out; the others were judged.")


def _nothing(source: Source) -> RunError:
    hint = "See whether the collector writes there; --allow-empty says that an empty source is fine."
    return RunError("nothing", f"There are no bars to check in {source.label}.", hint)
