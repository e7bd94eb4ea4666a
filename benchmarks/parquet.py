"""Two million bars of a Parquet file through the whole command, against reading the file alone."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from _bars import SERIES, lifelike

RUNS = 5
READ = "import pyarrow.parquet as pq, sys; pq.read_table(sys.argv[1])"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bars.parquet"
        write(path)
        validate = [sys.executable, "-m", "dq", "validate", str(path), "--no-history", "--calendar", SERIES.calendar]
        read = [sys.executable, "-c", READ, str(path)]
        pairs = [(timed(validate, folder), timed(read, folder)) for _ in range(RUNS + 1)][1:]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"dq validate, whole process {ours:.2f} s (must be < 0.8); pyarrow reading alone {theirs:.2f} s")
    print(f"ratio {statistics.median(a / b for a, b in pairs):.2f}")


def write(path: Path) -> None:
    bars = lifelike()
    columns = {
        "instrument": pa.array([SERIES.instrument] * len(bars)).dictionary_encode(),
        "timestamp": pa.array(bars.timestamp, pa.timestamp("us", "UTC")),
        **{name: pa.array(bars.column(name)) for name in ("open", "high", "low", "close", "volume")},
    }
    pq.write_table(pa.table(columns), path)


def timed(command: list[str], folder: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
