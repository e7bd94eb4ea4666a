"""The rows of the demo's three tables, as PostgreSQL's COPY reads them: text, with tabs between columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dq.demo.instruments import Instrument
from dq.demo.walk import DAYS
from dq.model import DAY, HOUR, MINUTE, SECOND, Bars, Float, Int, instant_text

_TROUBLES = (
    ("fetcher", "fetch {}", "HTTP 429 Too Many Requests: retry 1 of 3 in 2 s", "warning"),
    ("fetcher", "fetch {}", "read timed out after 10 s: retry 1 of 3", "warning"),
    ("writer", "upsert {}", "connection reset by peer: retry 1 of 3", "warning"),
    ("fetcher", "fetch {}", "no bars after 3 tries", "error"),
)
_TROUBLES_A_DAY = 4.0


def bar_rows(instrument: Instrument, bars: Bars) -> str:
    """The rows of `ohlc_data`."""
    price = f"%.{instrument.decimals}f"
    columns = [
        np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), unit="s", timezone="UTC").tolist(),
        *(_written(column, price) for column in (bars.open, bars.high, bars.low, bars.close)),
        _written(bars.volume, "%.0f"),
    ]
    return "".join("\t".join((instrument.name, *row)) + "\n" for row in zip(*columns, strict=True))


def _written(column: Float, form: str) -> list[str]:
    return [form % value if value == value else "\\N" for value in column.tolist()]  # noqa: PLR0124  NaN is not itself


def level_rows(instrument: Instrument, bars: Bars) -> str:
    """The rows of `reference_levels`: four levels, renewed in every hour that has bars, seconds after it begins."""
    hours, first = np.unique(bars.timestamp // HOUR, return_index=True)
    rows = []
    for hour, row in zip(hours.tolist(), first.tolist(), strict=True):
        day = bars.rows(max(0, row - DAY // MINUTE), row + 1)
        at = instant_text(hour * HOUR + 5 * SECOND)
        for kind, level in _levels(day):
            rows.append(f"{kind}\t{instrument.name}\t{level:.{instrument.decimals}f}\t{at}\n")
    return "".join(rows)


def _levels(day: Bars) -> Iterator[tuple[str, float]]:
    """What traders watch, from the bars of about a day."""
    high, low = float(np.nanmax(day.high)), float(np.nanmin(day.low))
    last = float(day.close[np.isfinite(day.close)][-1])
    yield "daily_high", high
    yield "daily_low", low
    yield "daily_mid", (high + low) / 2
    yield "pivot", (high + low + last) / 3


def error_rows(instruments: tuple[str, ...], as_of: int) -> str:
    """The rows of `error_log`: a few troubles a day, none of them in the last two hours."""
    start = as_of // DAY * DAY - DAYS * DAY
    chance = np.random.default_rng(start // DAY % 2**32)
    count = int(chance.poisson(_TROUBLES_A_DAY * DAYS))
    instants: Int = np.sort(chance.integers(start, as_of - 2 * HOUR, count)) // SECOND * SECOND
    kinds = chance.choice(len(_TROUBLES), count, p=(0.4, 0.35, 0.2, 0.05))
    names = chance.choice(instruments, count)
    rows = []
    for at, kind, name in zip(instants.tolist(), kinds.tolist(), names.tolist(), strict=True):
        component, operation, message, severity = _TROUBLES[kind]
        rows.append(f"{component}\t{operation.format(name)}\t{message}\t{severity}\t{instant_text(at)}\n")
    return "".join(rows)
