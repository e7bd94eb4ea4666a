"""What `dq watch` does once its options are read: settings, rounds, signals, a line or a report for each."""

from __future__ import annotations

import logging
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.instants import now
from dq.cli.questions import asked_by
from dq.cli.terminal import log_from
from dq.cli.validation import DEADLINE, print_run, write_docs_of
from dq.model import MINUTE, Run, SettingsError, instant_text
from dq.run import Asked, Outcome, validate
from dq.watch import Breaker, Timetable, Watch

REST = 10 * MINUTE  # at most, unless --rest says more
log = logging.getLogger("dq.watch")


def answer(*, every: int, times: int | None, rest: int | None, log_level: str, **options: Any) -> int:
    """Watch until a signal or `times` runs end it, and return the exit status."""
    signals = _Signals()
    log_from(log_level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # what it says of each job, the runs say better
    asked = _asked(options)
    timetable = Timetable(every, asked.settings.grace)
    run = partial(_run, options["deadline"] or asked.settings.deadline or DEADLINE)
    watch = Watch(asked, every, Breaker(rest or min(2 * every, REST), timetable), run, now, __version__)

    def work() -> bool:
        _tell(watch.round(), options["style"], options["output"], options["docs"], asked)
        return watch.rounds != times and signals.none()

    try:
        if work():
            log.info("the next run is at %s", instant_text(timetable.after(now())))
            timetable.keep(work, signals.none)
    except KeyboardInterrupt:
        log.info("ended by a signal")
    return watch.status if times else 0


def _asked(options: dict[str, Any]) -> Asked:
    """The question of every round; all that is wrong with it is told before the first."""
    said = options | dict.fromkeys(("begin", "end", "at"))
    asked = asked_by(said, options["output"], options["docs"])
    if asked.access.url == "-":
        raise SettingsError("Standard input can be read once only.", hint="Give `dq watch` a file or a database.")
    return replace(asked, window=options["window"])


def _run(limit: int, asked: Asked) -> Outcome:
    return within(limit, lambda: validate(asked, __version__))


def _tell(outcome: Outcome, style: str, output: Path | None, docs: Path | None, asked: Asked) -> None:
    """A line for a clean run, the report of any other; in another format the run itself, every time."""
    run = outcome.run
    if docs is not None:
        write_docs_of(outcome, docs, asked)
    if output is not None or style != "text":
        print_run(outcome, style, output, asked.fail_on)
    if output is not None or style == "text":
        click.echo(_line(run))
    if output is None and style == "text" and run.verdict != "pass" and run.series:
        print_run(outcome, style, None, asked.fail_on)


def _line(run: Run) -> str:
    """What a run has to say where its report would say no more."""
    from dq.reports.lines import error_text, printable
    from dq.reports.words import headline

    untold = run.errors and not run.series
    told = [f"{error_text(one).rstrip('.')}. {one.hint}" for one in run.errors] if untold else [headline(run)]
    return printable(f"{instant_text(run.as_of)}  {run.verdict:7}  {' '.join(told)}")


class _Signals:
    """SIGTERM ends what is being done as Ctrl-C does. It is kept in mind, too: a library may catch what it raises."""

    def __init__(self) -> None:
        self._seen = False
        for number in (signal.SIGTERM, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._see)

    def none(self) -> bool:
        return not self._seen

    def _see(self, _number: int, _frame: object) -> NoReturn:
        self._seen = True
        raise KeyboardInterrupt
