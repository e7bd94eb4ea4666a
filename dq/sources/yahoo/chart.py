"""Yahoo's answer, read: a chart as JSON becomes columns, or an error that says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dq.door import Piece
from dq.model import COLUMNS, SECOND, Float
from dq.sources.yahoo.limits import Reach
from dq.sources.yahoo.trouble import YahooError

NO_BARS = ("data doesn't exist for startdate", "no data found for this date range")
UNKNOWN = "Look its symbol up on finance.yahoo.com: futures end in =F (NQ=F), currencies in =X, coins in -USD."
FOREVER = 253_402_300_800  # seconds: the year 10000
SAME_NAMES = {"60m": "1h", "1wk": "1w"}


@dataclass(frozen=True, eq=False)
class Chart:
    """The bars of one answer, and how many of its rows have no price: Yahoo's way to say that nobody traded."""

    piece: Piece
    priceless: int = 0


NOTHING = Chart(Piece(np.zeros(0, np.int64), tuple(np.zeros(0) for _ in COLUMNS)))


def chart_of(content: bytes, symbol: str, reach: Reach) -> Chart:
    """The bars of an answer of Yahoo's chart.

    Raises:
        YahooError: it is no chart, or not whole; or Yahoo says that it has none, and why.
    """
    chart = _chart(content, symbol)
    if chart.get("error"):
        return _refused(chart["error"], symbol)
    results = chart.get("result")
    if not isinstance(results, list) or not results or not isinstance(results[0], dict):
        raise YahooError(
            f"Yahoo's answer for {symbol} is empty: neither bars nor a reason",
            hint="Run dq again in some minutes.",
            series=symbol,
            passing=True,
        )
    result = results[0]
    _check_interval(result, symbol, reach)
    return _bars(result, symbol) if result.get("timestamp") or _has_rows(result) else NOTHING


def _chart(content: bytes, symbol: str) -> Mapping[str, Any]:
    try:
        chart = json.loads(content)["chart"]
    except (ValueError, KeyError, TypeError, RecursionError):
        chart = None
    if not isinstance(chart, dict):
        raise _broken(symbol, "is no chart in JSON")
    return chart


def _refused(error: object, symbol: str) -> Chart:
    """No bars where Yahoo has none of that time; else its reason, raised."""
    said = error.get("description") if isinstance(error, dict) else error
    words = " ".join(str(said or "no reason given").split())[:200]
    if any(part in words.lower() for part in NO_BARS):
        return NOTHING
    if "no data found" in words.lower() or "delisted" in words.lower() or "not found" in words.lower():
        raise YahooError(f"Yahoo knows no {symbol} (it says: {words})", hint=UNKNOWN, series=symbol)
    hint = "Run dq again. If it says so again, see whether yfinance is up to date."
    raise YahooError(f"Yahoo gives no bars of {symbol} (it says: {words})", hint=hint, series=symbol)


def _check_interval(result: Mapping[str, Any], symbol: str, reach: Reach) -> None:
    meta = result.get("meta")
    told = str(meta.get("dataGranularity") or reach.name) if isinstance(meta, dict) else reach.name
    if SAME_NAMES.get(told, told) != SAME_NAMES.get(reach.name, reach.name):
        raise YahooError(
            f"Yahoo answered with bars of {told} of {symbol} where {reach.name} were asked for",
            hint="Ask for bars of another length with --interval.",
            series=symbol,
        )


def _has_rows(result: Mapping[str, Any]) -> bool:
    """Whether there are prices although there is no timestamp: the answer is not whole."""
    indicators = result.get("indicators")
    return "close" in json.dumps(indicators) and '"close": []' not in json.dumps(indicators)


def _bars(result: Mapping[str, Any], symbol: str) -> Chart:
    """The columns; rows without any price are left out and counted."""
    try:
        quote = result["indicators"]["quote"][0]
        seconds = list(result["timestamp"])
        columns = [_numbers(quote[name]) for name in COLUMNS]
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        raise _broken(symbol, "lacks a column, or holds what is no number") from None
    if any(type(one) is not int or abs(one) >= FOREVER for one in seconds):
        raise _broken(symbol, "holds timestamps that are no whole seconds, or of no calendar")
    stamps = np.array(seconds, np.int64)
    lengths = {len(stamps), *map(len, columns)}
    if len(lengths) > 1:
        raise _broken(symbol, f"is not whole: {max(lengths)} rows in one column and {min(lengths)} in another")
    priced = ~np.isnan(columns[:4]).all(axis=0)
    order = np.argsort(stamps[priced], kind="stable")
    values = tuple(column[priced][order] for column in columns)
    return Chart(Piece(stamps[priced][order] * SECOND, values), int((~priced).sum()))


def _numbers(cells: list[object]) -> Float:
    """The cells of a column, NaN where there is none; text and truth values are no numbers, whatever numpy makes of them.

    Raises:
        TypeError: it holds something else.
    """
    if not {type(cell) for cell in cells} <= {int, float, type(None)}:
        raise TypeError
    return np.array(cells, np.float64)


def _broken(symbol: str, what: str) -> YahooError:
    hint = "Nothing of it was used. Run dq again; if it happens again, see whether a proxy answers in Yahoo's place."
    return YahooError(f"Yahoo's answer for {symbol} {what}", hint=hint, series=symbol, passing=True)


def joined(piece: Piece, interval: int) -> Piece:
    """Bars made of shorter ones, on the interval's grid from the epoch on."""
    if len(piece.timestamp) == 0:
        return piece
    stamps = piece.timestamp // interval * interval
    first = np.flatnonzero(np.append(True, stamps[1:] != stamps[:-1]))
    last = np.append(first[1:], len(stamps)) - 1
    opens, highs, lows, closes, volumes = piece.values
    extremes: tuple[Float, Float] = np.fmax.reduceat(highs, first), np.fmin.reduceat(lows, first)
    return Piece(stamps[first], (opens[first], *extremes, closes[last], np.add.reduceat(volumes, first)))
