"""A quiet market leaves slots empty where it is calm; a collector loses bars anywhere, or at the same minute each day."""

from dataclasses import replace

import numpy as np
import pytest
from market_samples import answers, instant, market_of, taken

from dq.calendars import sessions
from dq.checks import checks
from dq.explain.causes import explain_gaps
from dq.explain.gaps import Gaps
from dq.model import CAUSES, DAY, MINUTE, Bars, Series, lay_slots
from dq.suites.wording import finding

FIVE = 5 * MINUTE
SHARE = Series("AAPL", FIVE, "XNYS")
FIRST, LAST = "2025-04-21", "2025-05-23"  # 25 sessions


def traded(rate, one=SHARE, first=FIRST, last=LAST, seed=1):
    """Bars of a market in which trades come by chance, `rate` of them per slot on average; none, no bar.

    Args:
        rate: a number, or what gives one from slots' places in their session (0 to 1).
    """
    random = np.random.default_rng(seed)
    start, end = instant(first), instant(last) + DAY
    slots = lay_slots(one, sessions(one.calendar, start - DAY, end + DAY), 0, MINUTE)
    numbers = np.arange(len(slots))
    session = np.searchsorted(slots.before, numbers, side="right") - 1
    place = (numbers - slots.before[session]) / np.diff(slots.before)[session]
    count = random.poisson(
        rate(place) if callable(rate) else np.full(len(slots), rate) * random.lognormal(0, 0.5, len(slots))
    )
    rows = []
    price = 1000.0
    for number in numbers[count > 0].tolist():
        trades = price + np.cumsum(random.integers(-2, 3, count[number]))
        rows.append((trades[0], trades.max(), trades.min(), trades[-1], 100.0 * count[number]))
        price = trades[-1]
    return Bars(slots.timestamps(numbers[count > 0]), *(np.array(column) for column in zip(*rows, strict=True)))


def explained(bars, one=SHARE):
    market = market_of(bars, one)
    runs = answers(bars, market)["missing_bar"].suspects
    (found,) = explain_gaps([Gaps(market, runs, bars.timestamp, bars.ordered)])
    return found, market


def share_of(found, cause):
    return float((found["cause"] == CAUSES.index(cause)).mean())


def losing(bars, seed=2, share=0.05):
    return taken(bars, np.flatnonzero(np.random.default_rng(seed).random(len(bars)) >= share))


def by_place(bars, keep, one=SHARE):
    """Those bars of which `keep` says so from the place of their slot in its session, and the session's number."""
    start, end = instant(FIRST) - 40 * DAY, instant(LAST) + 10 * DAY
    slots = lay_slots(one, sessions(one.calendar, start, end), 0, MINUTE)
    number = slots.number(bars.timestamp)
    session = np.searchsorted(slots.before, number, side="right") - 1
    return taken(bars, np.flatnonzero(keep(number - slots.before[session], slots.first[session] // DAY)))


def morning(place):
    """Lively at the open and at the close, nearly nobody at noon."""
    return 1.5 + 60 * (2 * place - 1) ** 4


def test_bars_lost_at_random_from_a_liquid_series_are_holes():
    found, _ = explained(losing(traded(40)))
    assert len(found) > 50
    assert share_of(found, "hole") == 1


def test_slots_that_a_thin_market_leaves_empty_are_quiet():
    found, _ = explained(traded(morning))
    assert len(found) > 50
    assert share_of(found, "quiet") > 0.95


def test_a_market_equally_thin_at_all_times_is_quiet_too():
    found, _ = explained(traded(1.2))
    assert share_of(found, "quiet") > 0.95


def test_a_thin_market_s_losses_in_its_lively_hours_are_holes():
    bars = traded(morning)
    lost = (np.random.default_rng(3).random(len(bars)) < 0.06) & (bars.volume > 2000)
    found, _ = explained(taken(bars, np.flatnonzero(~lost)))
    at = np.isin(found["start"], bars.timestamp[lost])
    assert at.sum() > 10
    assert share_of(found.take(at), "hole") > 0.9
    assert share_of(found.take(~at), "quiet") > 0.9


def test_timestamps_alone_know_less_but_know_habits():
    bars = traded(1.2)
    market = market_of(bars, SHARE)
    runs = answers(bars, market)["missing_bar"].suspects
    (found,) = explain_gaps([Gaps(market, runs, bars.timestamp)])
    assert share_of(found, "quiet") > 0.9


def test_the_same_minute_of_every_session_is_one_hole_that_says_so():
    bars = by_place(traded(40), lambda place, _: place != 6)  # 10:00
    found, market = explained(bars)
    told = finding(checks()["missing_bar"], found, 0, "warning", market)
    assert len(found) == 1
    assert (told.cause, told.count, told.observed) == ("hole", 25, 25)
    assert told.message == "25 bars missing in this series alone, at the same time of 25 sessions."
    assert (told.start, told.end) == (instant("2025-04-21T14:00"), instant("2025-05-23T14:00"))


def test_it_says_so_where_the_window_holds_but_one_of_them():
    bars = by_place(traded(40), lambda place, _: place != 6)
    market = market_of(bars, SHARE)
    runs = answers(bars, market)["missing_bar"].suspects
    (found,) = explain_gaps([Gaps(market, runs.take(slice(24, 25)), bars.timestamp)])
    assert (CAUSES[found["cause"][0]], found["count"][0], found["observed"][0]) == ("hole", 1, 21)


def test_the_first_bars_of_every_monday_are_one_hole():
    monday = 4  # 1970-01-01 was a Thursday
    bars = by_place(traded(40), lambda place, day: (place > 2) | (day % 7 != monday))
    found, _ = explained(bars)
    found = found.take(found["count"] > 1)
    assert [CAUSES[code] for code in found["cause"]] == ["hole"]
    assert found["observed"][0] >= 4


def test_a_break_that_no_calendar_knows_is_quiet():
    bars = by_place(traded(40), lambda place, _: (place < 30) | (place >= 42))
    found, _ = explained(bars)
    assert len(found) == 25
    assert share_of(found, "quiet") == 1


def test_an_afternoon_is_compared_with_afternoons():
    tokyo = Series("7203.T", FIVE, "XTKS")
    bars = traded(40, tokyo, "2025-05-12", "2025-06-13")
    local = (bars.timestamp + 9 * 60 * MINUTE) % DAY // FIVE
    opening = (local >= 12.5 * 12) & (local < 12.5 * 12 + 2)  # the two first bars after lunch
    found, _ = explained(taken(bars, np.flatnonzero(~opening)), tokyo)
    assert [CAUSES[code] for code in found["cause"]] == ["hole"]
    assert found["observed"][0] == 25


@pytest.mark.parametrize("known", ["volume", "range"])
def test_either_volume_or_range_says_how_lively_a_market_is(known):
    bars = losing(traded(40))
    price = np.full(len(bars), 1000.0)
    bars = (
        replace(bars, high=np.maximum(price, 1000 + bars.volume / 100), open=price, low=price, close=price)
        if known == "range"
        else bars
    )
    bars = replace(bars, volume=np.full(len(bars), np.nan)) if known == "range" else bars
    found, _ = explained(bars)
    assert share_of(found, "hole") > 0.95


def test_bars_full_of_nan_are_judged_all_the_same():
    bars = losing(traded(40))
    nothing = np.full(len(bars), np.nan)
    found, _ = explained(replace(bars, open=nothing, high=nothing, low=nothing, close=nothing, volume=nothing))
    assert len(found) > 50
