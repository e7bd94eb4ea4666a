"""The sessions by which a series is judged: its calendar's, or a week learned from the bars where none is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from dq.calendars import AUTO
from dq.calendars.evidence import NEED
from dq.calendars.learned import learn_sessions
from dq.calendars.learned_days import learn_days
from dq.model import Int, RunError, Series, Sessions
from dq.run.fitting import closest, with_holidays
from dq.run.hours import Hours
from dq.run.inference import CONTRADICTED, SAMPLE, doubt, market_time, off_session, trading_days

FAR_MORE = 0.85  # of a guessed calendar's hours: it is dropped where the series never has bars in more of them


def hours_of(series: Series, known: Sessions, stamps: Int, cache: Path | None, until: int) -> Hours:
    """The sessions of the span of `known` by which the series is judged.

    Args:
        known: sessions of its calendar; of `auto`, any of the span that is wanted.
        stamps: ascending timestamps of the series: all, or those of the last weeks.
        until: microseconds UTC, where they end.
    """
    against = doubt(series, stamps, known, until)
    if series.calendar != AUTO and not against:
        return Hours(series, known, f"calendar {series.calendar}" if series.guessed else "")
    learned = _learned(series, known, stamps)
    if learned is None:
        return _unlearned(series, known, stamps, cache)
    if series.calendar != AUTO and not _overruled(series, known, learned, stamps):
        return Hours(series, known, f"calendar {series.calendar}")
    fit = closest(series, stamps, cache, learned)
    notes = () if fit is None else (f"{fit.setting} fits these bars: say so in dq.toml rather than have it learned",)
    if fit is not None:
        learned = with_holidays(learned, fit, series.daily)
    assumed = "" if series.calendar == AUTO else f"calendar auto ({series.calendar} was guessed, {against})"
    return Hours(replace(series, calendar=AUTO, guessed=False), learned, assumed, notes)


def _learned(series: Series, known: Sessions, stamps: Int) -> Sessions | None:
    if series.daily:
        return learn_days(stamps, series.interval, known.start, known.end)
    shift = series.interval if series.label == "close" else 0
    return learn_sessions(stamps - shift, series.interval, known.start, known.end)


def _overruled(series: Series, known: Sessions, learned: Sessions, stamps: Int) -> bool:
    """Whether the bars contradict the guess, or it owes hours that the series never has."""
    first, last = max(int(stamps[0]), known.start), int(stamps[-1])
    owed = trading_days if series.daily else market_time
    return _contradicted(series, known, stamps) or owed(learned, first, last) < FAR_MORE * owed(known, first, last)


def _contradicted(series: Series, known: Sessions, stamps: Int) -> bool:
    inside = stamps[np.searchsorted(stamps, known.start) : np.searchsorted(stamps, known.end)]
    return bool(off_session(series, inside[:: max(len(inside) // SAMPLE, 1)], known).mean() > CONTRADICTED)


def _unlearned(series: Series, known: Sessions, stamps: Int, cache: Path | None) -> Hours:
    """Too few bars to learn from: trouble where a calendar is to be learned or is contradicted, else the guess."""
    if series.calendar == AUTO:
        message = f"The calendar cannot be learned: there are no bars of two weeks, but {len(stamps):,} of less."
        hint = f"auto needs {NEED}. Until there are so many, name a calendar: --calendar XNYS, CME_Equity, FX or 24/7."
        return Hours(series, known, trouble=RunError("calendar", message, hint, series.instrument))
    assumed = f"calendar {series.calendar}"
    if not _contradicted(series, known, stamps):
        return Hours(series, known, assumed)
    message = f"The calendar {series.calendar} was guessed from the name, and the bars contradict it."
    fit = closest(series, stamps, cache)
    flag, setting = ("--calendar NAME, or ", 'calendar = "NAME"') if fit is None else (fit.flag, fit.setting)
    hint = f'Say which one it is: {flag}{setting} under [series."{series.instrument}"] in dq.toml.'
    return Hours(series, known, assumed, trouble=RunError("calendar", message, hint, series.instrument))
