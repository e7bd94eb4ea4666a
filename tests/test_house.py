"""The house stays as small, as plain and as well labelled as it was built."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dq.checks import checks
from dq.suites import load_suite, suite_names

ROOT = Path(__file__).parent.parent
OURS = sorted(
    [*ROOT.glob("dq/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/*.py"), *ROOT.glob("docs/*.py")]
)
MODULES = [path for path in OURS if path.is_relative_to(ROOT / "dq")]
BANNED = {
    word + s
    for word in ("manager", "handler", "helper", "util", "common", "base", "process", "data")
    for s in ("", "s")
}
TABLES = {"OhlcData"}  # named by its owner: ohlc_data
DEFINED = re.compile(r"^ *(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)  # to parse them all would take seconds
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
EDGE_CASES = ROOT / "tests" / "edge_cases"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its number of lines, from `def` to the last one, the docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, FUNCTION):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_a_module_is_taken_in_at_a_glance():
    assert {_name(path): _lines(path) for path in MODULES if _lines(path) >= 200} == {}


def test_a_test_file_is_short():
    assert {_name(path): _lines(path) for path in OURS if path not in MODULES and _lines(path) >= 300} == {}


def test_a_function_does_one_thing():
    long = {f"{_name(path)}:{name}": lines for path in MODULES for name, lines in _functions(path) if lines >= 25}
    assert long == {}


def test_names_say_what_a_thing_is():
    banned = {_name(path): sorted(_words(path.stem) & BANNED) for path in OURS if _words(path.stem) & BANNED}
    for path in OURS:
        for name in set(DEFINED.findall(path.read_text("utf-8"))) - TABLES:
            if _words(name) & BANNED:
                banned[f"{_name(path)}:{name}"] = sorted(_words(name) & BANNED)
    assert banned == {}


def test_every_statement_says_what_it_is_for():
    statements = sorted(ROOT.glob("sql/**/*.sql"))
    assert statements
    assert [_name(path) for path in statements if not re.match(r"-- \w", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", checks())
def test_a_check_has_a_fixture_and_an_entry_in_a_suite(name):
    entries = {one.check for suite in suite_names() for one in load_suite(suite).expectations}
    assert name in entries, f"no suite in expectations/ has an entry expect_no_{name}"
    assert [*EDGE_CASES.glob(f"{name}.*"), *EDGE_CASES.glob(f"{name}__*")], f"tests/edge_cases/{name}.csv is missing"


def test_the_generated_pages_are_fresh():
    answer = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout + answer.stderr == ""
    assert answer.returncode == 0


def test_a_decision_fits_a_screen():
    notes = sorted(ROOT.glob("docs/decisions/*.md"))
    assert [int(path.name[:4]) for path in notes] == list(range(1, len(notes) + 1))
    assert {_name(path): _lines(path) for path in notes if _lines(path) >= 20} == {}


def test_no_name_of_this_or_any_machine_is_kept():
    texts = {path: path.read_text("utf-8") for path in [*OURS, ROOT / "Makefile", ROOT / "pyproject.toml"]}
    homes = re.compile(r"(?<![\w.])/(?:home|Users|root)/\w")
    assert [_name(path) for path, text in texts.items() if homes.search(text)] == []
