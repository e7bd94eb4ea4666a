"""What docs/python.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import dq

PAGE = (Path(__file__).parent.parent / "docs" / "python.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_every_block_runs_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    known = {}
    for number, block in enumerate(blocks("python")):
        exec(compile(block, f"block {number} of docs/python.md", "exec"), known)
    assert known["tried"].verdict == "pass"
    (shown,) = blocks("text")
    assert repr(known["run"]).startswith(shown.partition("  …")[0])
    assert known["run"].verdict == "fail"


def test_what_is_not_run_can_be_read_and_is_about_what_a_test_has_not():
    (block,) = blocks("py")
    compile(block, "docs/python.md", "exec")
    assert "postgresql://" in block


def test_all_that_is_public_is_told():
    offered = [name for name in dq.__all__ if name not in {"__version__", "Bars", "Finding", "Incident"}]
    assert [name for name in offered if name not in PAGE] == []
    members = [name for name in dir(dq.Run) if not name.startswith("_") and name != "of"]
    said = {"source", "suite", "completeness", "notes", "count"}  # what their names say
    assert [
        name for name in members if f"run.{name}" not in PAGE and f".{name}(" not in PAGE and name not in said
    ] == []


def test_editors_know_what_is_offered():
    stub = (Path(dq.__file__).parent / "__init__.pyi").read_text("utf-8")
    assert sorted([*re.findall(r" as (\w+)$", stub, re.MULTILINE), "__version__"]) == sorted(dq.__all__)
