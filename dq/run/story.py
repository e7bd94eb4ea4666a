"""The run as a story: what `dq validate` does, from the question to the record."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dq.explain.incidents import tell_incidents
from dq.model import DqError, Finding, OrderedBars, Run, RunError, SeriesVerdict, Window
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.cases import Case, open_case
from dq.run.deadline import OutOfTime
from dq.run.fetch import Fetched, as_error, fetch
from dq.run.judge import judge_all
from dq.run.profiles import Profiles
from dq.run.record import recorded
from dq.run.refusals import refuse_wrong_questions
from dq.run.tables import judge_log, with_levels
from dq.run.unnamed import unnamed_findings
from dq.run.verdicts import exit_status, is_loud, series_verdict
from dq.run.windows import asked_window
from dq.settings import masked, masked_text
from dq.sources import Source
from dq.sources.doing import note

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord

BarsBySeries = Mapping[tuple[str, int], OrderedBars]


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run, the bars that it judged by instrument and interval (microseconds), and the profiles it can keep."""

    run: Run
    bars: BarsBySeries = field(default_factory=dict)
    profiles: Sequence[ProfileRecord] = ()


def validate(asked: Asked, version: str) -> Outcome:
    """Judge the bars of a source.

    What is wrong with the source, or with one series of it, becomes an entry of the run's errors and exit status 3.

    Args:
        version: dq's own, as the run reports it.

    Raises:
        SettingsError, SuiteError: the question is wrong; nothing was fetched.
    """
    began = time.perf_counter()
    refuse_wrong_questions(asked)
    try:
        outcome = attempted(asked, lambda source: _judged(source, asked))
    except OutOfTime as late:
        return untold(asked, late.error, version, time.perf_counter() - began)
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return untold(asked, wrong, version, time.perf_counter() - began)
    run = replace(outcome.run, dq_version=version, seconds=round(time.perf_counter() - began, 6))
    return replace(outcome, run=recorded(run, asked, outcome.profiles))


def untold(asked: Asked, wrong: DqError, version: str, seconds: float = 0.0) -> Outcome:
    """The outcome of a run that could not look at any bar, recorded like any other."""
    run = _run(asked, masked(asked.access.url), [], [], [], [as_error(wrong)])
    return Outcome(recorded(replace(run, dq_version=version, seconds=round(seconds, 6)), asked))


def _judged(source: Source, asked: Asked) -> Outcome:
    """Every series of an open source, judged."""
    note(f"reading {source.label}")
    fetched, errors = _read(source, asked)
    cases = [open_case(one, asked) for one in fetched]
    profiles = Profiles(source, fetched, cases, asked)
    compared, unread, notes = _compared(cases, asked)
    cases, logged = with_levels(compared, source, asked), judge_log(compared, source, asked)
    note(f"judging {len(cases):,} series")
    judged = judge_all(cases, profiles.stamps, asked.jobs)
    errors += [case.trouble for case in cases if case.trouble is not None]
    errors += unread
    errors += [_left_out(wrong) for wrong in source.errors]  # those too that came while gaps were explained
    findings = [*unnamed_findings(source, asked), *logged.findings]
    findings += [finding for one in judged for finding in one.findings]
    if not cases and not errors and not asked.allow_empty:
        errors.append(_nothing(source))
    verdicts = [series_verdict(one, asked.settings.shown_zone, logged.verdicts) for one in judged]
    run = _run(asked, source.label, cases, verdicts, findings, errors)
    bars = {(case.market.series.instrument, case.market.series.interval): case.bars.ordered for case in cases}
    return Outcome(replace(run, notes=(*source.notes, *notes)), bars, profiles.renewed() if asked.record else ())


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


def _run(
    asked: Asked,
    source: str,
    cases: Sequence[Case],
    verdicts: Sequence[SeriesVerdict],
    findings: Sequence[Finding],
    errors: Sequence[RunError],
) -> Run:
    window, as_of = _span(asked, cases)
    return Run(
        id=os.urandom(8).hex(),
        as_of=as_of,
        window=window,
        source=source,
        suite=", ".join(dict.fromkeys(case.suite.name for case in cases)) or asked.suite or "auto",
        verdict="unknown" if errors else "fail" if is_loud(findings) else "pass",
        exit_code=exit_status(findings, failed=bool(errors), fail_on=asked.fail_on),
        dq_version="",
        seconds=0.0,
        series=tuple(verdicts),
        findings=tuple(findings),
        incidents=tell_incidents(findings, {}, as_of),  # of a run that knows no other; the history knows more
        errors=tuple(_discreet(error, asked) for error in errors),
    )


def _discreet(error: RunError, asked: Asked) -> RunError:
    """The error without secrets: part of it may be what a server or a library said."""
    secrets = asked.secrets
    return replace(error, message=masked_text(error.message, secrets), hint=masked_text(error.hint, secrets))


def _span(asked: Asked, cases: Sequence[Case]) -> tuple[Window, int]:
    """The window and `as_of` of the run: those of its series, taken together."""
    if cases:
        windows = [case.market.window for case in cases]
        whole = Window(min(one.start for one in windows), max(one.end for one in windows))
        return whole, max(case.market.as_of for case in cases)
    if asked.windowed:
        look = asked_window(asked)
        return look.window, look.as_of
    return Window(asked.as_of, asked.as_of), asked.as_of
