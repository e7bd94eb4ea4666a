"""The bars behind a run that was recorded, read again: the history keeps what was found, not the bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from dq.model import DqError, Market, OrderedBars, Run, RunError, Series, SeriesVerdict, SourceError, Window
from dq.run.asked import Asked
from dq.run.attempts import attempted
from dq.run.cases import Case, open_case
from dq.run.fetch import Fetched, fetch
from dq.run.question import asked_of
from dq.settings import SeriesSettings, Settings
from dq.sources import Source
from dq.sources.doing import note
from dq.suites.words import counted

Key = tuple[str, int]  # instrument and interval (microseconds)
UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("window", "begin", "end", "at", "suite", "interval", "calendar")),
    "no_history": True,
    "fail_on": "never",
    "allow_empty": True,
    "jobs": 1,
}


@dataclass(frozen=True, eq=False)
class Revisited:
    """The bars and markets of a recorded run, by series.

    Attributes:
        untold: why the bars of some series are not among them, or "".
    """

    bars: Mapping[Key, OrderedBars]
    markets: Mapping[Key, Market]
    untold: str = ""


def revisit(run: Run, url: str, settings: Settings, *, now: int, folder: Path) -> Revisited:
    """Read the bars of a run again, from its source, for its window, as of its instant; nothing is judged.

    Args:
        url: where the bars are.
        settings: how to read them; what the run took for granted of its series holds in place of what they say.
        now: microseconds UTC.
        folder: of the settings.

    Raises:
        SettingsError: the address is none.
        SourceError: the bars cannot be read, or belong to another source than the run's.
        BarsError: what is there cannot become bars.
    """
    if not run.series:
        return Revisited({}, {}, "This run judged no bars.")
    asked = _asked(run, url, settings, now, folder)
    return attempted(asked, lambda source: _read(source, asked, run))


def _asked(run: Run, url: str, settings: Settings, now: int, folder: Path) -> Asked:
    """The question about the same series, by all that the run knew of them; of no window yet."""
    known = {one.series.instrument: _described(one.series) for one in run.series}
    said = {**UNSAID, "source": url, "instruments": tuple(known)}
    as_then = replace(settings, series=known, suite=None, reference=None)
    return replace(asked_of(as_then, said, now=now, folder=folder), window=None)


def _described(series: Series) -> SeriesSettings:
    """What the run knew of a series, as settings say it; what an older dq did not record stays unsaid."""
    named = {each.name: getattr(series, each.name) for each in fields(SeriesSettings)}
    return SeriesSettings(**{name: value for name, value in named.items() if value not in {"", None}})


def _read(source: Source, asked: Asked, run: Run) -> Revisited:
    if source.label != run.source and not (source.whole and _same_file(source.label, run.source)):
        raise SourceError(
            f"The bars of {source.label} are not those of this run: its source was {run.source}.",
            hint="Name the run's own source, or with --run another run.",
        )
    note(f"reading {source.label}")
    cases, wrong = _cases(source, asked, run)
    told = {(one.series.instrument, one.series.interval): one for one in run.series}
    drawn = {key: case for case in cases if (key := _key(case.market)) in told}
    markets = {key: _accounted(case.market, told[key]) for key, case in drawn.items()}
    return Revisited({key: case.bars.ordered for key, case in drawn.items()}, markets, _untold(wrong, told, drawn))


def _same_file(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()


def _cases(source: Source, asked: Asked, run: Run) -> tuple[list[Case], list[RunError]]:
    """The series as the run looked at them: in its window, or of files, where it looked at all that there was, at all."""
    windowed = replace(asked, begin=run.window.start, end=run.window.end, at=run.as_of)
    if source.whole:
        at = None if run.as_of == run.window.end else run.as_of
        cases, wrong = _opened(source, replace(asked, at=at))
        windows = [case.market.window for case in cases]
        if windows and Window(min(one.start for one in windows), max(one.end for one in windows)) == run.window:
            return cases, wrong
    return _opened(source, windowed)


def _opened(source: Source, asked: Asked) -> tuple[list[Case], list[RunError]]:
    answers = list(fetch(source, asked))
    cases = [open_case(one, asked) for one in answers if isinstance(one, Fetched)]
    return cases, [one for one in answers if isinstance(one, RunError)]


def _accounted(market: Market, told: SeriesVerdict) -> Market:
    """The market, knowing what the run made of its missing slots."""
    excused = (told.quiet_bars or 0) + (told.suspect_bars or 0)
    return replace(market, missing_slots=told.missing_bars + excused, excused_slots=excused)


def _untold(wrong: Sequence[RunError], told: Mapping[Key, object], drawn: Mapping[Key, object]) -> str:
    """Why bars of series are not there, in one sentence or two."""
    if len(drawn) == len(told):
        return ""
    reasons = _first(error.message for error in wrong)
    return f"The bars of {counted(len(told) - len(drawn), 'series')} could not be read again.{reasons}"


def _first(reasons: Iterator[str]) -> str:
    return next((f" {reason}" for reason in reasons), "")


def _key(market: Market) -> Key:
    return market.series.instrument, market.series.interval


def why(wrong: DqError) -> str:
    """Why there is nothing to draw, in a sentence for the pages, and what to do."""
    message = wrong.message if wrong.message.endswith((".", "!", "?", "…")) else f"{wrong.message}."
    return f"The bars could not be read again. {message} {wrong.hint}".strip()
