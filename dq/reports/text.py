"""The run as a person reads it in a terminal: the verdict first, a line per incident, then what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from dq.model import DAY, Incident, Run, SeriesVerdict
from dq.reports.advice import advice
from dq.reports.clocks import local_text, span_text, stamps_text
from dq.reports.words import counted, headline, listed, percent_text, worst_first, zone_of

MOST = 12  # incidents, and series, that a screen holds
COLOURS = {
    "critical": "31;1",
    "warning": "33;1",
    "pass": "32;1",
    "fail": "31;1",
    "unknown": "35;1",
    "dim": "2",
}


def render(run: Run, *, width: int = 80, coloured: bool = False) -> str:
    """The run in as few lines as it takes: quiet where all is well.

    Args:
        width: characters of a line.
        coloured: whether the terminal shows colours.
    """
    page = _Page(run, max(min(width, 120), 40), coloured)
    return "\n".join(page.lines()) + "\n"


class _Page:
    def __init__(self, run: Run, width: int, coloured: bool) -> None:
        self.run, self.width, self.coloured = run, width, coloured
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
            where = f"{error.series}: " if error.series and error.series not in error.message else ""
            yield from self._folded(f"{where}{error.message}", "  ", lead="unknown")
            if error.hint:
                yield from self._folded(f"→ {error.hint}", "    ", first="  ")

    def _incidents(self) -> Iterator[str]:
        for one in self.loud[:MOST]:
            yield from self._folded(
                f"{_names(one, self.run)}  {_when(one, self.run)}  {_what(one)}", " " * 10, lead=one.severity
            )
        if len(self.loud) > MOST:
            more = counted(len(self.loud) - MOST, "incident")
            yield from self._folded(f"… and {more} more: --docs DIR or --format json shows all.", "  ")

    def _advice(self) -> Iterator[str]:
        """What to do, once per kind of incident."""
        kinds = dict.fromkeys((one.check, one.cause) for one in self.loud[:MOST])
        told: dict[str, list[str]] = {}
        for check, cause in kinds:
            told.setdefault(advice(check, cause), []).append(check + _bracketed(cause))
        for sentence, checks in told.items():
            yield from self._folded(f"→ {', '.join(dict.fromkeys(checks))}: {sentence}", "  ")

    def _series(self) -> Iterator[str]:
        """A line per series that has something to say; the others are counted in the verdict."""
        told = [one for one in self.run.series if one.verdict != "pass" or one.notes]
        names = max((len(one.series.name) for one in told[:MOST]), default=0)
        for one in told[:MOST]:
            yield from self._folded(f"{one.series.name:{names}}  {_state(one)}", " " * (names + 2))
        if len(told) > MOST:
            yield from self._folded(f"… and {counted(len(told) - MOST, 'series')} more.", "  ")

    def _footer(self) -> Iterator[str]:
        notes = [*self.run.notes]
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
            notes.append(
                f"{counted(infos, 'finding')} of severity info, such as quiet minutes: --format json shows them."
            )
        unasked = sorted(
            {each.check for one in self.run.series for each in one.checks if each.verdict == "not_checked"}
        )
        if unasked and self.loud:
            notes.append(f"Not checked in some series: {listed(unasked)}; --format json says why.")
        for note in notes:
            yield from self._folded(note, "  ", colour="dim")

    def _folded(self, text: str, indent: str, *, first: str = "", lead: str = "", colour: str = "") -> list[str]:
        """The text in lines; `lead` is a word before it that carries a colour, `colour` paints it all.

        Names and messages may hold what the source holds: what would steer the terminal becomes a space.
        """
        whole = "".join(sign if sign.isprintable() else " " for sign in (f"{lead:8}  {text}" if lead else text))
        lines = textwrap.wrap(
            whole,
            self.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if lead:
            lines[0] = self._painted(lead, lead) + lines[0][len(lead) :]
        return [self._painted(line, colour) for line in lines] if colour else lines

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self.coloured and colour in COLOURS else text


def _names(one: Incident, run: Run) -> str:
    series = [run.findings[at].series for at in one.findings]
    names = dict.fromkeys(each.name for each in series if each is not None)
    return listed(list(names), 3) or "the table"


def _when(one: Incident, run: Run) -> str:
    """Since and until in UTC; on the market's clock too where that was or will be changed within days."""
    zone = zone_of(run, one.series[0]) if one.series else "UTC"
    series = next((run.findings[at].series for at in one.findings), None)
    told, local = stamps_text(series, one.start, one.end, zone)
    offsets = {local_text(at, zone)[-4:] for at in (one.start - 3 * DAY, one.start, one.start + 3 * DAY)}
    return told if len(offsets) == 1 or not local else f"{told} ({local})"


def _what(one: Incident) -> str:
    state = "" if one.state == "open" else f" ({one.state})"
    return f"{one.check}{_bracketed(one.cause)}: {one.message}{state}"


def _state(one: SeriesVerdict) -> str:
    told: Sequence[str] = [counted(one.bars, "bar")]
    if one.completeness is not None:
        told = [*told, f"{percent_text(one.completeness)} complete"]
    if one.quiet_bars:
        told = [*told, counted(one.quiet_bars, "quiet slot")]
    if one.suspect_bars:
        told = [*told, f"{counted(one.suspect_bars, 'slot')} not owed for certain"]
    return f"{one.verdict:4}  {', '.join(told)}" + "".join(f"; {note}" for note in one.notes)


def _bracketed(cause: str | None) -> str:
    """A cause beside its check; `unknown` says nothing that the sentence does not."""
    return f" [{cause}]" if cause and cause != "unknown" else ""
