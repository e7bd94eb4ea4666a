"""The self-test as a person reads it in a terminal: the verdict, a line per check, what was missed, what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from dq.model import Finding
from dq.reports.clocks import span_text, stamps_text
from dq.reports.words import counted
from dq.selftest.outcome import Outcome, Score, Trial
from dq.suites import Expectation

COLOURS = {"pass": "32;1", "fail": "31;1", "unknown": "35;1", "missed": "31;1", "alarm": "33;1", "dim": "2"}
HEADS = ("injected", "caught", "exact span", "false alarms")
MOST = 12  # missed defects, and false alarms, that a screen holds


Worded = Callable[[Expectation], str]


def render(outcome: Outcome, worded: Worded, *, width: int = 80, coloured: bool = False, verbose: bool = False) -> str:
    """The outcome in a table of at most `width` characters.

    Args:
        worded: an entry of a suite in words.
        verbose: one table per series, and every defect.
    """
    page = _Page(outcome, worded, max(min(width, 120), 60), coloured)
    return "\n\n".join("\n".join(block) for block in page.blocks(verbose=verbose) if block) + "\n"


class _Page:
    def __init__(self, outcome: Outcome, worded: Worded, width: int, coloured: bool) -> None:
        self.outcome, self.worded, self.width, self.coloured = outcome, worded, width, coloured
        self.names = max((len(score.check) for score in outcome.scores), default=5)

    def blocks(self, *, verbose: bool) -> Iterator[list[str]]:
        """What stands together; an empty block is one that has nothing to say."""
        told = self.outcome
        yield [*self._head(), *self._errors()]
        yield from self._tables() if verbose else [self._table(told.scores)]
        yield self._listed("Missed:", [self._missed(one) for one in told.missed])
        yield [line for score in told.scores if score.caught < len(score.trials) for line in self._advice(score)]
        yield self._listed("False alarms:", [self._alarm(*one) for one in _alarms(told)])
        if verbose:
            yield self._listed("Put in:", [self._put_in(one) for one in told.trials], most=len(told.trials))
        untried = [self._reason(score) for score in told.scores if not score.trials]
        yield self._listed("Not tried:", untried, most=len(untried))
        yield [line for note in (*told.notes, *_hint(told)) for line in self._folded(f"  {note}", "  ", colour="dim")]

    def _head(self) -> Iterator[str]:
        told = self.outcome
        yield f"{self._painted(told.verdict.upper(), told.verdict)}  {_headline(told)}"
        question = f"{told.source} · {told.suite} · {told.each} of each defect, seed {told.seed}"
        yield from self._folded(f"{span_text(told.window.start, told.window.end)} · {question}", colour="dim")

    def _errors(self) -> Iterator[str]:
        for error in self.outcome.errors:
            where = f"{error.series}: " if error.series and error.series not in error.message else ""
            yield from self._folded(f"  {where}{error.message}", "    ")
            yield from self._folded(f"  → {error.hint}" if error.hint else "", "    ")

    def _tables(self) -> Iterator[list[str]]:
        """One table per series, with the checks that were tried on it."""
        for series in self.outcome.series:
            of_it = {
                score.check: tuple(one for one in score.trials if one.series == series) for score in self.outcome.scores
            }
            table = self._table([Score(check, trials) for check, trials in of_it.items()])
            yield [series.name, *table] if table else []

    def _table(self, scores: Iterable[Score]) -> list[str]:
        """A line per check that was tried."""
        rows = [self._row(score) for score in scores if score.trials]
        head = self._painted(f"  {'check':{self.names}}  {'  '.join(HEADS)}", "dim")
        return [head, *rows] if rows else []

    def _row(self, score: Score) -> str:
        figures = (len(score.trials), score.caught, score.exact, score.false_alarms or "-")
        cells = [f"{figure:>{len(head)}}" for figure, head in zip(figures, HEADS, strict=True)]
        if score.caught < len(score.trials):
            cells[1] = self._painted(cells[1], "missed")
        if score.false_alarms:
            cells[3] = self._painted(cells[3], "alarm")
        return f"  {score.check:{self.names}}  {'  '.join(cells)}"

    def _reason(self, score: Score) -> list[str]:
        return self._folded(f"  {score.check:{self.names}}  {score.reason}", " " * (self.names + 4))

    def _listed(self, title: str, told: list[list[str]], most: int = MOST) -> list[str]:
        more = [f"  … and {len(told) - most:,} more: --format json shows all."] if len(told) > most else []
        return [title, *(line for lines in told[:most] for line in lines), *more] if told else []

    def _missed(self, one: Trial) -> list[str]:
        place = self._folded(f"  {one.check}  {one.series.name}  {_when(one)}", "    ")
        return [*place, *self._folded(f"    {one.what}; {one.instead}.", "    ")]

    def _advice(self, score: Score) -> list[str]:
        """What to do, once per check that missed something."""
        entries = " or ".join(self.worded(entry) for entry in score.asked)
        told = f"the suite asks for it as {entries}; `dq explain {score.check}` says how that is measured"
        return self._folded(f"→ {score.check}: {told}.", "  ")

    def _alarm(self, one: Trial, finding: Finding) -> list[str]:
        place = stamps_text(finding.series, finding.start, finding.end, "UTC")[0]
        told = f"  {finding.check}  {one.series.name}  {place}: {finding.message}"
        return [
            *self._folded(told, "    "),
            *self._folded(f"    while {one.check} was put in at {_when(one)}", "      "),
        ]

    def _put_in(self, one: Trial) -> list[str]:
        state = "missed" if not one.caught else "exact" if one.exact else "caught"
        told = ": ".join(filter(None, (f"{one.check}  {one.series.name}  {_when(one)}", one.options)))
        return self._folded(f"  {state:6}  {told}", " " * 10)

    def _folded(self, text: str, indent: str = "", colour: str = "") -> list[str]:
        """The text in lines; what a source's names could steer the terminal with becomes a space."""
        plain = "".join(sign if sign.isprintable() else " " for sign in text)
        first = plain[: len(plain) - len(plain.lstrip())]
        lines = textwrap.wrap(
            plain.strip(),
            self.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        return [self._painted(line, colour) for line in lines] if colour else lines

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self.coloured else text


def _headline(told: Outcome) -> str:
    count, missed = len(told.trials), len(told.missed)
    if not count:
        return "Could not tell: no defect was put in"
    exact = sum(one.exact for one in told.trials)
    alarms = counted(told.false_alarms, "false alarm") if told.false_alarms else "no false alarm"
    caught = f"{missed:,} of {counted(count, 'defect')} missed" if missed else f"All {counted(count, 'defect')} caught"
    but = "Could not tell everything; " if told.errors else ""
    return f"{but}{caught}, {exact:,} with the exact span, {alarms}"


def _when(one: Trial) -> str:
    return stamps_text(one.series, one.start, one.end, "UTC")[0]


def _alarms(told: Outcome) -> Iterator[tuple[Trial, Finding]]:
    for trial in told.trials:
        for finding in trial.false_alarms:
            yield trial, finding


def _hint(told: Outcome) -> Iterator[str]:
    short = [score.check for score in told.scores if score.reason.startswith("not in this window")]
    if short and told.trials:
        more = "A longer --window makes" if told.windowed else "More bars make"
        yield f"{more} room for {counted(len(short), 'more check')}."
