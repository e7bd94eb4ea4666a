"""What the source says of its series: which there are, how old their newest bars are, whether their calendars fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dq.calendars import AUTO
from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.model import DAY, HOUR, MINUTE, Int, Series, SettingsError, Window, instant_text
from dq.run import Asked
from dq.run.hours import doubtful, recent_hours
from dq.run.inference import infer_interval, market_time, off_session
from dq.run.market import sessions_around
from dq.run.windows import Look
from dq.sources import Listed, Source, open_source
from dq.suites.words import counted, length_text, listed

FOREVER = 1 << 62
KNOWN_FOR = 14 * DAY  # what `dq validate` looks back to know its series
LATE_BARS, LATE = 10, 15 * MINUTE  # of market time without a bar, beyond which somebody should look at the collector
SHORT = 60 * DAY  # of sessions before the newest bar
OFF = 0.1  # share of the bars outside a calendar, from which on it is wrong


@dataclass
class Patient:
    """A source under examination: what was asked, and what is known of it so far."""

    asked: Asked
    source: Source | None = None
    listed: list[Listed] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)

    def close(self) -> None:
        """Let go of the source."""
        if self.source is not None:
            self.source.close()
            self.source = None


def opened(patient: Patient, step: str) -> Line:
    """Open the source as `dq validate` does: the columns are matched with the contract there."""
    patient.source = open_source(patient.asked.access)
    if patient.source.whole:  # files are looked into when they are listed
        patient.source.listed(0, FOREVER)
    said = patient.source.label
    return fine(step, f"{said} can become bars")


def newest(patient: Patient) -> Line:
    """List the series with their most recent bars."""
    asked, source = patient.asked, patient.source or open_source(patient.asked.access)
    patient.source = source
    until = FOREVER if source.whole else asked.now
    patient.listed = source.listed(asked.now - KNOWN_FOR, until)
    if not patient.listed:
        return _nothing(source, asked)
    found = {one.instrument for one in patient.listed}
    _describe(patient)
    absent = [name for name in _named(asked) if name not in found and not _ever(source, name, asked.now)]
    if absent:
        hint = "Look at the spelling of names (INSTRUMENT, [series.…] in dq.toml), or at the collector."
        return Line("newest bar", FAILED, f"there is no bar of {listed(absent)} in {source.label}", hint)
    if source.whole:
        broken = [wrong.message for wrong in source.errors]
        said = f"{counted(len(found), 'series')}; the last bar is of {_when(_last(patient.listed))}"
        hint = "Mend those files or take them out."
        return (
            Line("newest bar", FAILED, f"{said}; {'; '.join(broken[:3])}", hint) if broken else fine("newest bar", said)
        )
    return _ages(patient)


def calendars(patient: Patient) -> Line:
    """See of every series whether its calendar is set, guessed or learned, and whether its bars agree."""
    if patient.source is None:
        raise SettingsError("There is no source")
    ways: dict[str, list[str]] = {}
    wrong: list[str] = []
    stamps = {one.instrument: one.stamps for one in patient.listed}
    for name, series in patient.series.items():
        way, trouble = _agrees(patient, series, stamps[name])
        ways.setdefault(way, []).append(name)
        wrong += [f"{name}: {trouble}"] if trouble else []
    said = "; ".join(f"{way} for {listed(names, 6)}" for way, names in ways.items())
    if wrong:
        hint = "Say which one it is: calendar = under [series.…] in dq.toml; `dq init` finds one that fits."
        return Line("calendars", WARNING, f"{said}. {'; '.join(wrong[:4])}", hint)
    guessed = any("guessed" in way for way in ways)
    return fine("calendars", said, "What is guessed is better said: `dq init` writes it down." if guessed else "")


def _describe(patient: Patient) -> None:
    for one in patient.listed:
        try:
            patient.series[one.instrument] = patient.asked.series(one.instrument, infer_interval(one.stamps))
        except SettingsError as wrong:
            if patient.asked.says_interval(one.instrument):  # a single bar says no interval; anything else is wrong
                raise
            patient.source.errors.append(wrong) if patient.source and patient.source.whole else None


def _ages(patient: Patient) -> Line:
    """How long ago the newest bar of each series was, where its market was open since."""
    asked, late, unnamed = patient.asked, [], _left_out(patient)
    for one in patient.listed:
        series = patient.series.get(one.instrument)
        if series is None or not len(one.stamps):
            continue
        open_for = _unfilled(series, int(one.stamps[-1]), asked)
        if open_for > max(LATE_BARS * series.interval, LATE if not series.daily else 3 * DAY):
            late.append(f"{one.instrument} {_when(int(one.stamps[-1]))}, {length_text(open_for)} of trading ago")
    last = _last(patient.listed)
    said = f"{counted(len(patient.listed), 'series')}; the newest bar is of {_when(last)}, {_ago(asked.now - last)}"
    if late:
        hint = "Is the collector running? `dq validate` judges it as stale_series."
        return Line("newest bar", WARNING, f"{said}; late: {'; '.join(late[:6])}", hint)
    if unnamed:
        said = f"{said}; {listed(unnamed)} {'is' if len(unnamed) == 1 else 'are'} in the table and not among the series that are named"
        hint = "Only named series are judged: add them to INSTRUMENT or to [series.…] in dq.toml, or name none there."
        return Line("newest bar", WARNING, said, hint)
    return fine("newest bar", said)


def _unfilled(series: Series, last: int, asked: Asked) -> int:
    """Microseconds for which the market was open after the newest bar ended."""
    begun = last + series.interval + series.delay
    if begun >= asked.now or series.calendar == AUTO:
        return 0
    return market_time(sessions_around(series, last, asked.now, asked.settings.cache), begun, asked.now)


def _agrees(patient: Patient, series: Series, stamps: Int) -> tuple[str, str]:
    """How a series' calendar was come by, and what its bars say against it or ""."""
    asked = patient.asked
    until = int(stamps[-1]) + series.interval if len(stamps) else asked.now
    known = sessions_around(series, int(stamps[0]) if len(stamps) else until, until, asked.settings.cache)
    if not series.guessed and series.calendar != AUTO:
        outside = float(off_session(series, stamps, known).mean()) if len(stamps) else 0.0
        wrong = f"{100 * outside:.0f} % of its last bars lie outside {series.calendar}" if outside > OFF else ""
        return f"{series.calendar} (set)", wrong
    if patient.source is None or not doubtful(series, known, stamps, until):
        return f"{series.calendar} (guessed by the name; the bars agree)", ""
    look = Look(Window(until - HOUR, until), until, live=False)
    ((hours, _),) = recent_hours(patient.source, [(series, known)], look, asked.settings.cache)
    if hours.trouble is not None:
        return f"{series.calendar} ({'guessed' if series.guessed else 'to be learned'})", hours.trouble.message.rstrip(
            "."
        )
    if hours.series.calendar == AUTO and series.guessed:
        return "auto (learned from the bars)", "; ".join([hours.assumed.removeprefix("calendar auto "), *hours.notes])
    return (
        f"{hours.series.calendar} ({'learned' if series.calendar == AUTO else 'guessed by the name; the bars agree'})",
        "",
    )


def _nothing(source: Source, asked: Asked) -> Line:
    hint = "Is the collector running, and does it write there? Row-level security can hide bars, too."
    if source.whole:
        return Line("newest bar", FAILED, f"there is no bar in {source.label}", hint)
    older = source.listed(0, asked.now)
    if older:
        last = _last(older)
        said = f"there is no bar of the last 14 days; the newest one is of {_when(last)}, {_ago(asked.now - last)}"
        return Line("newest bar", FAILED, said, "Is the collector running? Bars of the past are judged with --at.")
    return Line("newest bar", FAILED, f"there is no bar in {source.label}", hint)


def _named(asked: Asked) -> Sequence[str]:
    return asked.instruments or asked.settings.instruments or tuple(asked.settings.series)


def _left_out(patient: Patient) -> list[str]:
    """Series of the table that nobody named, where others were: they are not judged."""
    named = _named(patient.asked)
    return [one.instrument for one in patient.listed if one.instrument not in named] if named else []


def _ever(source: Source, name: str, now: int) -> bool:
    return any(len(one.stamps) for one in source.listed(0, now, [name]))


def _last(found: Sequence[Listed]) -> int:
    return max((int(one.stamps[-1]) for one in found if len(one.stamps)), default=0)


def _when(instant: int) -> str:
    return f"{instant_text(instant)[:16].replace('T', ' ')} UTC"


def _ago(length: int) -> str:
    return f"{length_text(max(length, 0) // 1_000_000 * 1_000_000)} ago"
