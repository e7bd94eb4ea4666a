"""The self-test as a story: read once, look at the bars as they are, put in defect after defect, and tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dq.model import DqError, RunError, Window, instant_text
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.cases import open_case
from dq.run.fetch import Fetched, as_error, fetch
from dq.run.profiles import Profiles
from dq.run.refusals import refuse_wrong_questions
from dq.run.windows import asked_window
from dq.settings import masked
from dq.sources import Source
from dq.sources.doing import note
from dq.suites.words import counted, listed
from dq.trials.outcome import Outcome, Score
from dq.trials.plan import Planned, plan
from dq.trials.subjects import Subject, roused, spread
from dq.trials.trial import tried

MOST = 24  # series that take part: more of them would show nothing new and take longer
Progress = Callable[[int, int], None]


def selftest(asked: Asked, version: str, *, each: int, seed: int, progress: Progress) -> Outcome:
    """Put defects into the bars of a source, in memory, and see which of them dq finds.

    Args:
        version: dq's own, as the outcome reports it.
        each: how many defects of every kind.
        seed: chooses where they go.
        progress: told how many defects have been tried, and how many there will be.

    Raises:
        SettingsError, SuiteError: the question is wrong; nothing was fetched.
    """
    began = time.perf_counter()
    refuse_wrong_questions(asked)
    window = asked_window(asked).window if asked.windowed else Window(asked.as_of, asked.as_of)
    outcome = Outcome(asked.as_of, window, masked(asked.access.url), asked.suite or "auto", each, seed, version, 0.0)
    try:
        outcome, subjects = attempted(asked, lambda source: _gathered(source, outcome, asked))
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return replace(outcome, errors=(as_error(wrong),))
    note("putting defects into copies of the bars, and judging them")
    scores = tuple(_scores(subjects, plan(subjects, each, seed), progress)) if subjects else ()
    outcome = replace(outcome, scores=scores)
    if not outcome.trials and not outcome.errors:
        outcome = replace(outcome, errors=(_nothing(outcome.source, subjects),))
    return replace(outcome, seconds=round(time.perf_counter() - began, 6))


def _gathered(source: Source, outcome: Outcome, asked: Asked) -> tuple[Outcome, list[Subject]]:
    """The series that take part, and the outcome that knows of them; the source is read and left alone."""
    answers = list(fetch(source, asked))
    there = [one for one in answers if isinstance(one, Fetched) and len(one.rows.bars)]
    subjects = _subjects(source, list(spread(there, MOST)), asked)
    errors = [one for one in answers if isinstance(one, RunError)] + [as_error(wrong) for wrong in source.errors]
    errors += [one.case.trouble for one in subjects if one.case.trouble is not None]
    note("judging the bars as they are")
    notes = [*source.notes, *_notes(subjects, len(there), asked)]
    markets = [one.case.market for one in subjects if not one.rested]
    window = outcome.window
    if markets and not asked.windowed:
        window = Window(min(one.window.start for one in markets), max(one.window.end for one in markets))
    known = replace(
        outcome,
        as_of=max((one.as_of for one in markets), default=outcome.as_of),
        window=window,
        source=source.label,
        suite=", ".join(dict.fromkeys(one.case.suite.name for one in subjects)) or outcome.suite,
        series=tuple(one.fetched.series for one in subjects),
        errors=tuple(errors),
        notes=tuple(notes),
        windowed=asked.windowed,
    )
    return known, subjects


def _subjects(source: Source, fetched: Sequence[Fetched], asked: Asked) -> list[Subject]:
    awake = list(roused(source, fetched, asked))
    cases = [open_case(one, asked) for one, _ in awake]
    profiles = Profiles(source, [one for one, _ in awake], cases, asked).stamps(range(len(awake)))
    return [
        Subject(one, case, stamps, asked, rested)
        for (one, rested), case, stamps in zip(awake, cases, profiles, strict=True)
    ]


def _notes(subjects: Sequence[Subject], there: int, asked: Asked) -> Iterator[str]:
    rested = [one.fetched.series.instrument for one in subjects if one.rested]
    if rested:
        ends = ", ".join(
            dict.fromkeys(f"{instant_text(one.case.market.as_of)[:16]}Z" for one in subjects if one.rested)
        )
        yield f"No bar fell due in this window for {listed(rested)}: the last bars before it are used, up to {ends}."
    if len(subjects) < there:
        yield f"{len(subjects)} of {there:,} series took part; name others with --instrument."
    sick = sum(one.severity != "info" for subject in subjects for one in subject.plain.findings)
    if sick:
        told = counted(sick, "finding")
        yield f"Without any of these defects the bars have {told}; that counts neither as caught nor as false alarm."


def _scores(subjects: Sequence[Subject], planned: Sequence[Planned], progress: Progress) -> Iterator[Score]:
    total, done = sum(len(one.attempts) for one in planned), 0
    suites = {one.case.suite.name: one.case.suite for one in subjects}.values()
    for one in planned:
        trials = []
        for attempt in one.attempts:
            trials.append(tried(attempt))
            done += 1
            progress(done, total)
        held = tuple(trial for trial in trials if trial is not None)
        reason = one.reason or ("" if held else "no bar of this window can hold it")
        asked = tuple(entry for suite in suites for entry in suite.expectations if entry.check == one.check)
        yield Score(one.check, held, reason, asked)


def _nothing(source: str, subjects: Sequence[Subject]) -> RunError:
    if subjects:
        hint = "Give more bars or a longer --window: a defect needs sound bars around it."
        return RunError("nothing", "No defect could be put into these bars.", hint)
    hint = "See whether the collector writes there, or give a --window in which it did."
    return RunError("nothing", f"There are no bars to spoil in {source}.", hint)
