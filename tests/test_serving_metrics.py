"""What /metrics says: of rounds as they come and go, in both formats, as the manual, the rules and the dashboard name it."""

import json
import re
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import AT, BTC, NQ, run, sick_run
from market_samples import NOON, taken, walk
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parsed_open
from prometheus_client.parser import text_string_to_metric_families as parsed
from ruamel.yaml import YAML
from serving_support import AUDIT, FAST, WELL, Clock, asked, served, told
from validate_support import csv_of

from dq.model import HOUR, MINUTE, SECOND, Life, Message, Parcel, Scope, SourceError
from dq.run import Asked, validate
from dq.serving import Due, Standing
from dq.serving.names import METRICS, PROCESS
from dq.settings import Settings
from dq.sources import Access
from dq.sources.retrying import retried

ROOT = Path(__file__).parent.parent
SICK = sick_run()[0]
EVERYTHING = {one.name for one in (*METRICS, *PROCESS)}
LIFE = Life(
    "i1", "s", "k", "missing_bar", None, "critical", "critical", "open", AT, AT, AT, AT, (), "", Scope("x", HOUR)
)
PARCEL = Parcel(Message("m", "s", "i1", "desk", "opened", "critical", "", "", "", AT - MINUTE), attempts=2, error="no")


@pytest.fixture
def serving(tmp_path):
    with closing(served(tmp_path, Clock())) as one:
        yield one


def samples(serving, **headers):
    """(name, labels) -> value, as a collector of metrics reads them."""
    status, told_of, body = asked(serving, "/metrics", **headers)
    assert status == 200
    parse = parsed_open if "openmetrics" in told_of["Content-Type"] else parsed
    found = [one for family in parse(body.decode()) for one in family.samples]
    numbers = {(one.name, tuple(sorted(one.labels.items()))): one.value for one in found}
    assert len(numbers) == len(found)
    return numbers


def value(serving, name, **labels):
    return samples(serving).get((name, tuple(sorted(labels.items()))))


def of_run(made, **more):
    one = told(WELL, **more)
    return replace(one, outcome=replace(one.outcome, run=made))


def families(numbers):
    return {re.sub(r"_(bucket|count|sum)$", "", name) if "dq_run_seconds" in name else name for name, _ in numbers}


def test_a_round_in_numbers(serving):
    assert value(serving, "dq_runs_total", cadence=FAST, verdict="fail") == 0  # so that a first one is an increase
    assert value(serving, "dq_next_run_timestamp_seconds", cadence=AUDIT) == (AT + 9 * HOUR) / SECOND
    serving.told(of_run(SICK, seconds=0.4, breaker="half-open", failures=2, heartbeat_failures=3, heartbeat_up=False))
    now = samples(serving)
    series = (("cadence", FAST), ("instrument", "BTC-USD"), ("interval", "1m"))
    assert now["dq_completeness_ratio", series] == 0.8
    assert now["dq_bars", series] == 60
    assert 0 < now["dq_quality_score", series] < 90
    assert now["dq_run_quality_score", (("cadence", FAST),)] < 50
    assert now["dq_findings", (("cadence", FAST), ("check", "price_spike"), ("severity", "critical"))] == 1
    assert now["dq_runs_total", (("cadence", FAST), ("verdict", "fail"))] == 1
    assert now["dq_verdict", (("cadence", FAST), ("verdict", "fail"))] == 1
    assert now["dq_verdict", (("cadence", FAST), ("verdict", "pass"))] == 0
    assert now["dq_series", (("cadence", FAST), ("verdict", "pass"))] == 3
    assert now["dq_run_seconds_bucket", (("cadence", FAST), ("le", "0.25"))] == 0
    assert now["dq_run_seconds_bucket", (("cadence", FAST), ("le", "0.5"))] == 1
    assert now["dq_run_seconds_sum", (("cadence", FAST),)] == 0.4
    assert now["dq_last_success_timestamp_seconds", (("cadence", FAST),)] == AT / SECOND
    assert now["dq_next_run_timestamp_seconds", (("cadence", FAST),)] == AT / SECOND + 60
    assert now["dq_breaker_state", (("state", "half-open"),)] == 1
    assert now["dq_breaker_state", (("state", "closed"),)] == 0
    surroundings = {
        name: now[name, ()] for name in ("dq_source_failures", "dq_heartbeat_failures_total", "dq_heartbeat_up")
    }
    assert list(surroundings.values()) == [2, 3, 0]


def test_what_is_gone_has_no_numbers(serving):
    serving.told(of_run(SICK))
    serving.told(told(WELL, cadence=AUDIT))
    shown = {dict(labels)["instrument"] for name, labels in samples(serving) if name == "dq_bars"}
    assert shown == {"BTC-USD", "NQ=F", "AAPL", "ES=F", "EURUSD=X"}
    serving.told(told(WELL))
    assert {dict(labels).get("instrument") for _, labels in samples(serving)} == {None, "BTC-USD"}
    serving.told(told(began=AT + MINUTE))
    now = samples(serving)
    assert {labels for name, labels in now if name == "dq_bars"} == {
        (("cadence", AUDIT), ("instrument", "BTC-USD"), ("interval", "1m"))
    }
    assert now["dq_last_success_timestamp_seconds", (("cadence", FAST),)] == AT / SECOND
    serving.expect({FAST: Due(MINUTE)})
    assert {dict(labels)["cadence"] for name, labels in samples(serving) if name == "dq_verdict"} == {FAST}


def test_many_series_are_bounded_and_the_worst_are_shown(serving):
    many = [
        replace(WELL, series=replace(BTC, instrument=f"S{at}"), missing_bars=int(at == 1_200)) for at in range(1_300)
    ]
    serving.told(of_run(run(many)))
    now = samples(serving)
    assert sum(name == "dq_bars" for name, _ in now) == 1_000
    assert now["dq_series_left_out", (("cadence", FAST),)] == 300
    assert ("dq_bars", (("cadence", FAST), ("instrument", "S1200"), ("interval", "1m"))) in now


def test_what_the_history_and_the_channels_say(serving):
    serving.stands(Standing([LIFE, replace(LIFE, state="resolved")], [PARCEL], ["desk", "mail"], 4096))
    now = samples(serving)
    assert [now["dq_incidents_open", (("severity", one),)] for one in ("info", "warning", "critical")] == [0, 0, 1]
    channels = [
        [now[name, (("channel", one),)] for one in ("desk", "mail")] for name in sorted(EVERYTHING) if "alert" in name
    ]
    assert channels == [[2, 0], [60, 0], [1, 0]]
    assert now["dq_history_bytes", ()] == 4096


def fresh(serving, folder, bars, as_of, name="BTC-USD"):
    """Freshness of real bars, judged at an instant."""
    (folder / "bars.csv").write_text(csv_of(bars, name))
    wanted = Settings(history=folder / "history", cache=folder / "cache")
    outcome = validate(Asked(Access(str(folder / "bars.csv")), wanted, NOON, as_of, window=HOUR, record=False), "0")
    serving.told(replace(told(WELL), outcome=outcome))
    assert value(serving, "dq_source_seconds", cadence=FAST) == outcome.source_seconds > 0
    return value(serving, "dq_freshness_market_seconds", instrument=name, interval="1m")


def test_freshness_is_counted_in_market_time(serving, tmp_path):
    bars = walk(120)
    end = NOON + 122 * MINUTE  # a minute after the end of the last bar
    assert fresh(serving, tmp_path, bars, end) == 0
    assert fresh(serving, tmp_path, bars, end + MINUTE) == 60
    assert fresh(serving, tmp_path, bars, end + 10 * MINUTE) == 600
    assert fresh(serving, tmp_path, bars, end + 5 * HOUR) == 5 * 3600  # longer than the window
    serving.told(told())
    assert value(serving, "dq_freshness_market_seconds", instrument="BTC-USD", interval="1m") is None


def test_a_closed_market_grows_no_older(serving, tmp_path):
    evening = walk(120, start=NOON + 7 * HOUR)  # up to 21:00 UTC, when New York closes
    ages = [
        fresh(serving, tmp_path, bars, NOON + hours * HOUR, name="AAPL")
        for bars in (evening, taken(evening, slice(0, 110)))
        for hours in (10, 14)
    ]
    assert ages == [0, 0, 600, 600]


def test_attempts_are_counted(serving):
    def fails():
        raise SourceError("The source did not answer.", passing=True)

    before = value(serving, "dq_source_retries_total")
    with pytest.raises(SourceError):
        retried(fails, 1, "reading")
    assert value(serving, "dq_source_retries_total") == before + 1


def test_both_formats_say_the_same(serving):
    serving.told(of_run(SICK))
    moving = {
        "dq_watch_silent_seconds",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
    }
    moving |= {"dq_threads", "process_virtual_memory_bytes"}
    still = [
        {key: value for key, value in samples(serving, **headers).items() if key[0] not in moving}
        for headers in ({}, {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"})
    ]
    assert still[0] == still[1]
    kind = asked(serving, "/metrics", Accept="application/openmetrics-text;version=x y")[1]["Content-Type"]
    assert kind.startswith("text/plain")
    assert samples(serving)["process_resident_memory_bytes", ()] > 10_000_000


def test_nobody_sees_half_of_a_round(serving):
    rounds = [of_run(run([replace(WELL, bars=at), replace(WELL, series=NQ, bars=at)])) for at in range(1, 40)]
    over, torn = threading.Event(), []

    def look():
        while not over.is_set():
            bars = [number for (name, _), number in samples(serving).items() if name == "dq_bars"]
            torn.append(len(set(bars)) > 1)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for one in lookers:
        one.start()
    for one in rounds:
        serving.told(one)
    over.set()
    for one in lookers:
        one.join()
    assert torn
    assert not any(torn)


def test_the_manual_names_what_is_there(serving, tmp_path):
    fresh(serving, tmp_path, walk(120), NOON + 121 * MINUTE, "X-USD")
    serving.told(of_run(SICK, cadence=AUDIT, heartbeat_up=True))
    serving.stands(Standing([LIFE], [PARCEL], ["desk"], 1))
    assert families(samples(serving)) == EVERYTHING
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.+?) \|$", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE
    )
    documented = {(name, kind, tuple(re.findall(r"\w+", labels)), about) for name, kind, labels, about in rows}
    assert documented == {(one.name, one.kind, one.labels, one.about) for one in (*METRICS, *PROCESS)}


def test_the_examples_of_the_manual_add_up():
    text = (ROOT / "docs/metrics.md").read_text().split("| a series of 60 bars")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.split("|")[2:-1]] for line in text.splitlines()[2:]]
    assert len(rows) == 8
    for *shares, score in rows:
        product = 100.0
        for share in shares:
            top, _, bottom = share.partition("/")
            product *= float(top) / float(bottom or 1)
        assert round(product, 1) == float(score)


FUNCTIONS = {"sum", "min", "max", "time", "increase", "rate", "absent", "histogram_quantile", "bottomk", "up"}
WORDS = FUNCTIONS | {"and", "or", "by", "on"}


def named(expression):
    """The metrics that an expression names; labels, functions and numbers are none."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on|without) \([^)]*\)|\$\w+", " ", expression)
    return (
        {re.sub(r"^(dq_run_seconds)_bucket$", r"\1", one) for one in re.findall(r"\b[a-z_:]+\b", bare)} - WORDS - {"e"}
    )


def test_rules_and_dashboard_name_what_is_there():
    rules = YAML(typ="safe").load((ROOT / "deploy/prometheus/dq.rules.yml").read_text())
    alerts = [one for group in rules["groups"] for one in group["rules"]]
    board = json.loads((ROOT / "deploy/grafana/dq.json").read_text())
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len({one["alert"] for one in alerts}) == len(alerts) > 10
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for expression in [*(one["expr"] for one in alerts), *shown]:
        assert named(expression) <= EVERYTHING, expression
        assert named(expression), expression
    labels = {label for one in METRICS for label in one.labels} | {"job", "le", "instance"}
    selected = {name for text in [*map(str, alerts), *shown] for name in re.findall(r'[{,] ?(\w+)=~?"', text)}
    assert selected <= labels
    assert all({"summary"} == set(one["annotations"]) and one["labels"]["severity"] for one in alerts)
