"""dq checks, explain, suites and completion."""

import json
import os
import subprocess
import sys

import pytest

from dq.checks import checks
from dq.cli import main
from dq.pages import HEADINGS
from dq.suites import load_suite, suite_names


@pytest.fixture
def told(capsys):
    """What one command line prints; it must succeed."""

    def run(*words):
        assert main(words) == 0
        return capsys.readouterr().out

    return run


def test_checks_lists_every_check_once_with_its_severities(told):
    lines = told("checks").splitlines()
    assert [line.split()[0] for line in lines] == list(checks())
    row = next(line for line in lines if line.startswith("missing_bar "))
    assert "critical, warning, info" in row
    assert "\x1b" not in row


def test_checks_shows_the_severities_of_another_suite(told, tmp_path, monkeypatch):
    entry = {"type": "expect_no_null_price", "kwargs": {}, "severity": "info"}
    suite = {"name": "mine", "meta": {"about": "One check."}, "expectations": [entry]}
    (tmp_path / "mine.json").write_text(json.dumps(suite))
    monkeypatch.chdir(tmp_path)
    lines = {line.split()[0]: line.split()[1] for line in told("checks", "--suite", "mine.json").splitlines()}
    assert lines["null_price"] == "info"
    assert {severity for name, severity in lines.items() if name != "null_price"} == {"-"}


def test_explain_prints_the_page_and_who_asks_for_it(told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = told("explain", "missing_bar")
    headings = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert headings[0] == "missing_bar"
    assert [line for line in headings if line in HEADINGS] == list(HEADINGS)
    assert max(map(len, text.splitlines())) <= 80
    assert "ohlc_1m: critical when longer than 5m and more than 5 bars" in text


def test_explain_suggests_the_check_that_was_meant(capsys):
    assert main(["explain", "mising-bar"]) == 2
    told = capsys.readouterr()
    assert told.err == "dq: There is no check 'mising-bar'. Did you mean missing_bar?\n    `dq checks` lists them.\n"
    assert told.out == ""


def test_suites_lists_names_sizes_and_purposes(told):
    lines = told("suites").splitlines()
    assert [line.split()[0] for line in lines] == list(suite_names())
    assert f"{len(load_suite('ohlc_1m').expectations)} expectations" in next(x for x in lines if "ohlc_1m" in x)


def test_a_suite_is_shown_entry_by_entry(told):
    suite = load_suite("ohlc_1m")
    lines = told("suites", "ohlc_1m").splitlines()
    assert lines[0] == f"{suite.name}: {suite.about}"
    assert [line.replace(";", " ").split()[:2] for line in lines[2:]] == [
        [one.check, one.severity] for one in suite.expectations
    ]


@pytest.mark.parametrize("words", [["suites", "ohlc_2m"], ["checks", "--suite", "ohlc_2m"]])
def test_an_unknown_suite_is_a_wrong_question(capsys, words):
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("dq: There is no suite 'ohlc_2m'.")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_dq(told, shell):
    assert f"_DQ_COMPLETE={shell}_complete" in told("completion", shell)


@pytest.mark.parametrize(
    ("line", "offers"),
    [("dq exp", "explain"), ("dq explain missing", "missing_bar"), ("dq suites ohlc_1d", "ohlc_1d")],
)
def test_completion_completes_commands_and_their_words(line, offers):
    words = {"_DQ_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    answer = subprocess.run(
        [sys.executable, "-m", "dq"], env={**os.environ, **words}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [f"plain,{offers}"]
