"""Bars over Supabase's REST interface, from its own small server on this machine, read end to end.

Three programs share the cores: dq, the server (Node, one thread) and PostgreSQL. dq's own processor seconds are printed
too, because the rate is the server's: dq waits most of the time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from postgres_server import started
from supabase_lite import SECRET, absent, lite

from dq.sources import Access, Wanted, open_source

ROWS = 1_000_000
MUST = 50_000  # bars a second
ALL = ((-(2**62), None),)
TABLE = (
    "CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint)",
    f"INSERT INTO {{schema}}.ohlc_data SELECT 'NQ=F', '2022-01-01Z'::timestamptz + n * interval '1 minute', 15000.25 + n % 37, 15010.5 + n % 37, 14990 + n % 7, 15000.75 + n % 31, n % 997 FROM generate_series(0, {ROWS - 1}) AS n",
    "CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)",
    "ANALYZE {schema}.ohlc_data",
)


def main() -> None:
    if absent():
        print(f"not measured: {absent()}")
        return
    with started() as postgres:
        for cap, runs in ((1_000_000, 3), (1000, 1)):
            with lite(postgres, *TABLE, rows=cap) as server:
                best = max(rate(server) for _ in range(runs))
            must = f" (must be ≥ {MUST:,})" if cap >= ROWS else ""
            print(f"answers of at most {cap:,} rows: {best:,.0f} bars/s{must}")


def rate(server) -> float:
    with open_source(Access(server.url, key=SECRET, schema=server.schema)) as source:
        begun, worked = time.perf_counter(), time.process_time()
        (rows,) = source.read([Wanted("NQ=F", ALL)])
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    if len(rows.bars) != ROWS:
        raise AssertionError(f"{len(rows.bars):,} bars came")
    print(f"  {ROWS:,} bars in {seconds:.1f} s, of which dq itself worked {worked:.1f}")
    return ROWS / seconds


if __name__ == "__main__":
    main()
