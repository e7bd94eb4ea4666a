"""The run as a person reads it in a terminal: the verdict first, a line per incident, then what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from dq.model import NO_REFERENCE, UNMEASURED, Incident, Run, SeriesVerdict
from dq.reports.advice import advice
from dq.reports.clocks import span_text
from dq.reports.lines import Spark, error_text, folded, painted
from dq.reports.words import bracketed, headline, names_of, percent_text, when_of, worst_first
from dq.suites.words import counted, listed

FEW = 2  # reasons that fit beside the names of what they concern
NOBODY_ASKED = ("", NO_REFERENCE, UNMEASURED)  # reasons that nobody waits for
MOST = 12  # incidents, and series, that a screen holds
ROOMY = 70  # characters of a line, from which on it holds a row of signs besides

STAND_IN = "█"  # for each sign until a line is folded, which would cut a row where the market was closed


def render(
    run: Run,
    *,
    width: int = 80,
    coloured: bool = False,
    fail_on: str = "warning",
    sparks: Mapping[str, Spark] | None = None,
) -> str:
    """The run in as few lines as it takes: quiet where all is well.

    Args:
        width: characters of a line.
        coloured: whether the terminal shows colours.
        sparks: the series whose completeness is drawn, by name.
    """
    page = _Page(run, max(min(width, 120), 40), coloured, sparks or {})
    return "\n".join(page.lines()) + "\n"


class _Page:
    def __init__(self, run: Run, width: int, coloured: bool, sparks: Mapping[str, Spark]) -> None:
        self.run, self.width, self.coloured = run, width, coloured
        self.sparks = sparks if width >= ROOMY else {}
        self.loud = [one for one in worst_first(run.incidents) if one.severity != "info"]

    def lines(self) -> Iterator[str]:
        yield f"{self._painted(self.run.verdict.upper(), self.run.verdict)}  {headline(self.run)}"
        window = span_text(self.run.window.start, self.run.window.end)
        yield from self._folded(f"{window} · {self.run.source} · {self.run.suite}", "", colour="dim")
        for part in (self._errors(), self._incidents(), self._advice(), self._series(), self._footer()):
            lines = list(part)
            if lines:
                yield ""
                yield from lines

    def _errors(self) -> Iterator[str]:
        for error in self.run.errors:
            yield from self._folded(error_text(error), "  ", lead="unknown")
            if error.hint:
                yield from self._folded(f"→ {error.hint}", "    ", first="  ")

    def _incidents(self) -> Iterator[str]:
        for one in self.loud[:MOST]:
            yield from self._folded(
                f"{names_of(one, self.run)}  {when_of(one, self.run)}  {_what(one)}", " " * 10, lead=one.severity
            )
        if len(self.loud) > MOST:
            more = counted(len(self.loud) - MOST, "incident")
            yield from self._folded(f"… and {more} more: --docs DIR or --format json shows all.", "  ")

    def _advice(self) -> Iterator[str]:
        """What to do, once per kind of incident."""
        kinds = dict.fromkeys((one.check, one.cause) for one in self.loud[:MOST])
        told: dict[str, list[str]] = {}
        for check, cause in kinds:
            told.setdefault(advice(check, cause), []).append(check + bracketed(cause))
        for sentence, checks in told.items():
            yield from self._folded(f"→ {', '.join(dict.fromkeys(checks))}: {sentence}", "  ")

    def _series(self) -> Iterator[str]:
        """A line per series that has something to say; the others are counted in the verdict."""
        told = [one for one in self.run.series if one.verdict != "pass" or one.notes]
        shown = told[:MOST]
        names = max((len(one.series.name) for one in shown), default=0)
        verdicts = max((len(one.verdict) for one in shown), default=0)
        signs = max((len(self.sparks.get(one.series.name, ())) for one in shown), default=0)
        for one in shown:
            yield from self._of_series(one, names, verdicts, signs)
        if len(told) > MOST:
            yield from self._folded(f"… and {counted(len(told) - MOST, 'series')} more.", "  ")

    def _of_series(self, one: SeriesVerdict, names: int, verdicts: int, signs: int) -> Iterator[str]:
        """Name, verdict, completeness as a row of signs where it is drawn, and numbers, each below that of the others."""
        row = self.sparks.get(one.series.name, ())
        drawn = f"{STAND_IN * len(row):{signs}}  " if signs else ""
        text = f"{one.series.name:{names}}  {one.verdict:{verdicts}}  {drawn}{_state(one)}"
        first, *rest = folded(text, self.width, indent=" " * (names + 2))
        name, told = first[: names + 2], first[names + 2 :]
        if told.startswith(one.verdict):
            told = self._painted(one.verdict, one.verdict) + told[len(one.verdict) :]
        yield name + (told.replace(STAND_IN * len(row), self._drawn(row), 1) if row else told)
        yield from rest

    def _drawn(self, row: Spark) -> str:
        parts = groupby(row, key=lambda sign: sign[1])
        return "".join(self._painted("".join(sign for sign, _ in part), colour) for colour, part in parts)

    def _footer(self) -> Iterator[str]:
        notes = list(self.run.notes)
        assumed: dict[str, list[str]] = {}
        for one in self.run.series:
            for what in one.assumed:
                assumed.setdefault(what, []).append(one.series.instrument)
        told = [
            what if len(names) == len(self.run.series) else f"{what} for {listed(names, 3)}"
            for what, names in assumed.items()
        ]
        if told:
            notes.append(f"Assumed, as nobody said: {'; '.join(told)}.")
        infos = self.run.count("info")
        if infos:
            notes.append(f"{counted(infos, 'finding')} of severity info: --format json shows them.")
        notes += self._not_checked()
        for note in notes:
            yield from self._folded(note, "  ", colour="dim")

    def _not_checked(self) -> Iterator[str]:
        """The checks that could not answer for some series, with the reasons where they are few."""
        reasons = {
            each.check: each.reason
            for one in self.run.series
            for each in one.checks
            if each.verdict == "not_checked" and each.reason not in NOBODY_ASKED
        }
        if len(reasons) > FEW:
            yield f"Not checked in some series: {listed(sorted(reasons))}; --format json says why."
        elif reasons:
            yield f"Not checked: {'; '.join(f'{name} ({reason})' for name, reason in sorted(reasons.items()))}."

    def _folded(self, text: str, indent: str, *, first: str = "", lead: str = "", colour: str = "") -> list[str]:
        """The text in lines; `lead` is a word before it that carries a colour, `colour` paints it all."""
        lines = folded(f"{lead:8}  {text}" if lead else text, self.width, first=first, indent=indent)
        if lead:
            lines[0] = self._painted(lead, lead) + lines[0][len(lead) :]
        return [self._painted(line, colour) for line in lines] if colour else lines

    def _painted(self, text: str, colour: str) -> str:
        return painted(text, colour, coloured=self.coloured)


def _what(one: Incident) -> str:
    state = "" if one.state == "open" else f" ({one.state})"
    return f"{one.check}{bracketed(one.cause)}: {one.message}{state}"


def _state(one: SeriesVerdict) -> str:
    told: Sequence[str] = [counted(one.bars, "bar")]
    if one.completeness is not None:
        told = [*told, f"{percent_text(one.completeness)} complete"]
    if one.quiet_bars:
        told = [*told, counted(one.quiet_bars, "quiet slot")]
    if one.suspect_bars:
        told = [*told, f"{counted(one.suspect_bars, 'slot')} not owed for certain"]
    return ", ".join(told) + "".join(f"; {note}" for note in one.notes)
