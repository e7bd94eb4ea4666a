"""Why bars are missing: the market was quiet, halted or closed early, or somebody lost them."""

import numpy as np
import pytest
from market_samples import answers, instant, market_of

from dq.calendars import sessions
from dq.explain.causes import explain_gaps
from dq.explain.gaps import Gaps
from dq.model import CAUSES, DAY, MINUTE, Bars, Series, lay_slots

FIVE = 5 * MINUTE
FIRST, LAST = "2025-05-05", "2025-05-14"  # eight sessions


def series(name="AAPL", calendar="XNYS", interval=FIVE):
    return Series(name, interval, calendar)


def owed(one, first=FIRST, last=LAST):
    """Timestamps of every bar that the market owes from the first to the last date, both included."""
    start, end = instant(first), instant(last) + DAY
    slots = lay_slots(one, sessions(one.calendar, start, end), 0, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))
    return stamps[(stamps >= start) & (stamps < end)]


def stretch(first, last, interval=FIVE):
    """Timestamps from `first` to before `last`, as in `2025-05-14T15:00`."""
    return np.arange(instant(first), instant(last), interval)


def gaps(one, stamps):
    """The missing runs of a series that has those bars."""
    price = np.full(len(stamps), 100.0)
    bars = Bars(stamps, price, price, price, price, price)
    market = market_of(bars, one)
    return Gaps(market, answers(bars, market)["missing_bar"].suspects, stamps)


def without(stamps, *lost):
    return stamps[~np.isin(stamps, np.concatenate(lost))]


def causes(*several):
    """The causes of the runs of each series."""
    return [[CAUSES[code] for code in found["cause"]] for found in explain_gaps(several)]


LOST = stretch("2025-05-14T15:00", "2025-05-14T15:20")


def test_a_gap_in_a_liquid_series_is_a_hole():
    assert causes(gaps(series(), without(owed(series()), LOST))) == [["hole"]]


def test_the_same_gap_in_a_thin_series_is_quiet():
    stamps = owed(series())
    thin = stamps[np.random.default_rng(1).random(len(stamps)) < 0.4]
    thin = np.union1d(without(thin, LOST), [LOST[0] - FIVE, LOST[-1] + FIVE])
    found = gaps(series(), thin)
    at = found.runs["start"].tolist().index(int(LOST[0]))
    assert causes(found)[0][at] == "quiet"


def test_hours_without_a_trade_are_a_hole_in_a_thin_series_too():
    stamps = owed(series())
    thin = stamps[np.random.default_rng(1).random(len(stamps)) < 0.4]
    lost = stretch("2025-05-14T15:00", "2025-05-14T18:00")
    found = gaps(series(), without(thin, lost))
    at = int(np.flatnonzero((found.runs["start"] <= lost[0]) & (found.runs["end"] >= lost[-1]))[0])
    assert causes(found)[0][at] == "hole"


def test_bars_that_are_never_there_at_that_time_of_day_are_quiet():
    lunch = np.concatenate([stretch(f"2025-05-{day:02}T16:00", f"2025-05-{day:02}T17:00") for day in range(5, 15)])
    assert set(causes(gaps(series(), without(owed(series()), lunch)))[0]) == {"quiet"}


def test_a_collector_that_drops_every_fifth_bar_is_no_quiet_market():
    stamps = owed(series())
    dropped = stamps[stamps >= instant(LAST)][4:-1:5]
    assert set(causes(gaps(series(), without(stamps, dropped)))[0]) == {"hole"}


def test_four_sessions_are_too_few_to_say():
    stamps = owed(series(), "2025-05-09")
    assert causes(gaps(series(), without(stamps, LOST))) == [["unknown"]]


def test_two_series_that_miss_the_same_time_are_an_outage():
    one, other = series("AAPL"), series("MSFT")
    later = stretch("2025-05-14T15:15", "2025-05-14T15:40")
    found = causes(gaps(one, without(owed(one), LOST)), gaps(other, without(owed(other), later)))
    assert found == [["outage"], ["outage"]]


def test_two_series_that_miss_different_times_have_a_hole_each():
    one, other = series("AAPL"), series("MSFT")
    later = stretch("2025-05-14T15:20", "2025-05-14T15:40")
    found = causes(gaps(one, without(owed(one), LOST)), gaps(other, without(owed(other), later)))
    assert found == [["hole"], ["hole"]]


def test_a_series_that_is_quiet_is_no_witness_of_an_outage():
    one, other = series("AAPL"), series("THIN")
    stamps = owed(other)
    thin = without(stamps[np.random.default_rng(1).random(len(stamps)) < 0.4], LOST)
    found = causes(gaps(one, without(owed(one), LOST)), gaps(other, thin))
    assert found[0] == ["hole"]
    assert "outage" not in found[1]


def test_a_dated_halt_explains_what_lies_within_it():
    globex = series("NQ=F", "CME_Equity", 15 * MINUTE)
    halted = stretch("2025-11-28T02:45", "2025-11-28T13:30", 15 * MINUTE)
    lost = stretch("2025-11-28T15:00", "2025-11-28T15:30", 15 * MINUTE)
    stamps = owed(globex, "2025-11-19", "2025-11-28")
    assert causes(gaps(globex, without(stamps, halted, lost))) == [["halt", "hole"]]


def test_a_hole_that_begins_long_before_a_halt_is_not_explained_by_it():
    globex = series("NQ=F", "CME_Equity", 15 * MINUTE)
    lost = stretch("2025-11-28T01:00", "2025-11-28T13:30", 15 * MINUTE)
    assert causes(gaps(globex, without(owed(globex, "2025-11-19", "2025-11-28"), lost))) == [["hole"]]


AFTERNOON = stretch("2025-05-13T17:00", "2025-05-13T20:00")
SHARES = ("AAPL", "MSFT", "NVDA", "META")


def stopped(count, lost=AFTERNOON, *, stranger=True):
    """So many shares that stop together, and a market of another calendar that goes on."""
    shares = [gaps(series(name), without(owed(series(name)), lost)) for name in SHARES[:count]]
    bitcoin = series("BTC-USD", "24/7")
    other = without(owed(bitcoin), stretch("2025-05-13T17:30", "2025-05-13T17:40"))
    return [*shares, gaps(bitcoin, other)] if stranger else shares


def test_three_series_that_stop_until_the_close_put_the_calendar_on_trial():
    assert causes(*stopped(3))[:3] == [["calendar_suspect"]] * 3


def test_a_market_that_misses_nothing_shows_too_that_the_source_was_alive():
    shares, bitcoin = stopped(3, stranger=False), owed(series("BTC-USD", "24/7"))
    told = explain_gaps(shares, witnesses=[("24/7", bitcoin)])
    assert {CAUSES[code] for found in told for code in found["cause"]} == {"calendar_suspect"}
    told = explain_gaps(shares, witnesses=[("24/7", bitcoin[bitcoin < AFTERNOON[0]])])
    assert {CAUSES[code] for found in told for code in found["cause"]} == {"outage"}


def test_the_market_that_goes_on_is_judged_for_itself():
    assert "calendar_suspect" not in causes(*stopped(3))[3]


@pytest.mark.parametrize(
    ("count", "lost", "stranger"),
    [
        (2, AFTERNOON, True),
        (3, AFTERNOON, False),
        (3, AFTERNOON[:-3], True),
    ],
    ids=["two are too few", "nobody shows that the source was alive", "they come back before the close"],
)
def test_otherwise_series_that_stop_together_are_an_outage(count, lost, stranger):
    assert causes(*stopped(count, lost, stranger=stranger))[:count] == [["outage"]] * count


def test_one_series_that_falls_silent_until_the_close_is_a_hole():
    assert causes(*stopped(1, stranger=False)) == [["hole"]]


def test_a_run_keeps_all_but_its_cause():
    found = gaps(series(), without(owed(series()), LOST))
    (explained,) = explain_gaps([found])
    assert (explained["start"].tolist(), explained["end"].tolist()) == ([LOST[0]], [LOST[-1]])
    assert (explained["count"].tolist(), explained["length"].tolist()) == ([len(LOST)], [(len(LOST) + 1) * FIVE])


def doubted(one, lost, first, last):
    """The causes of a series with those bars lost, and the doubts of its calendar."""
    found = gaps(one, without(owed(one, first, last), lost))
    return [CAUSES[code] for code in explain_gaps([found])[0]["cause"]], found.market.sessions.doubts


CHRISTMAS = ("2025-12-15", "2025-12-26")


@pytest.mark.parametrize(
    ("first", "last", "cause"),
    [
        ("2025-12-24T18:15", "2025-12-24T22:00", "calendar_suspect"),  # the banks' half day, until the close
        ("2025-12-24T17:00", "2025-12-24T22:00", "hole"),  # it began before anybody says so
        ("2025-12-24T19:00", "2025-12-24T20:00", "hole"),  # and here it was open again
        ("2025-12-23T18:15", "2025-12-23T22:00", "hole"),  # an ordinary day
    ],
)
def test_a_second_calendar_that_has_the_market_closed_puts_ours_on_trial(first, last, cause):
    causes_of, doubts = doubted(series("EURUSD=X", "FX"), stretch(first, last), *CHRISTMAS)
    assert causes_of == [cause]
    assert doubts


@pytest.mark.parametrize(
    ("calendar", "lost", "cause"),
    [
        ("XSHG", "2027-02-11", "calendar_suspect"),  # closed all day, says the other
        ("XASX", "2022-12-23", "hole"),  # an early close is no day without a bar
    ],
)
def test_a_daily_bar_is_excused_where_a_second_calendar_has_the_whole_day_closed(calendar, lost, cause):
    daily, day = Series("X", DAY, calendar), instant(lost)
    stamps = owed(daily, str(np.datetime64(lost) - 40), str(np.datetime64(lost) + 6))
    found = gaps(daily, without(stamps, [day]))
    codes = explain_gaps([found])[0]["cause"]
    assert [CAUSES[code] for code in codes[found.runs["start"] == day]] == [cause]
