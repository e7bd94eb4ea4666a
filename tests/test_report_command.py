"""dq report: how the runs of some hours went, for none, for one, for two and for many."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from html_samples import AT, sick_run
from validate_support import called

from dq.history import open_history
from dq.history.figures import figures, percentiles
from dq.model import HOUR, RunError, Window, instant_text

SICK = sick_run()[0]
CLEAN = replace(
    SICK,
    findings=(),
    incidents=(),
    verdict="pass",
    exit_code=0,
    series=tuple(replace(one, verdict="pass", missing_bars=0) for one in SICK.series),
)
UNTOLD = replace(
    SICK,
    series=(),
    findings=(),
    incidents=(),
    verdict="unknown",
    exit_code=3,
    errors=(RunError("source", "It is down."),),
)


def recorded(desk, *runs):
    """Runs an hour apart, the last of them as of AT; the n-th took n seconds."""
    with open_history(desk.history) as history:
        for number, run in enumerate(runs, 1):
            at = AT - (len(runs) - number) * HOUR
            history.record(replace(run, id=f"run-{number}", as_of=at, window=Window(at - HOUR, at), seconds=number))
        return history.runs_between(AT - 1000 * HOUR, AT)


@pytest.fixture
def report(desk):
    def ask(*words, **environment):
        status, out, err = called(desk, "report", "--at", instant_text(AT), *words, **environment)
        assert (status, err) == (0, "")
        return json.loads(out) if "json" in words else out

    return ask


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, {}),
        (1, {50: 1, 95: 1, 99: 1}),
        (2, {50: 1, 95: 2, 99: 2}),
        (3, {50: 2, 95: 3, 99: 3}),
        (100, {50: 50, 95: 95, 99: 99}),
        (1000, {50: 500, 95: 950, 99: 990}),
    ],
)
def test_a_percentile_is_a_time_that_a_run_took(count, expected):
    assert percentiles(range(count, 0, -1)) == expected


def test_no_run_is_told_and_no_file_begun(desk, report):
    assert " ".join(report().split()).startswith("No run is recorded yet in ")
    told = report("--format", "json")
    assert (told["runs"], told["success_rate"], told["completeness"], told["seconds"]) == (0, None, None, {})
    assert not desk.history.exists()


def test_runs_of_another_time_are_named(desk):
    recorded(desk, SICK)
    status, out, _ = called(desk, "report", "--at", "2026-03-01T00:00Z")
    assert status == 0
    assert "the last one recorded is as of 2026-03-12 15:00 UTC." in out
    assert out.endswith("\n    dq report --at 2026-03-12T15:00:00Z\n")


def test_one_run(desk, report):
    recorded(desk, SICK)
    told = report("--format", "json")
    assert (told["runs"], told["success_rate"], told["seconds"]) == (1, 1.0, {"p50": 1, "p95": 1, "p99": 1})
    assert told["verdicts"] == {"pass": 0, "fail": 1, "unknown": 0}
    assert told["completeness"] == pytest.approx(280 / 300)
    assert told["findings"]["severities"] == {"info": 0, "warning": 1, "critical": 3}
    assert told["findings"]["checks"]["missing_bar"] == 1
    assert [one["name"] for one in told["series"][:2]] == ["BTC-USD 1m", "NQ=F 1m"]


def test_a_run_that_could_not_tell_is_no_success_and_no_slot(desk, report):
    recorded(desk, CLEAN, UNTOLD)
    told = report("--format", "json")
    assert (told["runs"], told["success_rate"], told["completeness"]) == (2, 0.5, 1.0)
    assert told["verdicts"] == {"pass": 1, "fail": 0, "unknown": 1}
    assert told["newest"][0]["errors"][0]["message"] == "It is down."
    recorded(desk, UNTOLD, UNTOLD)
    assert report("--format", "json")["success_rate"] == 0.0


def test_a_window_holds_what_lies_in_it(desk, report):
    recorded(desk, SICK, *[CLEAN] * 24)
    assert report("--format", "json", "--window", "24h")["verdicts"]["fail"] == 0
    assert report("--format", "json", "--window", "25h")["verdicts"]["fail"] == 1


def test_series_come_worst_first_and_one_source_is_not_another(desk):
    runs = recorded(desk, SICK, CLEAN, CLEAN, replace(CLEAN, source="bars.csv"))
    told = figures(runs)
    assert [(one.name, one.last, one.runs) for one in told.series[:2]] == [
        ("BTC-USD 1m", "pass", 3),
        ("NQ=F 1m", "pass", 3),
    ]
    assert told.series[0].completeness == pytest.approx((180 - 12) / 180)
    assert told.series[0].findings == 3
    assert {one.source for one in told.series} == {SICK.source, "bars.csv"}
    assert len(told.series) == 10


def test_the_text_says_it_in_tables(desk, report):
    recorded(desk, SICK, CLEAN, UNTOLD)
    text = report()
    assert text.splitlines()[0] == "3 runs as of 2026-03-11 15:00 – 2026-03-12 15:00 UTC"
    assert "could tell    2 of 3 runs, 66.7 %" in text
    assert "run time      p50 2 s, p95 3 s, p99 3 s" in text
    assert "findings      3 critical, 1 warning" in text
    assert "\nBTC-USD 1m   pass     1        ·        2      90 %         3\n" in text
    assert "run-3        2026-03-12 15:00  unknown   3 s  It is down." in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_it_folds_to_the_terminal(desk, report, width):
    long = replace(
        SICK, series=tuple(replace(one, series=replace(one.series, instrument="A" * 30)) for one in SICK.series[:1])
    )
    recorded(desk, long, UNTOLD)
    assert max(map(len, report(COLUMNS=str(width)).splitlines())) <= min(width, 120)


def test_names_steer_no_terminal(desk, report):
    odd = replace(SICK.series[0], series=replace(SICK.series[0].series, instrument="[red]\x1b[2Jevil\n[/red]"))
    recorded(desk, replace(SICK, series=(odd,), findings=(), incidents=()))
    text = report()
    assert "\x1b" not in text
    assert "[red] [2Jevil [/red] 1m" in text


def test_the_command_itself_colours_a_terminal_alone(desk):
    recorded(desk, *[SICK] * 3)
    program = "import sys, os, pty; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    words = [sys.executable, "-m", "dq", "report", "--at", instant_text(AT)]
    environment = desk.environment | {"TERM": "xterm"}
    plain = subprocess.run(words, env=environment, cwd=desk.folder, capture_output=True, text=True, check=True)
    assert "\x1b" not in plain.stdout
    del environment["NO_COLOR"]
    shown = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=environment,
        cwd=desk.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\x1b[1;31mfail" in shown.stdout
