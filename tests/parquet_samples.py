"""Parquet files for tests."""

import pyarrow as pa
import pyarrow.parquet as pq
from source_reading import AT, MINUTE

PRICES = ("open", "high", "low", "close")


def stamps(count, first=AT):
    return [first + row * MINUTE for row in range(count)]


def table(count=3, *, names=None, at=None, **columns):
    """Bars of a minute; a keyword replaces a column, None leaves it out."""
    whole = {
        "instrument": pa.array(names or ["NQ=F"] * count, pa.string()),
        "timestamp": pa.array(at or stamps(count), pa.timestamp("us", tz="UTC")),
        **{name: pa.array([100.0 + place + row for row in range(count)]) for place, name in enumerate(PRICES)},
        "volume": pa.array([float(row) for row in range(count)]),
    }
    whole |= columns
    return pa.table({name: column for name, column in whole.items() if column is not None})


def stored(folder, content, name="bars.parquet", **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(content, path, **options)
    return str(path)
