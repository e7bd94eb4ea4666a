"""Standard streams that are closed, full or left alone: told as what they are, and no fault of dq."""

import os
import subprocess
import sys

import pytest
from validate_support import clean

WORDS = [
    "validate bars.csv --no-history",
    "validate --help",
    "doctor bars.csv",
    "checks",
    "--version",
    "selftest bars.csv",
]
FULL = "dq: standard output cannot be written: no space left on device.\n"
CLOSED = "dq: standard output cannot be written: it is closed.\n"


@pytest.fixture
def shell(shell):
    shell.write("bars.csv", clean(120))
    return shell


def through(shell, line, *flags):
    """Status and stderr of `dq` in a line of a shell, in which `dq` is written DQ."""
    program = " ".join([sys.executable, *flags, "-m dq"])
    answer = subprocess.run(
        ["bash", "-c", line.replace("DQ", program)],
        cwd=shell.folder,
        env=shell.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110  one word, once
@pytest.mark.parametrize("words", WORDS)
def test_output_for_which_there_is_no_space(shell, words):
    assert through(shell, f"DQ {words} > /dev/full") == (3, FULL)
    assert through(shell, f"DQ {words} > /dev/full", "-u") == (3, FULL)


@pytest.mark.parametrize("words", WORDS)
def test_output_that_is_closed(shell, words):
    assert through(shell, f"DQ {words} >&-") == (3, CLOSED)


def test_a_reader_who_has_had_enough_is_no_trouble(shell):
    status, complaints = through(shell, "DQ validate --help | true; exit ${PIPESTATUS[0]}")
    assert (status, complaints) == (141, "")


def test_no_file_gets_the_number_of_a_stream_that_is_closed(shell):
    status, complaints = through(shell, "DQ validate bars.csv --format json --output run.json >&- 2>&- <&-")
    assert (status, complaints) == (0, "")
    assert (shell.folder / "run.json").read_text().startswith("{")


def test_standard_input_that_is_closed_is_empty(shell):
    assert through(shell, "DQ validate - <&-") == (3, "")


def test_what_cannot_even_be_complained_of_is_told_by_the_exit_status(shell):
    assert through(shell, "DQ checks >&- 2>&-") == (3, "")
    assert through(shell, "DQ validate none.csv 2>&-") == (2, "")
