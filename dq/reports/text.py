"""The run as a person reads it in a terminal: the verdict first, then why, then what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dq.model import Incident, Run, RunError, SeriesVerdict
from dq.reports.advice import advice
from dq.reports.clocks import local_span_text, span_text
from dq.reports.words import counted, headline, listed, percent_text, worst_first, zone_of

MOST_INCIDENTS = 12
MOST_SERIES = 12
COLOURS = {
    "critical": "31;1",
    "warning": "33;1",
    "info": "36",
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
    page = _Page(run, min(width, 120), coloured)
    return "\n".join(page.lines()) + "\n"


class _Page:
    def __init__(self, run: Run, width: int, coloured: bool) -> None:
        self.run, self.width, self.coloured = run, width, coloured

    def lines(self) -> Iterator[str]:
        yield f"{self.paint(self.run.verdict.upper(), self.run.verdict)}  {headline(self.run)}"
        yield self.paint(self._asked(), "dim")
        for error in self.run.errors:
            yield from self._error(error)
        loud = [one for one in worst_first(self.run.incidents) if one.severity != "info"]
        for incident in loud[:MOST_INCIDENTS]:
            yield from self._incident(incident)
        if len(loud) > MOST_INCIDENTS:
            yield ""
            yield f"… and {counted(len(loud) - MOST_INCIDENTS, 'incident')} more: --docs DIR or --format json shows all."
        yield from self._series()
        yield from self._footer()

    def _asked(self) -> str:
        window = span_text(self.run.window.start, self.run.window.end)
        return f"{window}, {self.run.source}, {self.run.suite}"

    def _error(self, error: RunError) -> Iterator[str]:
        yield ""
        where = f"{error.series}: " if error.series and error.series not in error.message else ""
        yield from self._folded(f"{self.paint('could not tell', 'unknown')}  {where}{error.message}", "  ")
        if error.hint:
            yield from self._folded(f"→ {error.hint}", "    ", first="  ")

    def _incident(self, one: Incident) -> Iterator[str]:
        yield ""
        kind = f"{one.check} ({one.cause})" if one.cause else one.check
        when = span_text(one.start, one.end)
        state = "" if one.state == "open" else f", {one.state}"
        yield f"{self.paint(f'{one.severity:8}', one.severity)}  {self._names(one)}  {kind}  {when}{state}"
        zone = zone_of(self.run, one.series[0]) if one.series else "UTC"
        local = local_span_text(one.start, one.end, zone)
        yield from self._folded(one.message + (f" ({local})" if local else ""), "  ", first="  ")
        yield from self._folded(f"→ {advice(one.check, one.cause)}", "    ", first="  ")

    def _names(self, one: Incident) -> str:
        series = {self.run.findings[at].series for at in one.findings} - {None}
        return listed(sorted(each.name for each in series if each is not None)) or "the table"

    def _series(self) -> Iterator[str]:
        """A line per series that has something to say; the others are counted in the verdict."""
        told = [
            one
            for one in self.run.series
            if one.verdict != "pass" or (one.notes and len(self.run.series) <= MOST_SERIES)
        ]
        if told:
            yield ""
        names = max((len(one.series.name) for one in told[:MOST_SERIES]), default=0)
        for one in told[:MOST_SERIES]:
            yield from self._folded(self._line(one, names), " " * (names + 2))
        if len(told) > MOST_SERIES:
            yield f"… and {counted(len(told) - MOST_SERIES, 'series')} more."

    def _line(self, one: SeriesVerdict, names: int) -> str:
        complete = "" if one.completeness is None else f", {percent_text(one.completeness)} complete"
        quiet = f", {counted(one.quiet_bars, 'quiet slot')}" if one.quiet_bars else ""
        notes = f"; {'; '.join(one.notes)}" if one.notes else ""
        verdict = self.paint(f"{one.verdict:7}", one.verdict)
        return f"{one.series.name:{names}}  {verdict}  {counted(one.bars, 'bar')}{complete}{quiet}{notes}"

    def _footer(self) -> Iterator[str]:
        infos = self.run.count("info")
        unasked = {each.check for one in self.run.series for each in one.checks if each.verdict == "not_checked"}
        if self.run.verdict == "pass" and not infos:
            unasked = set()
        notes = [*self.run.notes]
        if infos:
            notes.append(f"{counted(infos, 'finding')} of severity info (--format json shows them)")
        if unasked:
            notes.append(f"not checked everywhere: {listed(sorted(unasked))} (--format json says why)")
        if notes:
            yield ""
        for note in notes:
            yield from self._folded(self.paint(note, "dim"), "  ")

    def _folded(self, text: str, indent: str, first: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if self.coloured else text
