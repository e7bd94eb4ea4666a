"""Ctrl-C, at whatever moment: the command ends with a sentence or by the signal, never with a traceback."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from validate_support import clean

from dq import cli

PACKAGE = str(Path(cli.__file__).parent.parent)
BEGUN = "import sys; sys.stderr.write('!'); from dq.__main__ import main; sys.argv[0] = 'dq'; sys.exit(main())"


@pytest.fixture
def shell(shell):
    shell.write("bars.csv", clean(600))
    return shell


def interrupted(shell, seconds, *words, begun=False):
    """Status and complaints of a command that got SIGINT that long after it was started, or after Python was up."""
    program = subprocess.Popen(
        [sys.executable, *(("-c", BEGUN) if begun else ("-m", "dq")), *words],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if begun:
        program.stderr.read(1)
    time.sleep(seconds)
    program.send_signal(signal.SIGINT)
    _, complaints = program.communicate(timeout=60)
    return program.returncode, complaints.decode()


@pytest.mark.parametrize("words", [("validate", "bars.csv", "--no-history"), ("doctor", "bars.csv")], ids=" ".join)
def test_at_every_moment_of_a_command(shell, words):
    for moment in range(8):
        status, complaints = interrupted(shell, 0.02 + 0.06 * moment, *words)
        assert "dq itself failed" not in complaints
        if "Traceback" in complaints:  # of Python's own start, before it comes to dq
            assert PACKAGE not in complaints
        else:
            assert status in {0, 130, -signal.SIGINT}


def test_while_modules_are_imported(shell):
    answers = [interrupted(shell, 0.008 * n, "validate", "bars.csv", "--no-history", begun=True) for n in range(1, 16)]
    assert {said for _, said in answers} <= {"dq: interrupted.\n", ""}
    assert (130, "dq: interrupted.\n") in answers
    assert {status for status, _ in answers} <= {0, 130, -signal.SIGINT}


@pytest.mark.parametrize("made_of_it", [None, ImportError("numpy failed to import")])
def test_what_a_library_makes_of_it_is_an_interrupt_no_less(monkeypatch, capsys, made_of_it):
    def answer(_arguments):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            if made_of_it is None:
                raise
            raise made_of_it  # noqa: B904  as C does it

    monkeypatch.setattr(cli, "_answer", answer)
    assert cli.main([]) == 130
    assert capsys.readouterr().err == "dq: interrupted.\n"


def test_one_that_falls_into_a_callback_is_not_lost(shell):
    code = (
        "import os, signal, sys, time, dq.__main__ as entry, dq.cli\n"
        "class Cell:\n    def __del__(self): signal.raise_signal(signal.SIGINT)\n"
        "def answer(arguments):\n    cell = Cell(); del cell; time.sleep(20); return 0\n"
        "dq.cli._answer = answer; sys.exit(entry.main())\n"
    )
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", code], env=shell.environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"dq: interrupted.\n")
    assert time.monotonic() - began < 10
