"""Two million bars of a real PostgreSQL, read and judged, against draining the same bars as an ordered COPY of rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
from _bars import CACHE, COUNT, SERIES, lifelike

from dq import __version__
from dq.demo import lend
from dq.model import COLUMNS, DAY, Bars
from dq.run import Asked, validate
from dq.settings import SeriesSettings, read_settings
from dq.sources import Access

RUNS = 3
TYPES = {"numeric": "exact", "double precision": "floats"}
DRAIN = "COPY (SELECT * FROM {} ORDER BY instrument, timestamp) TO STDOUT (FORMAT binary)"
AT_ONCE = 50_000  # rows that are written


def main() -> None:
    bars = lifelike()
    with tempfile.TemporaryDirectory() as folder, lend(Path(folder)) as den:
        url = den.server.url
        fill(url, bars)
        for kind, table in TYPES.items():
            asked = question(url, table, folder, bars)
            pairs = [(judged(asked), drained(url, table)) for _ in range(RUNS + 1)][1:]
            ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            told = f"read and judged {ours:.2f} s ({COUNT / ours / 1e6:.2f}M bars/s), drained as rows {theirs:.2f} s"
            print(f"{kind:17s} {told}: {ratio:.2f} × its rate (must be ≥ 1.0)")


def fill(url: str, bars: Bars) -> None:
    """The same bars in a table per type, with the index that the window query needs."""
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), unit="s").tolist()
    values = [bars.column(name).tolist() for name in COLUMNS]
    columns = ", ".join(f"{name} numeric" for name in COLUMNS)
    exact, floats = TYPES.values()
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE {exact} (instrument text, timestamp timestamptz, {columns})")
        with cursor.copy(f"COPY {exact} FROM STDIN") as copy:
            for start in range(0, COUNT, AT_ONCE):
                rows = zip(
                    stamps[start : start + AT_ONCE], *(one[start : start + AT_ONCE] for one in values), strict=True
                )
                copy.write("".join(f"{SERIES.instrument}\t{at}Z\t{o}\t{h}\t{low}\t{c}\t{v:.0f}\n" for at, o, h, low, c, v in rows))  # fmt: skip
        cast = ", ".join(f"{name}::float8" for name in COLUMNS)
        cursor.execute(f"CREATE UNLOGGED TABLE {floats} AS SELECT instrument, timestamp, {cast} FROM {exact}")
        for table in TYPES.values():
            cursor.execute(f"CREATE UNIQUE INDEX ON {table} (instrument, timestamp)")
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def question(url: str, table: str, folder: str, bars: Bars) -> Asked:
    first, last = int(bars.timestamp[0]), int(bars.timestamp[-1])
    return Asked(
        access=Access(url, table=table),
        settings=read_settings({"DQ_CACHE_DIR": str(CACHE)}, Path(folder)),
        now=last + DAY,
        begin=first,
        end=last + 1,
        flags=SeriesSettings(interval=SERIES.interval, calendar=SERIES.calendar),
        record=False,
    )


def judged(asked: Asked) -> float:
    """Seconds of a whole run, but for the start of Python."""
    began = time.perf_counter()
    run = validate(asked, __version__).run
    seconds = time.perf_counter() - began
    assert (run.errors, [one.bars for one in run.series]) == ((), [COUNT])
    return seconds


def drained(url: str, table: str) -> float:
    """Seconds of taking the rows as they come and throwing them away."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(DRAIN.format(table)) as copy:
            for _ in copy:
                pass
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
