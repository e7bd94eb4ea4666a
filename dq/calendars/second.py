"""A second opinion on sessions: what another calendar calls closed, as doubts about the stretches of ours.

No calendar is always right: each library learns of a day of mourning or of a storm on another day, or never. Where a market
has a second calendar, written by other people or for a neighbour that closes on the same occasions, its answers are kept
beside the sessions and read only when bars are missing until the close (cause `calendar_suspect`).

Only days that ours takes for ordinary ones are doubted: a day that ours shortens, or a correction of that one day, shows
that the occasion is known. And only what the second calendar itself finds unusual counts, a day without a session or one
shorter than usual by half an hour: calendars differ by auctions, evenings and lunch, and that is no news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from dq.calendars.library import plan_second
from dq.calendars.year import Plan, years_of
from dq.model import MINUTE, Halt, Mask

_SHORTER = 30 * MINUTE
_AROUND = 10  # trading days on each side, among which a day is ordinary


@dataclass(frozen=True, slots=True)
class Opinion:
    """A calendar to ask.

    Attributes:
        library: `exchange_calendars` or `pandas_market_calendars`; of the latter only rules of its own.
        closes: whether its early closes count; where it mixes several products only its closed days do.
        on: the only dates (`12-24`) for which it is asked; empty for all.
    """

    library: str
    calendar: str
    closes: bool = True
    on: tuple[str, ...] = ()


_EXCHANGE, _PANDAS = "exchange_calendars", "pandas_market_calendars"
_OWN_RULES = {
    "XASX": "ASX",
    "XHKG": "HKEX",
    "XLON": "LSE",
    "XOSL": "OSE",
    "XSHG": "SSE",
    "XSWX": "SIX",
    "XTKS": "JPX",
    "XTSE": "TSX",
    "BVMF": "BMF",
}
_STOCKS = Opinion(_EXCHANGE, "XNYS", closes=False)
_GLOBEX = Opinion(_EXCHANGE, "CMES", closes=False)
_EVES = ("12-24", "12-31")  # brokers stop early when the futures or the bonds do

OPINIONS: dict[str, tuple[Opinion, ...]] = {
    **{market: (Opinion(_PANDAS, name),) for market, name in _OWN_RULES.items()},
    "BMF": (Opinion(_EXCHANGE, "BVMF"),),
    "BSE": (Opinion(_EXCHANGE, "XBOM"),),
    "CFE": (Opinion(_EXCHANGE, "XCBF"),),
    "NSE": (Opinion(_EXCHANGE, "XBOM"),),
    "NYSE": (Opinion(_EXCHANGE, "XNYS"),),
    "CME Globex Equity": (_GLOBEX, _STOCKS),
    "CME Globex Fixed Income": (_GLOBEX, _STOCKS),
    **dict.fromkeys(("CMEGlobex_Energy", "CMEGlobex_FX", "CMEGlobex_Livestock", "CMEGlobex_Metals"), (_GLOBEX,)),
    "CME_Agriculture": (_GLOBEX,),
    "CME Globex Cryptocurrencies": (Opinion(_PANDAS, "CME Globex Cryptocurrencies"),),  # its holidays
    "FX": (Opinion(_PANDAS, "CMEGlobex_FX", on=_EVES), Opinion(_PANDAS, "SIFMAUS", on=_EVES)),
}


def doubts(calendar: str, plan: Plan, settled: Collection[int]) -> tuple[Halt, ...]:
    """Stretches of a plan in which a second calendar has the market closed, by their beginning; none lies in another.

    Args:
        calendar: whose plan it is, corrected already.
        plan: whole years.
        settled: days since 1970-01-01 about which a correction has spoken.
    """
    if len(plan.day) == 0:
        return ()
    asked = _ordinary(plan) & ~np.isin(plan.day, list(settled))
    found = [doubt for opinion in OPINIONS.get(calendar, ()) for doubt in _against(plan, asked, opinion)]
    found.sort(key=lambda doubt: (doubt.start, -doubt.end))
    reach, kept = -1 << 63, []
    for doubt in found:
        if doubt.end > reach:
            kept.append(doubt)
            reach = doubt.end
    return tuple(kept)


def _against(plan: Plan, asked: Mask, opinion: Opinion) -> Iterator[Halt]:
    years = years_of(plan.day)
    other = plan_second(opinion.library, opinion.calendar, int(years[0]), int(years[-1]))
    if other is None or len(other.day) == 0:
        return
    asked = asked & (years >= years_of(other.day[:1])) & (years <= years_of(other.day[-1:]))
    if opinion.on:
        asked &= np.isin([str(date)[5:] for date in plan.day.astype("datetime64[D]")], opinion.on)
    name = f"{opinion.calendar} of {opinion.library}"
    at = np.minimum(np.searchsorted(other.day, plan.day), len(other.day) - 1)
    traded = other.day[at] == plan.day
    for row in np.flatnonzero(asked & ~traded):
        yield Halt(int(plan.opens[row]), int(plan.closes[row]), f"closed all day for {name}")
    if opinion.closes:
        early = ~_ordinary(other)[at] & (other.closes[at] > plan.opens) & (other.closes[at] < plan.closes)
        for row in np.flatnonzero(asked & traded & early):
            yield Halt(int(other.closes[at[row]]), int(plan.closes[row]), f"closed early for {name}")


def _ordinary(plan: Plan) -> Mask:
    """Which days are no shorter than those around them, give or take half an hour."""
    length = plan.closes - plan.opens
    around = np.lib.stride_tricks.sliding_window_view(np.pad(length, _AROUND, mode="symmetric"), 2 * _AROUND + 1)
    return np.asarray(length > np.median(around, axis=1) - _SHORTER)
