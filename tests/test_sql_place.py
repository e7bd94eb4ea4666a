"""Every statement stands in `sql/`, and every file there is sent, or run by people."""

import ast
import re
from pathlib import Path

from by_hand import STATEMENTS

ROOT = Path(__file__).parents[1]
MODULES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(ROOT.glob("dq/**/*.py"))}
SENDING = {"execute", "executemany", "executescript", "copy", "SQL"}
VERB = re.compile(
    r"\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY|WITH|BEGIN|START TRANSACTION|COMMIT|ROLLBACK"
    r"|SET|RESET|PRAGMA|VACUUM|ANALYZE|EXPLAIN|LOCK|DECLARE|FETCH|CALL|NOTIFY|LISTEN|SHOW|EXPORT|DISCARD|DEALLOCATE|SAVEPOINT)\s"
    r"|\s*(?:SELECT|BEGIN|COMMIT|ROLLBACK|ANALYZE|VACUUM)\s*;?\s*$"
)
SHOWN = re.compile(r"\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b", re.DOTALL)
DEFINING = re.compile(r"\s*(?:CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT)\s")  # in hints they are for people to run
# Statements that people are shown, to run or to change as they like: dq never sends them.
TOLD = {"history/refusals.py", "reports/advice.py", "sources/postgres/trouble.py"}


def texts(tree):
    """The strings of a module that are no docstrings, those with values in them by their first part."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in docstrings:
            yield node.value.decode(errors="replace") if isinstance(node.value, bytes) else node.value


def sent(tree):
    """The strings that a module hands to a connection, or makes a part of a statement."""
    for node in ast.walk(tree):
        name = getattr(node.func, "attr", None) if isinstance(node, ast.Call) else None
        if name in SENDING and node.args:
            yield from (text for text in texts(node.args[0]))


def test_no_statement_stands_in_python():
    found = {
        f"{path.relative_to(ROOT / 'dq')}: {text[:60]!r}"
        for path, tree in MODULES.items()
        for text in texts(tree)
        if VERB.match(text) or SHOWN.search(text)
    } | {str(path) for path, tree in MODULES.items() for text in sent(tree) if DEFINING.match(text)}
    assert {one for one in found if one.split(":")[0] not in TOLD} == set()


def test_the_rule_would_see_one():
    tree = ast.parse('connection.execute(f"SELECT {x}"); run("COMMIT"); ask("PRAGMA user_version")')
    assert {text for text in texts(tree) if VERB.match(text)} == {"SELECT ", "COMMIT", "PRAGMA user_version"}


def test_every_statement_is_sent_or_run_by_people():
    known = {text for tree in MODULES.values() for text in texts(tree)}
    names = {path.stem for path in ROOT.glob("sql/*.sql")}
    assert names - known - set(STATEMENTS) == set()
    assert set(STATEMENTS) <= names


def test_what_people_run_binds_no_values():
    for name in STATEMENTS:
        text = (ROOT / "sql" / f"{name}.sql").read_text("utf-8")
        assert not re.search(r"%|\{|(?<!:):[a-z]+\b(?!')", text.partition("\n")[2]), name
