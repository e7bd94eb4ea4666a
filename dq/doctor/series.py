"""What the source says of its series: which there are, and how old their newest bars are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dq.calendars import AUTO
from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.model import DAY, MINUTE, Int, Series, SettingsError, SourceError, lay_slots, minute_text
from dq.run import Asked
from dq.run.fetch import ALWAYS, KNOWN_FOR
from dq.run.inference import infer_interval, infer_phase
from dq.run.market import sessions_around
from dq.sources import Listed, Source, open_source
from dq.suites.words import counted, length_text, listed

LATE_BARS, LATE = 5, 5 * MINUTE  # beyond both of which the suites that dq comes with call a series stale and critical


@dataclass
class Patient:
    """A source under examination: what was asked, and what is known of it so far."""

    asked: Asked
    source: Source | None = None
    listed: list[Listed] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)

    def opened(self) -> Source:
        """The source, which a step before this one has opened."""
        if self.source is None:
            raise SourceError("There is no source", hint="This is a fault of dq: please report it.")
        return self.source

    def close(self) -> None:
        """Let go of the source."""
        if self.source is not None:
            self.source.close()
            self.source = None


def opened(patient: Patient, step: str) -> Line:
    """Open the source as `dq validate` does: the columns are matched with the contract there."""
    patient.source = open_source(patient.asked.access)
    if patient.source.whole:  # files are looked into when they are listed
        patient.source.listed(0, ALWAYS)
    said = patient.source.label
    return fine(step, f"{said} can become bars")


def newest(patient: Patient) -> Line:
    """List the series with their most recent bars."""
    asked, source = patient.asked, patient.source or open_source(patient.asked.access)
    patient.source = source
    until = ALWAYS if source.whole else asked.now
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
        said = f"{counted(len(found), 'series')}; the last bar is of {minute_text(_last(patient.listed))}"
        hint = "Mend those files or take them out."
        return (
            Line("newest bar", FAILED, f"{said}; {'; '.join(broken[:3])}", hint) if broken else fine("newest bar", said)
        )
    return _ages(patient)


def _describe(patient: Patient) -> None:
    for one in patient.listed:
        try:
            patient.series[one.instrument] = patient.asked.series(one.instrument, infer_interval(one.stamps))
        except SettingsError as wrong:
            if patient.asked.says_interval(one.instrument):  # a single bar says no interval; anything else is wrong
                raise
            if patient.source is not None and patient.source.whole:
                patient.source.errors.append(wrong)


def _ages(patient: Patient) -> Line:
    """How long ago the newest bar of each series was, where its market was open since."""
    asked, late, unnamed = patient.asked, [], _left_out(patient)
    for one in patient.listed:
        series = patient.series.get(one.instrument)
        if series is None or not len(one.stamps):
            continue
        absent = _absent(series, one.stamps, asked)
        if absent > LATE_BARS and absent * series.interval > LATE:
            ago = counted(absent, "session") if series.interval == DAY else length_text(absent * series.interval)
            late.append(f"{one.instrument} {minute_text(int(one.stamps[-1]))}, {ago} of trading ago")
    last = _last(patient.listed)
    said = (
        f"{counted(len(patient.listed), 'series')}; the newest bar is of {minute_text(last)}, {_ago(asked.now - last)}"
    )
    if late:
        hint = "Is the collector running? `dq validate` judges it as stale_series."
        return Line("newest bar", WARNING, f"{said}; late: {'; '.join(late[:6])}", hint)
    if unnamed:
        said = f"{said}; {listed(unnamed)} {'is' if len(unnamed) == 1 else 'are'} in the table and not among the series that are named"
        hint = "Only named series are judged: add them to INSTRUMENT or to [series.…] in dq.toml, or name none there."
        return Line("newest bar", WARNING, said, hint)
    return fine("newest bar", said)


def _absent(series: Series, stamps: Int, asked: Asked) -> int:
    """Bars that are due after the newest one, as `stale_series` counts them."""
    if series.calendar == AUTO:
        return 0
    known = sessions_around(series, int(stamps[0]), asked.now, asked.settings.cache)
    slots = lay_slots(series, known, infer_phase(series, stamps, known), asked.settings.grace)
    return max(slots.due_before(asked.now) - int(slots.number(stamps[-1:])[0]) - 1, 0) if len(slots) else 0


def _nothing(source: Source, asked: Asked) -> Line:
    hint = "Is the collector running, and does it write there? Row-level security can hide bars, too."
    if source.whole:
        return Line("newest bar", FAILED, f"there is no bar in {source.label}", hint)
    older = source.listed(0, asked.now)
    if older:
        last = _last(older)
        said = (
            f"there is no bar of the last 14 days; the newest one is of {minute_text(last)}, {_ago(asked.now - last)}"
        )
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


def _ago(length: int) -> str:
    return f"{length_text(max(length, 0) // 1_000_000 * 1_000_000)} ago"
