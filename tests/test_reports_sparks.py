"""Completeness as a row of signs: holes are seen, closed hours are blank, and colours are there where they are wanted."""

import re

import numpy as np
import pytest
from html_samples import BTC, NQ, lifelike, run, verdict
from market_samples import NOON, instant, market_of, taken, walk
from validate_support import holed

from dq.model import DAY, HOUR, MINUTE, Finding, Series, Window
from dq.reports.sparks import BLOCKS, CLOSED, DIGITS, LONGEST, sparks
from dq.reports.text import render

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
HALF = (("█", "pass"), (CLOSED, ""), ("▄", "warning"), ("▁", "critical"))


def drawn(series, bars, start, end, findings=(), signs=BLOCKS, missing=1):
    """The row of one series, of bars that open from `start` on until `end`, and its colours."""
    key = series.instrument, series.interval
    judged = verdict(series, bars, missing_bars=missing)
    late = 2 * MINUTE  # a bar is due when it is complete, and a minute later
    markets = {key: market_of(bars, series, window=Window(start + late, end + late), as_of=end + late)}
    rows = sparks(run([judged], findings), {key: bars.ordered}, markets, signs)
    row = rows.get(series.name, ())
    return "".join(sign for sign, _ in row), [colour for _, colour in row]


def lost(first, last, cause="hole", series=BTC):
    """A finding of bars that are missing from one minute after noon to another."""
    return Finding("missing_bar", "info", series, NOON + first * MINUTE, NOON + last * MINUTE, 1, "Lost.", cause=cause)


def test_a_hole_is_seen_where_it_is():
    bars = taken(walk(28), np.r_[0:7, 13:20, 21:28])
    row, colours = drawn(BTC, bars, NOON, NOON + 28 * MINUTE)
    assert row == "█" * 7 + "▁" * 6 + "█" * 7 + "▁" + "█" * 7
    assert colours[6:8] == ["pass", "critical"]


def test_one_bar_of_many_is_enough_to_be_seen():
    bars = taken(walk(28 * 60), np.r_[0:30, 31 : 28 * 60 - 59])
    row, colours = drawn(BTC, bars, NOON, NOON + 28 * HOUR)
    assert row == "▇" + "█" * 26 + "▂"
    assert (colours[0], colours[1], colours[-1]) == ("warning", "pass", "warning")


def test_what_was_not_owed_for_certain_is_not_missed():
    bars = taken(walk(28), np.r_[0:7, 14:28])
    for cause, shown in (("halt", CLOSED), ("quiet", CLOSED), ("hole", "▁")):
        row, _ = drawn(BTC, bars, NOON, NOON + 28 * MINUTE, [lost(7, 13, cause)])
        assert row == "█" * 7 + shown * 7 + "█" * 14


def test_closed_hours_are_blank():
    start = instant("2026-03-11T12:00")
    bars = walk(28 * 60, start=start)
    row, _ = drawn(NQ, taken(bars, np.r_[0:60, 120 : 28 * 60]), start, start + 28 * HOUR)
    assert row == "█▁" + "█" * 7 + CLOSED + "█" * 18  # from 16 to 17 o'clock in Chicago


def test_bars_of_days_are_a_sign_each():
    daily = Series("BTC-USD", DAY, "24/7")
    start = instant("2026-03-02")
    row, _ = drawn(daily, taken(walk(20, start=start, interval=DAY), np.r_[0:9, 10:20]), start, start + 20 * DAY)
    assert row == "█" * 9 + "▁" + "█" * 10


@pytest.mark.parametrize("minutes", [1, 5, 29, 121, 4000, 60_000])
def test_a_row_is_never_long_and_has_no_part_without_bars(minutes):
    row, _ = drawn(BTC, walk(minutes), NOON, NOON + minutes * MINUTE, signs=DIGITS)
    assert set(row) == {"8"}
    assert len(row) == min(minutes, LONGEST)


def test_series_that_miss_nothing_have_none():
    assert drawn(BTC, walk(28), NOON, NOON + 28 * MINUTE, missing=0) == ("", [])


def test_it_stands_before_the_numbers_and_lets_lines_be_no_longer():
    series = [verdict(BTC, lifelike(BTC), missing_bars=3), verdict(NQ, lifelike(NQ), verdict="unknown")]
    lines = render(run(series), width=80, sparks={BTC.name: HALF}).splitlines()[-2:]
    assert lines[0] == "BTC-USD 1m  fail     █ ▄▁  60 bars, 95 % complete"
    assert lines[1] == "NQ=F 1m     unknown        60 bars, 100 % complete"
    narrow = render(run(series), width=60, sparks={BTC.name: HALF})
    assert "▄" not in narrow
    painted = render(run(series), width=80, coloured=True, sparks={BTC.name: HALF})
    assert "\x1b[35;1munknown\x1b[0m" in painted
    assert "\x1b[33;1m▄\x1b[0m\x1b[31;1m▁\x1b[0m" in painted
    assert ESCAPES.sub("", painted).splitlines()[-2:] == lines


@pytest.mark.parametrize(
    ("words", "environment", "coloured"),
    [
        ((), {"NO_COLOR": ""}, False),
        ((), {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (("--color",), {"NO_COLOR": "1", "TERM": "dumb"}, True),
        (("--no-color",), {"NO_COLOR": "", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_come_where_they_are_wanted(desk, tmp_path, words, environment, coloured):
    desk.write("bars.csv", holed())
    answer = desk.ask("bars.csv", *words, **environment)
    assert ("\x1b[31;1mFAIL" in answer.out) is coloured
    assert re.search("█+.*▁+.*█+", answer.out)
    desk.ask("bars.csv", *words, "--output", "told.txt", **environment)
    assert "\x1b" not in (tmp_path / "told.txt").read_text("utf-8")
