"""Whether the calendar of each series fits its bars."""

from __future__ import annotations

from dq.calendars import AUTO
from dq.doctor.line import WARNING, Line
from dq.doctor.series import Patient
from dq.doctor.steps import fine
from dq.model import HOUR, Int, Series, Window
from dq.run import Asked
from dq.run.hours import doubtful, recent_hours
from dq.run.inference import CONTRADICTED, off_session
from dq.run.market import sessions_around
from dq.run.windows import Look
from dq.sources import Source
from dq.suites.words import listed


def calendars(patient: Patient) -> Line:
    """See of every series whether its calendar is set, guessed or learned, and whether its bars agree."""
    source = patient.opened()
    ways: dict[str, list[str]] = {}
    wrong: list[str] = []
    stamps = {one.instrument: one.stamps for one in patient.listed}
    for name, series in patient.series.items():
        way, trouble = _agrees(source, patient.asked, series, stamps[name])
        ways.setdefault(way, []).append(name)
        wrong += [f"{name}: {trouble}"] if trouble else []
    said = "; ".join(f"{way} for {listed(names, 6)}" for way, names in ways.items())
    if wrong:
        hint = (
            "Say which one it is: calendar = under [series.…] in dq.toml; `dq init` finds one that fits. Where the "
            "calendar is right, the clock is not: timezone = under [source]."
        )
        return Line("calendars", WARNING, f"{said}. {'; '.join(wrong[:4])}", hint)
    guessed = any("guessed" in way for way in ways)
    return fine("calendars", said, "What is guessed is better said: `dq init` writes it down." if guessed else "")


def _agrees(source: Source, asked: Asked, series: Series, stamps: Int) -> tuple[str, str]:
    """How a series' calendar was come by, and what its bars say against it or ""."""
    until = int(stamps[-1]) + series.interval if len(stamps) else asked.now
    known = sessions_around(series, int(stamps[0]) if len(stamps) else until, until, asked.settings.cache)
    outside = float(off_session(series, stamps, known).mean()) if len(stamps) else 0.0
    wrong = f"{100 * outside:.0f} % of its last bars lie outside {series.calendar}" if outside > CONTRADICTED else ""
    if not series.guessed and series.calendar != AUTO:
        return f"{series.calendar} (set)", wrong
    if not doubtful(series, known, stamps, until):
        return f"{series.calendar} (guessed by the name{'' if wrong else '; the bars agree'})", wrong
    look = Look(Window(until - HOUR, until), until, live=False)
    ((hours, _),) = recent_hours(source, [(series, known)], look, asked.settings.cache)
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
