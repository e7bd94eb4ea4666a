"""Run the parts, each in a process of its own, and print one table; not 0 where something falls short."""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from soak.rows import Row, Scale

PARTS = {
    "cycles": "a day of runs, one a minute",
    "incidents": "a day of incidents by seed",
    "kills": "SIGTERM and SIGKILL at any moment",
    "places": "disk, folder, log",
    "clocks": "clocks, zones, the night of the change",
    "outages": "the database, the network, the source",
    "imports": "a dependency that does not import",
    "twice": "two watches on one history",
}
SAID = {True: "ok", False: "FALLS SHORT", None: "not measured"}
MARK = "<!-- written by the soak -->"
TESTS = Path(__file__).parent.parent


def main() -> int:
    words = _words()
    if words.part:
        return _one(words)
    rows = []
    for part in words.only or PARTS:
        print(f"{part}: {PARTS[part]} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        rows += _of(part, words)
        print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(_table(rows))
    if words.write:
        _write(words.write, rows, words)
    return 0 if all(row.ok is not False for row in rows) else 1


def _words():
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="that part alone; may be given several times")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="a fraction of everything")
    parser.add_argument("--long", action="store_true", help="outages of five real minutes")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into that page")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    return parser.parse_args()


def _one(words) -> int:
    """One part in this process; its rows as JSON."""
    logging.getLogger("dq.watch").setLevel(logging.ERROR)  # of sources that are away, which is what we are about
    with tempfile.TemporaryDirectory(prefix="dq-soak-") as folder:
        cache = Path(tempfile.gettempdir()) / "dq-soak-cache"
        scale = Scale(words.seed, words.short, words.long, Path(folder), cache)
        for row in import_module(f"soak.{words.part}").run(scale):
            print(json.dumps(asdict(row)), flush=True)
    return 0


def _of(part, words) -> list[Row]:
    flags = [flag for flag in ("short", "long") if getattr(words, flag)]
    asked = [sys.executable, "-m", "soak", "--part", part, "--seed", str(words.seed), *(f"--{one}" for one in flags)]
    answer = subprocess.run(asked, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=False)
    rows = [Row(**json.loads(line)) for line in answer.stdout.splitlines()]
    if answer.returncode != 0:
        rows.append(Row(part, "runs to its end", f"ended with {answer.returncode}", ok=False))
    return rows


def _table(rows) -> str:
    cells = [("what", "target", "measured", "")]
    cells += [(row.name, row.target, row.measured, SAID[row.ok]) for row in rows]
    widths = [max(len(cell[at]) for cell in cells) for at in range(4)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip() for cell in cells
    )


def _write(page: Path, rows, words) -> None:
    lines = ["| what | target | measured | |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.target} | {row.measured} | {SAID[row.ok]} |" for row in rows]
    before, _, after = page.read_text("utf-8").split(MARK)
    told = f"Seed {words.seed}, {time.strftime('%Y-%m-%d', time.gmtime())}.\n\n"
    page.write_text(f"{before}{MARK}\n{told}" + "\n".join(lines) + f"\n{MARK}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
