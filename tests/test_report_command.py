"""dq report: how the runs of some hours went, for none, for one, for two and for many."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import AT
from jsonschema import Draft202012Validator
from report_samples import CLEAN, SICK, UNTOLD, recorded, two_days
from validate_support import HEADER, called

import dq
from dq.history import open_history
from dq.history.figures import figures
from dq.history.series_figures import Grid
from dq.model import DAY, HOUR, MINUTE, instant_text

SCHEMA = json.loads((Path(dq.__file__).parent / "reports" / "report.schema.json").read_text("utf-8"))


@pytest.fixture
def report(desk):
    def ask(*words, **environment):
        status, out, err = called(desk, "report", "--at", instant_text(AT), *words, **environment)
        assert (status, err) == (0, "")
        if "json" not in words:
            return out
        document = json.loads(out)
        assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
        return document

    return ask


def test_no_run_is_told_and_no_file_begun(desk, report):
    assert " ".join(report().split()).startswith("No run is recorded yet in ")
    told = report("--format", "json")
    assert (told["runs"], told["success_rate"], told["completeness"], told["seconds"]) == (0, None, None, {})
    assert "<h1>0 runs" in report("--format", "html")
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
    assert (told["stalest"], told["staleness_seconds"]["worst"]) == ("NQ=F 1m", 480)
    assert (told["before"]["runs"], set(told["trends"].values())) == (0, {None})


def test_a_run_that_could_not_tell_is_no_success_and_no_slot(desk, report):
    recorded(desk, CLEAN, UNTOLD)
    told = report("--format", "json")
    assert (told["runs"], told["success_rate"], told["pass_rate"], told["completeness"]) == (2, 0.5, 1.0, 1.0)
    assert told["verdicts"] == {"pass": 1, "fail": 0, "unknown": 1}
    assert told["newest"][0]["errors"][0]["message"] == "It is down."
    recorded(desk, UNTOLD, UNTOLD)
    told = report("--format", "json")
    assert (told["success_rate"], told["pass_rate"]) == (0.0, None)
    assert "no run could tell" in report()


def test_a_window_holds_what_lies_in_it(desk, report):
    recorded(desk, SICK, *[CLEAN] * 24)
    assert report("--format", "json", "--window", "24h")["verdicts"]["fail"] == 0
    assert report("--format", "json", "--window", "25h")["verdicts"]["fail"] == 1


def test_a_span_is_compared_with_the_one_before(desk, report):
    two_days(desk)
    told = report("--format", "json")
    assert (told["runs"], told["before"]["runs"]) == (24, 24)
    assert told["success_rate"] == pytest.approx(21 / 24)
    assert told["trends"]["success_rate"] == pytest.approx(-3 / 24)
    assert told["trends"]["completeness"] == pytest.approx(told["completeness"] - 1, abs=1e-6)
    assert told["trends"]["incidents_opened"] == 3
    assert told["incidents"] == {
        "opened": 3,
        "resolved": 2,
        "lasting": 1,
        "lasting_severities": {"info": 0, "warning": 0, "critical": 1},
        "own": 1,
        "seconds_to_resolve": {"median": 9000, "worst": 10800},
    }
    assert told["messages"] == {"sent": 1, "pending": 1, "error": "it answered 503"}
    assert len(told["parts"]) == len(told["series"][0]["completeness_parts"]) == 24
    assert sum(part["unknown"] for part in told["parts"]) == 3
    assert told["quality"] == pytest.approx(quality_of_parts(told), abs=1e-4)


def quality_of_parts(told):
    """The mean score of the runs, of those that the chart is drawn from: here there is a run in each part."""
    known = [each for each in told["quality_parts"] if each is not None]
    assert len(known) == told["runs"] - told["verdicts"]["unknown"]
    return sum(known) / len(known)


def test_runs_of_a_cadence_are_told_by_its_name(desk, report):
    recorded(desk, SICK)
    assert "cadence" not in report()
    long = replace(SICK, cadence="audit", suite="ohlc_1m")
    recorded(desk, replace(CLEAN, cadence="bars"), replace(CLEAN, cadence="bars"), long)
    told = report("--format", "json")
    assert [(one["cadence"], one["runs"]) for one in told["kinds"]] == [("bars", 2), ("audit", 1)]
    assert [one["cadence"] for one in told["newest"]] == ["audit", "bars", "bars"]
    text = report()
    assert "bars     ohlc_1m  1 h        2" in text
    assert "run-3        audit    2026-03-12 15:00  fail" in text
    assert '<th scope="row">audit</th>' in report("--format", "html")
    with open_history(desk.history) as history:
        assert history.run("run-1").cadence == "bars"


def test_the_figures_of_two_days_as_text(desk, report):
    two_days(desk)
    lines = report().splitlines()
    opened = "1 lasts (1 critical), 3 opened, 2 resolved; resolved after 2 h 30 min (median), 3 h (worst) (↑ 3)"
    assert lines[:4] == [
        "24 runs as of 2026-03-11 15:00 – 2026-03-12 15:00 UTC",
        "",
        f"incidents     {opened}",
        "could tell    21 of 24 runs, 87.5 % (↓ 12.5 points)",
    ]
    text = "\n".join(lines)
    assert "\npassed        17 of 21 runs that could tell, 81 % (↓ 19.05 points)\n" in text
    assert "\ncycles        not known: no run counted the collector's cycles" in text
    assert "\nfreshness     stale by p95 8 min, at worst 8 min of market time (NQ=F 1m) (↑ 8 min)\n" in text
    assert "\nalerts        1 sent, 1 pending, the last of which failed: it answered 503\n" in text
    assert "\narrows        against the 1d before: 24 runs\n" in text
    btc = next(line for line in lines if line.startswith("BTC-USD 1m"))
    assert (
        btc
        == "BTC-USD 1m   fail  ▆▆██████████   ███████▆▆    96.2 %       4        ·       21     93.6      ·        12"
    )


def test_the_collectors_cycles_are_told_where_runs_counted_them(desk, report):
    recorded(desk, replace(CLEAN, cycles=(60, 3)), replace(CLEAN, cycles=(60, 0)))
    told = report("--format", "json")
    assert (told["cycles"], told["cycles_success_rate"]) == ({"due": 120, "failed": 3}, 0.975)
    assert "cycles        117 of 120 of the collector's without an error, 97.5 %\n" in report()


def test_of_one_instrument_alone(desk, report):
    recorded(desk, SICK, UNTOLD, replace(CLEAN, series=CLEAN.series[2:]))
    told = report("--instrument", "BTC-USD", "--format", "json")
    assert ([one["name"] for one in told["series"]], told["runs"]) == (["BTC-USD 1m"], 2)
    assert told["completeness"] == pytest.approx(48 / 60)
    assert report("--instrument", "BTC-USD").startswith("2 runs of BTC-USD as of ")
    recorded(desk, SICK, SICK, SICK)
    text = called(desk, "report", "--at", instant_text(AT - DAY), "--instrument", "BTC-USD")[1]
    assert text.startswith(
        "No run of BTC-USD as of 2026-03-10 15:00 – 2026-03-11 15:00 UTC; the last one recorded is as"
    )
    assert text.endswith("\n    dq report --at 2026-03-12T15:00:00Z --instrument BTC-USD\n")
    status, out, err = called(desk, "report", "--instrument", "NOPE", "--instrument", "BTC-USD")
    assert (status, out) == (2, "")
    assert "No run and no incident of 'NOPE' is recorded" in err


def test_series_come_worst_first_and_one_source_is_not_another(desk):
    runs = recorded(desk, SICK, CLEAN, CLEAN, replace(CLEAN, source="bars.csv"))
    told = figures(runs, Grid(AT - DAY, AT))
    assert [(one.name, one.last, one.runs) for one in told.series[:2]] == [
        ("BTC-USD 1m", "pass", 3),
        ("NQ=F 1m", "pass", 3),
    ]
    assert told.series[0].completeness == pytest.approx((180 - 12) / 180)
    assert told.series[0].findings == 3
    assert {one.source for one in told.series} == {SICK.source, "bars.csv"}
    assert len(told.series) == 10


def test_the_newest_runs_say_why(desk, report):
    recorded(desk, SICK, CLEAN, UNTOLD)
    text = report()
    assert "run time      p50 2 s, p95 3 s, p99 3 s" in text
    assert "findings      3 critical, 1 warning" in text
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


def test_a_file_is_written_whole_or_refused_before_anything_is_read(desk, report):
    recorded(desk, SICK)
    assert report("--output", "out.txt") == ""
    assert (desk.folder / "out.txt").read_text("utf-8").startswith("1 run as of ")
    status, out, err = called(desk, "report", "--output", "nowhere/out.txt")
    assert (status, out) == (2, "")
    assert err.startswith("dq: --output nowhere/out.txt: it cannot be written")


def test_what_validate_records_is_told(desk, report):
    """A hole that opens, lasts and is mended, from the runs themselves."""
    stamps = range(AT - 3 * HOUR, AT, MINUTE)
    rows = {
        stamp: f"BTC-USD,{instant_text(stamp)},100,101,99,100.5,{1000 + number}\n"
        for number, stamp in enumerate(stamps)
    }
    lost = [AT - 100 * MINUTE + minute * MINUTE for minute in range(10)]
    for ago, missing in ((90, lost), (60, lost), (50, [])):
        at = AT - ago * MINUTE
        desk.write(
            "bars.csv", HEADER + "".join(row for stamp, row in rows.items() if stamp not in missing and stamp < at)
        )
        answer = desk.ask("bars.csv", "--calendar", "24/7", "--window", "1h", "--at", instant_text(at), history=True)
        assert answer.status == bool(missing)
    told = report("--format", "json")
    assert (told["verdicts"], told["incidents"]["opened"]) == ({"pass": 1, "fail": 2, "unknown": 0}, 1)
    assert told["incidents"]["seconds_to_resolve"]["worst"] == 40 * 60
    assert told["series"][0]["quality"] < 100
    (one,) = json.loads(called(desk, "incidents", "--all", "--format", "json")[1])["incidents"]
    text = called(desk, "incidents", one["id"])[1]
    assert "13:30 opened (critical) · 14:10 resolved, mended, 9 min long" in text
    assert "missing_bar       critical  BTC-USD 1m  2026-03-12 13:20 – 13:29" in text


def test_colours_are_as_people_ask(desk, report):
    recorded(desk, *[SICK] * 3)
    assert "\x1b[1;31mfail" in report("--color")
    assert "\x1b" not in report("--no-color", FORCE_COLOR="1")


def test_the_command_itself_is_plain_in_a_pipe_and_loads_little(desk):
    recorded(desk, *[SICK] * 3)
    environment = {**desk.environment, "PYTHONIOENCODING": "ascii"}
    del environment["NO_COLOR"]
    words = [sys.executable, "-X", "importtime", "-m", "dq", "report", "--at", instant_text(AT)]
    told = subprocess.run(words, env=environment, cwd=desk.folder, capture_output=True, text=True, check=True)
    assert "\x1b" not in told.stdout
    assert "666" in told.stdout  # completeness as digits, where no blocks can be written
    assert not [name for name in ("pandas", "plotly", "jinja2", "psycopg") if f"| {name}\n" in told.stderr]
