"""Cold starts as whole processes: `dq --help`, and `dq validate --window 1h` on the demo's database."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
AT = "2026-11-20T15:30:00Z"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_STATE_HOME": folder, "NO_COLOR": "1"}
        kept = run(["demo", "--keep", "--at", AT], environment, folder).stdout
        try:
            url = kept.split("DATABASE_URL=", 1)[1].split("\n", 1)[0].strip("'\"")
            environment["DATABASE_URL"] = url
            print(f"medians of {RUNS} runs, bytecode compiled")
            report("dq --help", ["--help"], environment, folder, 0.1)
            report("python -c 'import numpy, psycopg, click'", None, environment, folder, None)
            report("dq validate --window 1h", ["validate", "--window", "1h", "--at", AT], environment, folder, 0.4)
        finally:
            run(["demo", "--stop"], environment, folder)


def report(name: str, words: list[str] | None, environment: dict[str, str], folder: str, limit: float | None) -> None:
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        run(words, environment, folder)
        seconds.append(time.perf_counter() - began)
    must = f" (must be < {limit})" if limit else " (nothing of dq: the floor)"
    print(f"{name:42s} {statistics.median(seconds[1:]):.3f} s, fastest {min(seconds[1:]):.3f}{must}")


def run(words: list[str] | None, environment: dict[str, str], folder: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("dq")
    command = [str(program), *words] if words is not None else [sys.executable, "-c", "import numpy, psycopg, click"]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
