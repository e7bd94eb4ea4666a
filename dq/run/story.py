"""The run as a story: what `dq validate` does, from the question to the record."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dq.explain.incidents import tell_incidents
from dq.logbook import timed
from dq.model import DqError, Finding, Market, OrderedBars, Run, RunError, SeriesVerdict, Window
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.cases import Case
from dq.run.deadline import OutOfTime
from dq.run.fetch import as_error
from dq.run.judge import Judged, judge_all
from dq.run.opened import open_cases
from dq.run.refusals import refuse_wrong_questions
from dq.run.unnamed import unnamed_findings
from dq.run.verdicts import exit_status, is_loud, series_verdict
from dq.run.windows import asked_window, window_notes
from dq.run.written import written
from dq.settings import masked, masked_text
from dq.sources import Source
from dq.sources.doing import note

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord

log = logging.getLogger("dq.run")
Key = tuple[str, int]  # instrument and interval (microseconds)


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run, each series as it was judged, and the profiles that can be kept.

    Attributes:
        source_seconds: until everything was read, connecting and other attempts included; None where nothing was.
    """

    run: Run
    judged: Sequence[Judged] = ()
    profiles: Sequence[ProfileRecord] = ()
    source_seconds: float | None = None

    @property
    def bars(self) -> Mapping[Key, OrderedBars]:
        """The bars of each series."""
        return {_key(one.market): one.case.bars.ordered for one in self.judged}

    @property
    def markets(self) -> Mapping[Key, Market]:
        """Sessions and slots of each series."""
        return {_key(one.market): one.market for one in self.judged}


def _key(market: Market) -> Key:
    return market.series.instrument, market.series.interval


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
        outcome = attempted(asked, lambda source: _judged(source, asked, began))
    except OutOfTime as late:
        return untold(asked, late.error, version, time.perf_counter() - began)
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return untold(asked, wrong, version, time.perf_counter() - began)
    seconds = round(time.perf_counter() - began, 6)
    run = replace(outcome.run, dq_version=version, seconds=seconds, cadence=asked.cadence)
    return replace(outcome, run=written(run, asked, outcome.profiles))


def untold(asked: Asked, wrong: DqError, version: str, seconds: float = 0.0) -> Outcome:
    """The outcome of a run that could not look at any bar, recorded like any other."""
    run = _run(asked, masked(asked.access.url), [], [], [], [as_error(wrong)])
    run = replace(run, dq_version=version, seconds=round(seconds, 6), cadence=asked.cadence)
    return Outcome(written(run, asked))


def _judged(source: Source, asked: Asked, began: float) -> Outcome:
    """Every series of an open source, judged; `began`, by `time.perf_counter`, is when the run did."""
    note(f"reading {source.label}")
    with timed(log, "read", "reading the bars", source=source.label) as found:
        opened = open_cases(source, asked)
        found["series"] = len(opened.cases)
    reading = time.perf_counter() - began
    cases, logged = opened.cases, opened.logged
    note(f"judging {len(cases):,} series")
    with timed(log, "judge", "judging the series", series=len(cases)):
        judged = judge_all(cases, opened.profiles.stamps, asked.jobs)
    findings = [*unnamed_findings(source, asked), *logged.findings]
    findings += [finding for one in judged for finding in one.findings]
    errors = opened.errors(allow_empty=asked.allow_empty)
    verdicts = [series_verdict(one, asked.settings.shown_zone, logged.verdicts) for one in judged]
    run = _run(asked, source.label, cases, verdicts, findings, errors)
    run = replace(run, notes=(*window_notes(asked), *opened.notes), cycles=logged.cycles)
    return Outcome(run, judged, opened.profiles.renewed() if asked.record else (), reading)


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
