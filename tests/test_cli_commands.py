"""The command line as a whole: help, mistakes, trouble, start-up."""

import os
import subprocess
import sys

import click
import pytest

import dq
from dq.cli import main
from dq.cli.commands import commands
from dq.cli.trouble import explained
from dq.model import SettingsError, SourceError

NAMES = commands.list_commands(click.Context(commands))
HEAVY = {"numpy", "pandas", "pyarrow", "rich", "psycopg", "pandera", "jinja2", "great_expectations", "logging"}


def modules_after(program, *arguments):
    """Which heavy modules a fresh Python has loaded after that program."""
    code = f"import sys; sys.argv[1:] = {list(arguments)!r}\n{program}\nprint(*sys.modules, file=sys.stderr)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in answer.stderr.split()} & HEAVY


def test_help_names_every_command_and_the_exit_statuses(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in NAMES)
    assert "2 the question was wrong" in " ".join(text.split())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself_with_a_real_line(capsys, name, flag):
    assert main([name, flag]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert any(line.startswith(f"dq {name}") for line in lines)


def test_the_version_is_one(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dq {dq.__version__}\n"


def test_no_words_at_all_is_a_wrong_question_that_gets_the_help(capsys):
    assert main([]) == 2
    assert "Usage: dq" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekcs"], "Did you mean 'checks'?"),
        (["nonsense"], "No such command 'nonsense'."),
        (["checks", "--siute", "x"], "--suite"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (["--nonsense"], "--nonsense"),
        (["explain"], "Missing argument 'CHECK'"),
    ],
)
def test_a_mistyped_line_is_told_in_a_sentence(capsys, words, says):
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("dq: ")
    assert says in told.err
    assert "--help`" in told.err


@pytest.mark.parametrize(
    ("trouble", "status", "says"),
    [
        (SettingsError("No such zone.", hint="Say UTC."), 2, "dq: No such zone.\n    Say UTC.\n"),
        (SourceError("Nobody answers.", series="NQ=F 1m"), 3, "dq: NQ=F 1m: Nobody answers.\n"),
        (ValueError("Odd: 'postgresql://me:s3cret@host/db'."), 3, "'postgresql://me:***@host/db'."),
        (click.Abort(), 130, "dq: interrupted.\n"),
        (ZeroDivisionError("division by zero"), 3, "ZeroDivisionError: division by zero\n    Set DQ_DEBUG=1"),
    ],
)
def test_trouble_ends_as_a_sentence_and_a_status(capsys, monkeypatch, trouble, status, says):
    monkeypatch.delenv("DQ_DEBUG", raising=False)
    assert explained(trouble) == status
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told


def test_the_traceback_is_shown_to_whoever_asks(capsys, monkeypatch):
    monkeypatch.setenv("DQ_DEBUG", "1")
    with pytest.raises(ZeroDivisionError) as raised:
        _ = 1 / 0
    assert explained(raised.value) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_who_has_had_enough_is_not_told_of_a_broken_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    answer = subprocess.run(
        [sys.executable, "-m", "dq", "checks"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (answer.stderr, answer.returncode) == ("", 141)


def test_a_terminal_that_lacks_a_sign_gets_escapes_and_no_failure():
    environment = {**os.environ, "PYTHONIOENCODING": "iso8859-5", "COLUMNS": "80"}
    answer = subprocess.run(
        [sys.executable, "-m", "dq", "explain", "low_completeness"], env=environment, capture_output=True, check=False
    )
    assert answer.returncode == 0
    assert b"\\xf7" in answer.stdout


def test_import_and_help_load_nothing_heavy():
    assert modules_after("import dq; dq.__version__; dir(dq)") == set()
    assert modules_after("from dq.cli import main; main()", "--help") == set()
    assert modules_after("from dq.cli import main; main()", "validate", "--help") <= {"logging"}


def test_the_reference_commands_load_neither_frames_nor_rich():
    assert modules_after("from dq.cli import main; main()", "checks") <= {"numpy", "logging"}


def test_the_public_names_are_found_on_first_use():
    kinds = {name: type(getattr(dq, name)).__name__ for name in dq.__all__}
    others = {"__version__": "str", "schemas": "module"}
    functions = dict.fromkeys(("profile", "sample", "selftest", "suite", "validate"), "function")
    assert kinds == {**dict.fromkeys(kinds, "type"), **others, **functions}
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        dq.nonsense  # noqa: B018  asking is what fails
