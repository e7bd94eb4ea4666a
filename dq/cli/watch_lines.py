"""What a watch prints of each round: a line, and the report where it says something new; or the run itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import click

from dq.cli.validation import print_run, rendered
from dq.model import SEVERITIES, Run, instant_text
from dq.watch import Round


class Printer:
    """Prints the rounds of all cadences, and knows what it last reported of each."""

    def __init__(self) -> None:
        self._reported: dict[str, _Reported] = {}

    def print(self, done: Round, style: str, output: Path | None, fail_on: str, *, named: bool) -> None:
        """A line, and the report where there is something new; in another format the run itself, every time.

        Args:
            named: there are several cadences, so that each line says which it is of.
        """
        run = done.outcome.run
        if output is not None or style != "text":
            print_run(done.outcome, style, output, fail_on)
        if output is None and style != "text":
            return
        news = self._news(run, done.cadence)
        troubled = run.verdict != "pass" and bool(run.series)
        told = line(run, done.cadence if named else "")
        click.echo(f"{told}, as before" if troubled and not news else told)
        if output is None and troubled and news:  # whose first line says what that line says
            click.echo(rendered(done.outcome, style, fail_on).partition("\n")[2], nl=False)

    def _news(self, run: Run, cadence: str) -> bool:
        """Whether the run says what the last report of its cadence did not: an outage of hours is told once."""
        if not run.series:  # nobody knows how the bars are: what was reported of them may still hold
            return True
        before, now = self._reported.get(cadence), _reported(run)
        if before is not None and now.adds_nothing_to(before):
            return False
        self._reported[cadence] = now
        return True


class _Reported(NamedTuple):
    """What is in a report, as far as another one would be read for it.

    Attributes:
        errors: kind of each, and the series that it is of.
        incidents: id of each that lasts to the rank of its severity.
    """

    verdict: str
    errors: frozenset[tuple[str, str | None]]
    incidents: Mapping[str, int]

    def adds_nothing_to(self, before: _Reported) -> bool:
        """Whether nothing began, ended or became worse."""
        same = (self.verdict, self.errors, self.incidents.keys()) == (
            before.verdict,
            before.errors,
            before.incidents.keys(),
        )
        return same and all(rank <= before.incidents[name] for name, rank in self.incidents.items())


def _reported(run: Run) -> _Reported:
    loud = [one for one in run.incidents if one.state != "resolved" and one.severity != "info"]
    incidents = {one.id: SEVERITIES.index(one.severity) for one in loud}
    return _Reported(run.verdict, frozenset((one.kind, one.series) for one in run.errors), incidents)


def line(run: Run, cadence: str = "") -> str:
    """What a run has to say where its report would say no more."""
    from dq.reports.lines import error_text, printable
    from dq.reports.words import headline

    untold = run.errors and not run.series
    told = [f"{error_text(one).rstrip('.')}. {one.hint}" for one in run.errors] if untold else [headline(run)]
    name = f"{cadence}: " if cadence else ""
    return printable(f"{instant_text(run.as_of)}  {run.verdict:7}  {name}{' '.join(told)}")
