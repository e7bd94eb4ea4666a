"""Metrics and logs that are not there, not whole, or not what they seem: told, never raised, and never for long."""

import json
import socket
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from market_samples import instant
from metrics_server import serving

from dq.model import DAY, HOUR, MINUTE, SECOND, Window
from dq.run import Asked, validate
from dq.settings import CollectorSettings, Settings
from dq.sources import Access
from dq.sources.figures import Places, asking, read_figures
from dq.sources.figures.names import chosen
from dq.sources.figures.quantiles import of_buckets, of_values

NOW = instant("2026-03-04T15:00")
LAST_HOUR = Window(NOW - HOUR, NOW)
CYCLES = '# TYPE cycle_seconds histogram\ncycle_seconds_bucket{{le="5"}} {0}\ncycle_seconds_bucket{{le="15"}} {1}\ncycle_seconds_bucket{{le="+Inf"}} {1}\n'


@pytest.fixture(scope="module")
def server():
    with serving() as desk:
        yield desk


def figures(url, *, window=LAST_HOUR, now=NOW, **places):
    return read_figures(Places(metrics=url, **places), window, now)


def why(found):
    """The one reason for all that is unknown."""
    assert found.known == {}
    (reason,) = set(found.unknown.values())
    return reason


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("/", ("", 404), "answers with status 404"),
        ("/", ("oops", 500), "answers with status 500"),
        ("/", ("<!doctype html><p>Welcome</p>", 200), "it is no text of Prometheus' format"),
        ("/", ("\x00\x01{{{\n", 200), "it is no text of Prometheus' format"),
        ("/", ("", 200), "does not answer with metrics: there are none"),
        ("/", ('a{b="1" 3\n', 200), "it is no text of Prometheus' format"),
        ("/huge", ("", 200), "it is longer than 16 MB"),
        ("/hang", ("", 200), "does not answer within"),
        ("/drip", ("", 200), "does not answer within"),
    ],
)
def test_an_answer_that_is_none_is_a_reason(path, answer, said, server, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3 if path in {"/hang", "/drip"} else 5.0)
    server.answer(*answer)
    began = time.monotonic()
    assert said in why(figures(server.url + path))
    assert time.monotonic() - began < 4


def test_an_address_that_sends_elsewhere_is_not_followed(server):
    server.answer("", 302, Location=f"{server.url}/huge")
    assert "status 302 and sends us elsewhere" in why(figures(server.url))


def test_nobody_there_is_a_reason():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "nobody listens there" in why(figures(f"http://127.0.0.1:{port}/metrics"))
    assert "host" in why(figures("http://no-such-host.invalid/metrics"))


def test_who_asks_stands_in_a_header_and_in_no_message(server):
    server.answer("a_total 1\n")
    server.seen.clear()
    found = figures(f"http://scraper:hunter22@127.0.0.1:{server.port}/metrics")
    assert server.seen[0]["Authorization"] == "Basic c2NyYXBlcjpodW50ZXIyMg=="
    server.answer("", 500)
    found = figures(f"http://scraper:hunter22@127.0.0.1:{server.port}/metrics")
    assert "***" in why(found)
    assert "hunter22" not in repr(found)
    assert "hunter22" not in repr(Places(metrics="http://scraper:hunter22@h/metrics"))


def test_metrics_of_now_say_nothing_of_a_window_long_ago(server):
    assert "they tell of now" in why(figures(server.url, now=NOW + HOUR))


def test_counters_are_those_of_the_window_once_there_was_an_earlier_look(server, tmp_path):
    def look(at, *counts):
        server.answer(CYCLES.format(*counts))
        return figures(server.url, window=Window(at - HOUR, at), now=at, cache=tmp_path).known["cycle"]

    first = look(NOW, 9_000, 9_000)
    assert (first.count, first.since) == (9_000, None)
    assert look(NOW + 20 * MINUTE, 9_000, 9_020).since is None  # too short a stretch to stand for an hour
    slow = look(NOW + HOUR, 9_000, 9_060)
    assert (slow.count, slow.since, slow.value > 14) == (60, NOW, True)
    assert slow.count < 9_060
    quick = look(NOW + 2 * HOUR - SECOND, 9_060, 9_120)  # a second earlier than the run before it
    assert (quick.count, quick.since, quick.value < 5) == (60, NOW + HOUR, True)
    anew = look(NOW + 3 * HOUR, 10, 10)
    assert (anew.count, anew.since) == (10, None)
    (kept,) = (tmp_path / "collector").iterdir()
    kept.write_text("[[")
    assert look(NOW + 4 * HOUR, 70, 70).since is None


def test_a_counter_that_stands_still_is_not_checked(server, tmp_path):
    server.answer(CYCLES.format(7, 7))
    figures(server.url, cache=tmp_path)
    found = figures(server.url, window=Window(NOW, NOW + HOUR), now=NOW + HOUR, cache=tmp_path)
    assert found.unknown["cycle"] == "cycle_seconds has counted nothing since the window began"


def test_looks_stay_few_and_young(server, tmp_path):
    from dq.sources.figures import scrapes

    path = tmp_path / "looks.json"
    for minute in range(0, 3 * 24 * 60, 20):
        scrapes.keep(path, scrapes.Look(NOW + minute * MINUTE, {"a": float(minute)}))
    looks = json.loads(path.read_text())
    assert len(looks) < 80
    assert looks[0][0] >= looks[-1][0] - 2 * DAY - HOUR
    assert [entry.name for entry in tmp_path.iterdir()] == ["looks.json"]


def test_the_name_that_its_owner_gave_decides(server):
    server.answer(CYCLES.format(7, 7) + CYCLES.format(0, 9).replace("cycle_seconds", "sweep_cycle_s"))
    assert figures(server.url).known["cycle"].place == "cycle_seconds"
    assert figures(server.url, names={"cycle": "sweep_cycle_s"}).known["cycle"].count == 9
    assert "there is no nothing" in figures(server.url, names={"cycle": "nothing"}).unknown["cycle"]


@pytest.mark.parametrize(
    ("names", "measure", "expected"),
    [
        (["cycle_seconds", "cycle_sleep_seconds"], "cycle", "cycle_seconds"),
        (["bot_fetchCycle_ms", "bot_poll_ms"], "cycle", "bot_fetchCycle_ms"),
        (["write_seconds", "db_upsert_seconds"], "upsert", "db_upsert_seconds"),
        (["process_virtual_memory_bytes", "rss_bytes"], "memory", "rss_bytes"),
        (["recycled_seconds", "bicycle"], "cycle", None),
    ],
)
def test_names_are_read_by_their_words(names, measure, expected):
    assert chosen(names, measure, {}) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_nineteen_of_twenty_values_do_not_exceed_the_percentile(values):
    percentile = of_values(values)
    assert percentile in values
    assert sum(one > percentile for one in values) <= len(values) / 20
    assert sum(one >= percentile for one in values) >= len(values) / 20


@given(st.lists(st.floats(0.001, 1e3), min_size=1, max_size=60), st.sets(st.floats(0.001, 1e3), min_size=1, max_size=8))
def test_the_percentile_of_a_histogram_lies_in_the_bucket_of_that_of_the_values(values, bounds):
    cumulative = {bound: float(sum(one <= bound for one in values)) for bound in [*bounds, float("inf")]}
    found, beyond = of_buckets(cumulative)
    exact = of_values(values)
    lower = max((bound for bound in bounds if bound < exact), default=0.0)
    upper = min((bound for bound in bounds if bound >= exact), default=None)
    assert beyond == (upper is None)
    assert lower <= found <= (upper or lower) * (1 + 1e-9)


def test_metrics_answer_what_the_log_does_not(tmp_path, server):
    path = tmp_path / "bot.jsonl"
    path.write_text(json.dumps({"timestamp": (NOW - MINUTE) / SECOND, "operation": "cycle", "duration_ms": 1000}))
    server.answer("process_resident_memory_bytes 1e8\n")
    found = read_figures(Places(metrics=server.url, log=path), LAST_HOUR, NOW)
    assert {name: one.place for name, one in found.known.items()} == {
        "cycle": "its log (cycle)",
        "memory": "process_resident_memory_bytes",
    }
    assert "bot.jsonl: no entry" in found.unknown["upsert"]
    assert "its metrics: no histogram" in found.unknown["upsert"]


@pytest.fixture
def run(tmp_path):
    """The run over an hour of good bars, with those settings of the collector."""
    rows = "".join(f"{(NOW - minute * MINUTE) // SECOND},1,1,1,1,{minute}\n" for minute in range(60, 0, -1))
    (tmp_path / "bars.csv").write_text(f"timestamp,open,high,low,close,volume\n{rows}")

    def running(collector, suite="collector"):
        settings = Settings(history=tmp_path / "history", cache=tmp_path, collector=collector)
        access = Access(str(tmp_path / "bars.csv"), instrument="BTC-USD")
        asked = Asked(access, settings, now=NOW, at=NOW, window=HOUR, suite=suite, record=False)
        return validate(asked, "0").run

    return running


def verdicts(run):
    return {one.check: one.verdict for one in run.series[0].checks if one.check.startswith(("slow_", "excessive_"))}


def test_a_run_tells_what_the_collector_tells(run, server, tmp_path):
    server.answer(CYCLES.format(0, 60) + "process_resident_memory_bytes 1e9\n")
    told = run(CollectorSettings(metrics=f"{server.url}/metrics"))
    assert (told.exit_code, told.verdict) == (1, "fail")
    assert [(one.check, one.severity, one.series) for one in told.findings] == [
        ("slow_cycle", "warning", None),
        ("excessive_memory", "warning", None),
    ]
    assert len(told.incidents) == 2
    assert verdicts(told) == {
        "slow_cycle": "fail",
        "slow_upsert": "not_checked",
        "excessive_retry": "not_checked",
        "excessive_memory": "fail",
    }


def test_a_collector_that_does_not_answer_keeps_no_run_from_its_verdict(run, tmp_path, server):
    silent = CollectorSettings(metrics="http://127.0.0.1:9/metrics", log=tmp_path / "none.jsonl")
    told = run(silent)
    assert (told.exit_code, told.errors, set(verdicts(told).values())) == (0, (), {"not_checked"})
    server.seen.clear()
    assert verdicts(run(replace(silent, metrics=server.url), suite="ohlc_1m")) == {}
    assert server.seen == []


def test_secrets_in_labels_are_shown_to_nobody(run, server):
    label = '{{operation="cycle https://me:hunter22@h/x{0}"}}'
    server.answer("".join(f"cycle_seconds_p95{label.format(one)} 12\n" for one in "ab"))
    told = run(CollectorSettings(metrics=server.url))
    assert "may all tell of it" in next(one.reason for one in told.series[0].checks if one.check == "slow_cycle")
    server.answer(f"cycle_seconds_p95{label.format('a')} 12\nprocess_resident_memory_bytes 8e8\n")
    loud = run(CollectorSettings(metrics=server.url))
    slow = next(one for one in loud.findings if one.check == "slow_cycle")
    assert slow.severity == "warning"
    assert slow.message.startswith("One in twenty of its cycles took 12 s or longer; 8 s is allowed. So says cycle_")
    assert slow.message.endswith(", by its own reckoning.")
    assert "hunter22" not in f"{told}{loud}"
