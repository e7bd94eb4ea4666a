"""`dq validate --format json`: every run follows the schema, and the verdict does not depend on how it is asked."""

import json
import os
import resource
import signal
import stat

import numpy as np
import pyarrow as pa
import pytest
from market_samples import NOON, taken, walk
from parquet_samples import stored
from validate_support import HEADER, clean, csv_of, holed, minute

from dq.model import DAY, MINUTE


def daily(count=60):
    """Days of BTC-USD, without a defect."""
    return csv_of(walk(count, start=NOON // DAY * DAY - count * DAY, interval=DAY))


def test_clean_bars_pass_and_say_nothing_else(desk):
    desk.write("bars.csv", clean())
    answer = desk.json("bars.csv")
    assert (answer.status, answer.err) == (0, "")
    report = answer.report
    assert report["run"]["verdict"] == "pass"
    assert report["findings"] == report["incidents"] == report["errors"] == []
    (series,) = report["series"]
    assert (series["instrument"], series["interval"]) == ("BTC-USD", "1m")
    assert (series["bars"], series["completeness"]) == (120, 1.0)
    assert (series["first"], series["last"]) == (minute(0), minute(119))
    assert report["summary"]["expected_bars"] == 120
    not_checked = {one["check"] for one in series["checks"] if one["verdict"] == "not_checked"}
    assert not_checked == {"reference_mismatch", "stale_series", "split_jump"}


def test_a_hole_fails(desk):
    desk.write("bars.csv", holed())
    answer = desk.json("bars.csv")
    assert answer.status == 1
    assert answer.report["run"]["verdict"] == "fail"
    hole = ("missing_bar", "BTC-USD", minute(60), minute(69), 10, "critical")
    assert hole in answer.findings
    assert {finding[0] for finding in answer.findings} == {"missing_bar", "low_completeness"}
    incidents = answer.report["incidents"]
    assert sorted(at for one in incidents for at in one["findings"]) == [0, 1]


def test_daily_bars_and_several_series(desk):
    desk.write("bars/btc.csv", daily())
    desk.write("bars/eth.csv", clean(name="ETH-USD"))
    desk.write("bars/sol.csv", holed(name="SOL-USD"))
    report = desk.json("bars").report
    verdicts = {(one["instrument"], one["interval"]): one["verdict"] for one in report["series"]}
    assert verdicts == {("BTC-USD", "1d"): "pass", ("ETH-USD", "1m"): "pass", ("SOL-USD", "1m"): "fail"}
    assert report["summary"]["bars"] == 60 + 120 + 110
    assert set(report["run"]["suite"].split(", ")) == {"ohlc_1d", "ohlc_1m"}


def test_nothing_to_check_is_no_success_unless_that_is_fine(desk):
    desk.write("bars.csv", HEADER)
    answer = desk.json("bars.csv")
    assert answer.status == 3
    assert answer.report["run"]["verdict"] == "unknown"
    assert [one["kind"] for one in answer.errors] == ["nothing"]
    answer = desk.json("bars.csv", "--allow-empty")
    assert answer.status == 0
    assert answer.report["run"]["verdict"] == "pass"
    assert answer.report["summary"]["completeness"] is None


def test_what_cannot_be_told_outranks_what_was_found(desk):
    desk.write("bars/good.csv", holed())
    desk.write("bars/torn.parquet", b"PAR1 and then nothing")
    answer = desk.json("bars")
    assert answer.status == 3
    assert answer.report["run"]["verdict"] == "unknown"
    assert "missing_bar" in {finding[0] for finding in answer.findings}


@pytest.mark.parametrize(("fail_on", "status"), [("info", 1), ("warning", 1), ("critical", 0), ("never", 0)])
def test_the_verdict_ignores_fail_on(desk, fail_on, status):
    rows = walk(400)
    twice = np.r_[0:201, 200:400]
    desk.write("bars.csv", csv_of(taken(rows, twice)))
    answer = desk.json("bars.csv", "--fail-on", fail_on)
    assert [finding[0::5] for finding in answer.findings] == [("duplicate_timestamp", "warning")]
    assert answer.report["run"]["verdict"] == "fail"
    assert answer.status == status


def test_info_fails_only_those_who_ask_for_it(desk):
    desk.write("bars.csv", holed(400, lost=1))
    answers = {ask: desk.json("bars.csv", "--fail-on", ask) for ask in ("info", "warning")}
    assert {ask: answer.status for ask, answer in answers.items()} == {"info": 1, "warning": 0}
    assert [finding[0::5] for finding in answers["info"].findings] == [("missing_bar", "info")]
    assert {answer.report["run"]["verdict"] for answer in answers.values()} == {"pass"}


def test_output_takes_the_place_of_what_was_there(desk):
    desk.write("bars.csv", holed())
    desk.write("run.json", "an older run")
    answer = desk.json("bars.csv", "--output", "run.json")
    assert (answer.status, answer.out, answer.err) == (1, "", "")
    assert json.loads((desk.folder / "run.json").read_text())["run"]["verdict"] == "fail"
    answer = desk.ask("bars.csv", "--output", "run.txt")
    assert (answer.status, answer.out) == (1, "")
    text = (desk.folder / "run.txt").read_text()
    assert text.startswith("FAIL  ")
    assert "\x1b" not in text
    assert {path.name for path in desk.folder.iterdir()} == {"bars.csv", "run.json", "run.txt"}


def test_output_goes_where_a_link_leads_and_keeps_the_rights_of_the_file(desk):
    desk.write("bars.csv", clean())
    desk.write("kept/run.json", "an older run")
    (desk.folder / "kept" / "run.json").chmod(0o600)
    (desk.folder / "latest").symlink_to("kept/run.json")
    assert desk.json("bars.csv", "--output", "latest").status == 0
    assert (desk.folder / "latest").is_symlink()
    assert json.loads((desk.folder / "latest").read_text())["run"]["verdict"] == "pass"
    assert stat.S_IMODE((desk.folder / "latest").stat().st_mode) == 0o600
    assert [path.name for path in (desk.folder / "kept").iterdir()] == ["run.json"]


def test_output_into_a_pipe_or_a_device_leaves_it_what_it_is(desk):
    desk.write("bars.csv", clean())
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert desk.json("bars.csv", "--output", "pipe").status == 0
        assert json.loads(os.read(reader, 65_536))["run"]["verdict"] == "pass"
        assert pipe.is_fifo()
        assert desk.json("bars.csv", "--output", f"/dev/fd/{os.open(os.devnull, os.O_WRONLY)}").status == 0
    finally:
        os.close(reader)


def test_output_that_finds_no_room_leaves_what_was_there(desk):
    desk.write("bars.csv", clean())
    desk.write("run.json", "an older run")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        answer = desk.json("bars.csv", "--output", "run.json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert (answer.status, answer.sentence) == (2, "--output run.json: it cannot be written (File too large).")
    assert {path.name: path.read_text() for path in desk.folder.glob("*run.json*")} == {"run.json": "an older run"}


def test_a_run_is_recorded_for_its_owner_alone_and_the_next_knows_it(desk):
    desk.write("bars.csv", holed())
    assert desk.json("bars.csv").status == 1
    assert not desk.history.exists()
    first, second = (desk.json("bars.csv", history=True).report for _ in range(2))
    assert stat.S_IMODE(desk.history.stat().st_mode) == 0o600
    assert {one["state"] for one in first["incidents"]} == {"open"}
    assert {one["state"] for one in second["incidents"]} == {"ongoing"}
    assert [one["id"] for one in first["incidents"]] == [one["id"] for one in second["incidents"]]
    assert first["run"]["id"] != second["run"]["id"]


def test_parquet_and_csv_hold_the_same_bars(desk):
    bars = walk(120)
    desk.write("bars.csv", csv_of(bars))
    table = pa.table(
        {
            "instrument": ["BTC-USD"] * 120,
            "timestamp": pa.array(bars.timestamp, pa.timestamp("us", tz="UTC")),
            **{name: pa.array(getattr(bars, name)) for name in ("open", "high", "low", "close", "volume")},
        }
    )
    stored(desk.folder, table)
    ends = {}
    for name in ("bars.csv", "bars.parquet"):
        report = desk.json(name, "--at", minute(140)).report
        ends[name] = [(one["check"], one["start"], one["count"]) for one in report["findings"]]
    assert ends["bars.csv"] == ends["bars.parquet"]
    assert ("stale_series", minute(120), 18) in ends["bars.csv"]
    assert report["run"]["as_of"] == minute(140)


def test_slots_that_were_not_owed_for_certain_leave_a_series_complete(desk):
    """A month whose first hour of the day never has a bar: quiet by habit."""
    bars = walk(30 * 1440, start=NOON - 30 * DAY)
    night = (bars.timestamp // MINUTE) % 1440 < 60
    desk.write("bars.csv", csv_of(taken(bars, np.flatnonzero(~night))))
    answer = desk.json("bars.csv")
    (series,) = answer.report["series"]
    lost = {one["cause"]: 0 for one in answer.report["findings"]}
    for one in answer.report["findings"]:
        lost[one["cause"]] += one["count"] * (one["check"] == "missing_bar")
    assert lost["quiet"] == series["quiet_bars"] > 20 * 60
    owed = series["expected_bars"] - lost.pop("quiet")
    assert series["completeness"] == pytest.approx((owed - sum(lost.values())) / owed)
