"""`dq selftest` on the demo's database, by a role that may read and nothing else, and on bars that others recorded."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from selftest_support import Bench, figures, reasons

from dq.demo import fill, story
from dq.model import instant_text, parse_duration

FOLDER = os.environ.get("DQ_REAL_DATA")
AT = 1_772_645_400_000_000  # 2026-03-04T17:30Z, a Wednesday: every market of the demo trades
SATURDAY = "2026-03-07T15:30:00Z"
RECORDED = ("NQ_5m_2019", "ETHUSDT_1h", "SPY_1d_yahoo")
SETTINGS = ("interval", "calendar", "tick", "label", "extended_hours", "adjusted", "allow_non_positive")


@pytest.fixture(scope="module")
def demo(server):
    """The demo's bars in a database of their own, and the URL of a role that can only read them."""
    server.run("CREATE DATABASE demo")
    fill(server.url.replace("/postgres?", "/demo?"), story(AT))
    grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"
    server_of_demo = replace(server, url=server.url.replace("/postgres?", "/demo?"))
    server_of_demo.run(grant)
    yield server.tcp(name="demo")
    server.run("DROP DATABASE demo WITH (FORCE)")


@pytest.fixture
def bench(desk):
    return Bench(desk)


def test_the_hour_of_the_demo_is_tried_by_a_role_that_may_only_read(demo, bench):
    answer = bench.json(demo, "--window", "1h", "--at", instant_text(AT))
    assert answer.status == 0
    tried = figures(answer)
    assert {"missing_bar", "price_spike", "stale_series", "stuck_price", "low_completeness"} <= set(tried)
    assert all(injected == caught == exact for injected, caught, exact, _ in tried.values())
    assert answer.report["summary"]["false_alarms"] == 0
    assert "order of arrival" in reasons(answer)["out_of_order_timestamp"]
    assert "s3cret" not in answer.out
    assert list(bench.desk.folder.iterdir()) == []


def test_where_every_series_rests_the_last_hour_with_bars_is_tried(demo, bench):
    answer = bench.json(demo, "--window", "1h", "--at", SATURDAY)
    assert (answer.status, answer.report["summary"]["false_alarms"]) == (0, 0)
    assert "up to 2026-03-04T17:30Z" in answer.report["run"]["notes"][0]
    assert all(one["start"] < SATURDAY or one["check"] == "future_bar" for one in answer.report["defects"])


def test_the_night_in_the_window_is_a_place_for_bars_of_a_closed_market(demo, bench):
    answer = bench.json(demo, "--window", "1d", "--at", instant_text(AT), "--instrument", "AAPL")
    assert (answer.status, figures(answer)["off_session_bar"][:2]) == (0, (1, 1))


def test_a_database_that_is_not_there_cannot_be_told(server, bench):
    answer = bench.ask(server.tcp(name="nowhere"), "--window", "1h")
    assert (answer.status, answer.out.split()[0]) == (3, "UNKNOWN")
    assert "has no such database" in answer.out


@pytest.mark.skipif(not FOLDER, reason="DQ_REAL_DATA does not say where recorded bars are")
@pytest.mark.parametrize("name", RECORDED)
def test_every_defect_in_recorded_bars_is_caught(name, bench):
    entries = json.loads(Path(FOLDER, "manifest.json").read_text("utf-8"))["datasets"]
    entry = next(one for one in entries if one["name"] == name)
    said = [f"{key} = {json.dumps(entry[key])}" for key in SETTINGS if entry.get(key) is not None]
    bench.desk.write("dq.toml", "\n".join([f'[series."{entry["instrument"]}"]', *said]) + "\n")
    assert parse_duration(entry["interval"]) > 0
    answer = bench.json(Path(FOLDER, entry["file"]))
    assert (answer.status, answer.report["summary"]["false_alarms"]) == (0, 0)
    assert len(figures(answer)) >= 10
