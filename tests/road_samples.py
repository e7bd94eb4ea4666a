"""One table of bars, written down for every road by which bars come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isnan

import numpy as np
from market_samples import NOON, spoiled, walk

from dq.model import COLUMNS, MINUTE, instant_text

DIGITS = Decimal("0.1234567891")
HEADER = "instrument,timestamp,open,high,low,close,volume\n"


@dataclass(frozen=True)
class Rows:
    """Rows as texts and exact decimals, in the order of arrival; None where NULL.

    Attributes:
        names, stamps: instrument and microseconds UTC of each row.
        values: five decimals of each row.
    """

    names: list[str]
    stamps: list[int]
    values: list[tuple[Decimal | None, ...]]

    def shuffled(self, seed=3):
        """The same rows in another order."""
        order = np.random.default_rng(seed).permutation(len(self.names)).tolist()
        return Rows(*([column[row] for row in order] for column in (self.names, self.stamps, self.values)))

    @cached_property
    def csv(self):
        lines = (
            f"{name},{instant_text(stamp)},{','.join('' if value is None else f'{value:f}' for value in values)}\n"
            for name, stamp, values in zip(self.names, self.stamps, self.values, strict=True)
        )
        return HEADER + "".join(lines)

    @cached_property
    def columns(self):
        """Name of a column to its decimals."""
        return dict(zip(COLUMNS, (list(column) for column in zip(*self.values, strict=True)), strict=True))

    def arrow(self, kind):
        """An Arrow table whose numbers have that type."""
        import pyarrow as pa

        stamps = pa.array(self.stamps, pa.timestamp("us", tz="UTC"))
        exact = {name: pa.array(column, pa.decimal128(38, 10)) for name, column in self.columns.items()}
        floats = {name: pa.array(map(nearest, column), pa.float64()) for name, column in self.columns.items()}
        numbers = floats if pa.types.is_floating(kind) else {name: one.cast(kind) for name, one in exact.items()}
        return pa.table({"instrument": pa.array(self.names), "timestamp": stamps, **numbers})

    def pandas(self, zone="UTC"):
        """A pandas frame with a column of Decimal objects for each number."""
        import pandas as pd

        stamps = pd.to_datetime(pd.Series(self.stamps), unit="us", utc=True).dt.tz_convert(zone)
        numbers = {name: pd.Series(column, dtype=object) for name, column in self.columns.items()}
        return pd.DataFrame({"instrument": self.names, "timestamp": stamps, **numbers})


def nearest(number):
    """The nearest float64 of a decimal, by Python's own arithmetic."""
    return None if number is None else float(number)


def rows_of(bars_by_name):
    """Bars of several series, one after the other, each price moved by DIGITS so that no float holds it exactly."""
    names, stamps, values = [], [], []
    for name, bars in bars_by_name.items():
        names += [name] * len(bars)
        stamps += bars.timestamp.tolist()
        values += zip(*(_exact(bars.column(column), column) for column in COLUMNS), strict=True)
    return Rows(names, stamps, values)


def _exact(column, name):
    if name == "volume":
        return [None if isnan(value) else Decimal(value) for value in column.tolist()]
    return [None if isnan(value) else Decimal(value) + DIGITS for value in column.tolist()]


def faulty(series=4, most=700):
    """Several series with duplicates, holes, spikes and NULLs among them, and one without a fault."""
    bars = {f"C{seed}-USD": finite(spoiled(seed, most)) for seed in range(1, series)}
    return rows_of({**bars, "BTC-USD": walk(600, price=18_000.0, start=NOON, interval=MINUTE)})


def finite(bars):
    """The bars with NULL where a number is none that a decimal can hold."""
    from dataclasses import replace

    kept = {name: np.where(np.isfinite(bars.column(name)), bars.column(name), np.nan) for name in COLUMNS}
    return replace(bars, **kept)
