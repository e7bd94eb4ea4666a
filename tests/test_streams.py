"""Standard streams that are closed, full or left alone: told as what they are, and no fault of dq."""

import os
import subprocess
import sys

import pytest
from validate_support import a_desk, clean

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
def desk(tmp_path, tmp_path_factory):
    desk = a_desk(tmp_path, tmp_path_factory)
    desk.write("bars.csv", clean(120))
    return desk


def through(desk, line, *flags):
    """Status and stderr of `dq` in a line of a shell, in which `dq` is written DQ."""
    program = " ".join([sys.executable, *flags, "-m dq"])
    answer = subprocess.run(
        ["bash", "-c", line.replace("DQ", program)],
        cwd=desk.folder,
        env=desk.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110  one word, once
@pytest.mark.parametrize("words", WORDS)
def test_output_for_which_there_is_no_space(desk, words):
    assert through(desk, f"DQ {words} > /dev/full") == (3, FULL)
    assert through(desk, f"DQ {words} > /dev/full", "-u") == (3, FULL)


@pytest.mark.parametrize("words", WORDS)
def test_output_that_is_closed(desk, words):
    assert through(desk, f"DQ {words} >&-") == (3, CLOSED)


def test_a_reader_who_has_had_enough_is_no_trouble(desk):
    status, complaints = through(desk, "DQ validate --help | true; exit ${PIPESTATUS[0]}")
    assert (status, complaints) == (141, "")


def test_no_file_gets_the_number_of_a_stream_that_is_closed(desk):
    status, complaints = through(desk, "DQ validate bars.csv --format json --output run.json >&- 2>&- <&-")
    assert (status, complaints) == (0, "")
    assert (desk.folder / "run.json").read_text().startswith("{")


def test_standard_input_that_is_closed_is_empty(desk):
    assert through(desk, "DQ validate - <&-") == (3, "")


def test_what_cannot_even_be_complained_of_is_told_by_the_exit_status(desk):
    assert through(desk, "DQ checks >&- 2>&-") == (3, "")
    assert through(desk, "DQ validate none.csv 2>&-") == (2, "")
