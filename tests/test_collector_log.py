"""A collector's own log: rotated, half written, long, broken; and what its entries say of retries."""

import json

import pytest
from market_samples import instant

from dq.model import DAY, HOUR, MINUTE, SECOND, Window
from dq.sources.figures import Places, read_figures, tail

NOW = instant("2026-03-04T15:00")
LAST_HOUR = Window(NOW - HOUR, NOW)


def why(found):
    """The one reason for all that is unknown."""
    assert found.known == {}
    (reason,) = set(found.unknown.values())
    return reason


def entry(at, **said):
    return json.dumps({"timestamp": at / SECOND, "operation": "cycle", "duration_ms": 1000, **said}) + "\n"


def of_log(path, window=LAST_HOUR):
    return read_figures(Places(log=path), window, NOW)


def test_a_log_that_was_rotated_is_read_across_the_seam(tmp_path):
    path = tmp_path / "bot.jsonl"
    path.write_text("".join(entry(NOW - minute * MINUTE) for minute in range(20, 0, -1)))
    (tmp_path / "bot.jsonl.1").write_text("".join(entry(NOW - minute * MINUTE) for minute in range(90, 20, -1)))
    found = of_log(path)
    assert (found.known["cycle"].count, found.notes) == (60, ())
    path.write_text("")
    assert of_log(path).known["cycle"].count == 40


def test_a_line_that_is_being_written_is_no_broken_one(tmp_path):
    path = tmp_path / "bot.jsonl"
    path.write_text(entry(NOW - MINUTE) + "Traceback (most recent call last):\n\n" + entry(NOW - SECOND)[:25])
    found = of_log(path)
    assert found.known["cycle"].count == 1
    assert found.notes == ("1 of 2 lines of bot.jsonl are no JSON with a timestamp.",)
    path.write_text(entry(NOW - MINUTE).rstrip("\n"))
    assert of_log(path).known["cycle"].count == 1


def test_of_a_long_log_only_the_end_is_read(tmp_path, monkeypatch):
    path = tmp_path / "bot.jsonl"
    lines = [entry(NOW - 100_000 * SECOND + at * SECOND) for at in range(100_000)]
    lines.insert(99_990, entry(1_000_000))  # a clock that had not been set yet
    path.write_text("".join(lines))
    found = tail.tail(path, NOW - HOUR, NOW)
    assert len(found.entries) == 3_600
    assert found.lines < 12_000
    monkeypatch.setattr(tail, "MOST", 300_000)
    short = tail.tail(path, NOW - DAY, NOW)
    assert short.short
    assert 0 < len(short.entries) < 100_000


def test_a_log_that_cannot_be_read_is_a_reason(tmp_path):
    assert "there is no file" in why(of_log(tmp_path / "none.jsonl"))
    assert "cannot be read" in why(of_log(tmp_path))
    path = tmp_path / "bot.jsonl"
    path.write_bytes(bytes(range(256)) * 300)
    assert "no line that is a JSON document" in why(of_log(path))
    path.write_text("")
    assert why(of_log(path)).endswith("it is empty")
    path.write_text(entry(NOW - DAY))
    assert "it has no entry in the window" in why(of_log(path))


@pytest.mark.parametrize(
    ("lines", "share"),
    [
        ([{"operation": "cycle", "retries": 3, "requests": 12}] * 2, 0.25),
        ([{"operation": "fetch", "component": "yahoo"}] * 4 + [{"event": "retrying in 2 s"}], 0.25),
        ([{"operation": "fetch", "component": "yahoo"}, {"operation": "call", "component": "db", "attempt": 2}], 0.0),
        ([{"operation": "fetch", "retries": 2}, {"operation": "cycle", "retries": 2}], 2.0),
        ([{"operation": "fetch", "attempt": 1, "message": "retrying"}, {"operation": "fetch", "attempt": 2}], 1.0),
        ([{"operation": "fetch"}, {"operation": "fetch_retry", "status": "retry"}], 1.0),
    ],
)
def test_retries_are_counted_however_they_are_told(lines, share, tmp_path):
    path = tmp_path / "bot.jsonl"
    db = [{"operation": "call", "component": "db"}] if any("db" in str(one) for one in lines) else []
    path.write_text("".join(entry(NOW - MINUTE, **one) for one in [*lines, *db]))
    assert of_log(path).known["retries"].value == share


@pytest.mark.parametrize(
    ("line", "second"),
    [
        ({"timestamp": "2026-03-04T14:30:05Z", "operation": "cycle", "duration_ms": 9000}, 5),
        ({"@timestamp": "2026-03-04T15:30:05.000+01:00", "event": "cycle finished", "elapsed_seconds": "9"}, 5),
        ({"time": "2026-03-04 14:30:05,000", "extra": {"op": "run_cycle", "duration": 9.0}}, 5),
        ({"ts": 1772634605, "action": "fetchCycle", "took_ms": 9000}, 5),
        ({"ts": 1772634605000, "operation": "Cycle #17", "duration_seconds": 9}, 5),
        ({"timestamp": "2026-03-04T14:30:05.123456789Z", "task": "cycle", "latency_ms": 9000.0}, 5),
    ],
)
def test_fields_may_be_called_in_many_ways(line, second, tmp_path):
    path = tmp_path / "bot.jsonl"
    path.write_text(json.dumps(line) + "\n")
    start = instant("2026-03-04T14:30") + second * SECOND
    assert of_log(path, Window(start, start + SECOND)).known["cycle"].value == 9.0
    assert of_log(path, Window(start + SECOND, NOW)).known == {}


@pytest.mark.parametrize(
    "field", [{"rss_bytes": 8e8}, {"memory_mb": 800}, {"process": {"memory_rss_kb": 8e5}}, {"rss": 800_000_000}]
)
def test_memory_is_told_in_many_units(field, tmp_path):
    path = tmp_path / "bot.jsonl"
    path.write_text(entry(NOW - MINUTE, **field) + entry(NOW - 2 * MINUTE, rss_bytes=1) + entry(NOW - SECOND))
    assert of_log(path).known["memory"].value == 8e8


def test_the_words_of_a_log_are_shown_without_what_a_terminal_would_obey(tmp_path):
    path = tmp_path / "bot.jsonl"
    path.write_text(entry(NOW - MINUTE, operation="cycle\x1b[31m\u202e" + "x" * 300))
    place = of_log(path).known["cycle"].place
    assert place.isprintable()
    assert len(place) < 100
