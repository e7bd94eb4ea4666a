"""The self-test as a person reads it in a terminal: the verdict, a line per check, what was missed, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dq.model import Finding
from dq.reports.clocks import span_text, stamps_text
from dq.reports.lines import error_text, folded, painted
from dq.suites import Expectation
from dq.suites.words import counted
from dq.trials.outcome import Outcome, Score, Trial

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
        outcome = self.outcome
        yield [*self._head(), *self._errors()]
        yield from self._tables() if verbose else [self._table(outcome.scores)]
        yield self._listed("Missed:", [self._missed(one) for one in outcome.missed])
        yield [line for score in outcome.scores if score.caught < len(score.trials) for line in self._advice(score)]
        yield self._listed("False alarms:", [self._alarm(*one) for one in _alarms(outcome)])
        if verbose:
            yield self._listed("Put in:", [self._put_in(one) for one in outcome.trials], most=len(outcome.trials))
        untried = [self._reason(score) for score in outcome.scores if not score.trials]
        yield self._listed("Not tried:", untried, most=len(untried))
        yield [
            line for note in (*outcome.notes, *_hint(outcome)) for line in self._folded(f"  {note}", "  ", colour="dim")
        ]

    def _head(self) -> Iterator[str]:
        outcome = self.outcome
        yield f"{self._painted(outcome.verdict.upper(), outcome.verdict)}  {_headline(outcome)}"
        question = f"{outcome.source} · {outcome.suite} · {outcome.each} of each defect, seed {outcome.seed}"
        yield from self._folded(f"{span_text(outcome.window.start, outcome.window.end)} · {question}", colour="dim")

    def _errors(self) -> Iterator[str]:
        for error in self.outcome.errors:
            yield from self._folded(f"  {error_text(error)}", "    ")
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
            cells[1] = self._painted(cells[1], "fail")
        if score.false_alarms:
            cells[3] = self._painted(cells[3], "warning")
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
        lines = folded(text, self.width, indent=indent)
        return [self._painted(line, colour) for line in lines] if colour else lines

    def _painted(self, text: str, colour: str) -> str:
        return painted(text, colour, coloured=self.coloured)


def _headline(outcome: Outcome) -> str:
    count, missed = len(outcome.trials), len(outcome.missed)
    if not count:
        return "Could not tell: no defect was put in"
    exact = sum(one.exact for one in outcome.trials)
    alarms = counted(outcome.false_alarms, "false alarm") if outcome.false_alarms else "no false alarm"
    every = "The one defect" if count == 1 else f"All {count:,} defects"
    caught = f"{missed:,} of {counted(count, 'defect')} missed" if missed else f"{every} caught"
    but = "Could not tell everything; " if outcome.errors else ""
    return f"{but}{caught}, {exact:,} with the exact span, {alarms}"


def _when(one: Trial) -> str:
    return stamps_text(one.series, one.start, one.end, "UTC")[0]


def _alarms(outcome: Outcome) -> Iterator[tuple[Trial, Finding]]:
    for trial in outcome.trials:
        for finding in trial.false_alarms:
            yield trial, finding


def _hint(outcome: Outcome) -> Iterator[str]:
    short = [score.check for score in outcome.scores if score.reason.startswith("not in this window")]
    if short and outcome.trials:
        more = "A longer --window makes" if outcome.windowed else "More bars make"
        yield f"{more} room for {counted(len(short), 'more check')}."
