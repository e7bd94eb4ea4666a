"""What holds for any bars at all."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from market_samples import (
    AROUND_THE_CLOCK,
    NOON,
    OF_BARS,
    QUESTIONS,
    answers,
    instant,
    instants,
    market_of,
    spoiled,
    taken,
)

from dq import examine as driver
from dq.checks import checks
from dq.model import COLUMNS, DAY, HOUR, MINUTE, WEEK, Bars, Series, Window
from dq.model.ordering import order
from dq.run import Asked, validate
from dq.settings import SeriesSettings, Settings
from dq.sources import Access
from dq.suites import load_suite
from dq.suites.judging import judge, questions

EARLY, LATE = instant("1900-01-01"), instant("2200-01-01")
EXTREMES = [np.nan, np.inf, -np.inf, 1.7e308, -1.7e308, 0.0, -0.0, 5e-324, 100.0, 101.0]
PRICE = st.one_of(st.sampled_from(EXTREMES), st.floats())
STAMP = st.one_of(
    st.integers(0, 60).map(lambda minute: NOON + minute * MINUTE),
    st.integers(-(10**9), 10**9).map(lambda off: NOON + off),
    st.integers(EARLY, LATE),
)
SEED = st.integers(0, 10**6)
SUITE = load_suite("ohlc_1m")
OF_THE_SUITE = frozenset(questions(SUITE))
ASKED = list(dict.fromkeys([*QUESTIONS, *questions(SUITE)]))  # most of them are the same
ONLY_THEIR_ARRIVAL = {"out_of_order_timestamp"}
OF_TICKS = {"off_tick_price", "precision_loss"}


def trials(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@st.composite
def any_bars(draw):
    count = draw(st.integers(0, 30))
    stamps = draw(hnp.arrays(np.int64, count, elements=STAMP))
    return Bars(stamps, *(draw(hnp.arrays(np.float64, count, elements=PRICE)) for _ in COLUMNS))


def distrusted(bars, market, name):
    """The suspects of one check before neighbours are joined: start, end, cause and columns of each."""
    check = checks()[name]
    if check.not_checked(bars, market) is not None:
        return None
    shown = bars.ordered if check.view == "ordered" else bars
    with np.errstate(all="ignore"):  # as the driver asks
        found = check.function(shown, market) if check.needs_market else check.function(shown)
        found = check.whole(found, shown, market) if check.whole and len(found) else found
    return sorted(zip(*(found[one].tolist() for one in ("start", "end", "cause", "columns")), strict=True))


@trials(26)
@given(
    bars=any_bars(),
    live=st.booleans(),
    tick=st.sampled_from([None, 0.25]),
    interval=st.sampled_from([MINUTE, 7 * MINUTE, HOUR, DAY, WEEK]),
    label=st.sampled_from(["open", "close"]),
    allowed=st.booleans(),
    calendar=st.sampled_from(["24/7", "FX", "CME_Equity", "XTKS"]),
)
def test_no_bars_break_a_check_or_make_it_complain(bars, live, tick, interval, label, allowed, calendar):
    series = Series("X", interval, calendar, tick=tick, label=label, allow_non_positive=allowed)
    with warnings.catch_warnings(action="error"):
        market = market_of(bars, series, live=live)
        found = driver.examine(bars, market, ASKED)
        judge(SUITE, [answer for answer in found if answer.question in OF_THE_SUITE], market)
    assert [answer.question for answer in found] == ASKED


@trials(26)
@given(any_bars() | SEED.map(lambda seed: spoiled(seed, 60)), st.randoms(use_true_random=False))
def test_the_road_by_which_bars_came_does_not_change_them(bars, random):
    rows = list(range(len(bars)))
    random.shuffle(rows)
    one, other = order(bars), order(taken(bars, np.array(rows, np.int64)))
    for name in ("timestamp", *COLUMNS):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.repeats is None) == (other.repeats is None)
    if one.repeats is not None and other.repeats is not None:
        np.testing.assert_array_equal(one.repeats.copies, other.repeats.copies)
        np.testing.assert_array_equal(one.repeats.differs, other.repeats.differs)
        np.testing.assert_array_equal(one.repeats.spread, other.repeats.spread)


@trials(26)
@given(SEED)
def test_shuffling_rows_changes_only_what_is_said_of_their_order(seed):
    bars = spoiled(seed)
    shuffled = taken(bars, np.random.default_rng(seed).permutation(len(bars)))
    one, other = market_of(bars), market_of(shuffled)
    for name in set(OF_BARS) - ONLY_THEIR_ARRIVAL:
        assert distrusted(bars, one, name) == distrusted(shuffled, other, name), name
    as_arrived, by_chance = (answers(*asked) for asked in ((bars, one), (shuffled, other)))
    for name in set(OF_BARS) - ONLY_THEIR_ARRIVAL:
        assert told(as_arrived[name].suspects) == told(by_chance[name].suspects), name


def told(suspects):
    """Ranges with all that findings are made of; NaN equals itself."""
    names = ("start", "end", "count", "bars", "cause", "columns", "observed", "expected", "sigmas", "percent")
    return sorted(zip(*(map(repr, suspects[name].tolist()) for name in names), strict=True))


@trials(26)
@given(SEED, st.integers(-8, 8).map(lambda power: 2.0**power) | st.sampled_from([0.01, 3.7, 1e5]))
def test_the_unit_of_prices_changes_nothing(seed, unit):
    bars = spoiled(seed)
    scaled = replace(bars, **{name: bars.column(name) * unit for name in COLUMNS[:4]})
    one, other = market_of(bars), market_of(scaled)
    for name in set(OF_BARS) - OF_TICKS:
        assert distrusted(bars, one, name) == distrusted(scaled, other, name), name


@trials(26)
@given(SEED, st.booleans(), st.sampled_from([None, 0.3, 0.9]))
def test_a_series_in_many_blocks_is_the_same_as_in_one(seed, live, present):
    bars = spoiled(seed, 2500)
    as_of = None if present is None else NOON + int(len(bars) * present) * MINUTE
    market = replace(market_of(bars, live=live, as_of=as_of), missing_slots=len(bars), excused_slots=0)
    whole = answers(bars, market)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "BLOCK", 64)
        pieces = answers(bars, market)
    for name, answer in whole.items():
        assert instants(bars, pieces[name].suspects) == instants(bars, answer.suspects), name
        assert pieces[name].reason == answer.reason


@trials(26)
@given(SEED, st.integers(0, 300), st.integers(0, 59))
def test_two_windows_distrust_what_one_does(seed, minutes, seconds):
    bars = spoiled(seed, 300)
    whole = market_of(bars)
    cut = min(whole.window.start + 1 + minutes * MINUTE + seconds * 1_000_000, whole.window.end - 1)
    number = int(np.clip(whole.slots.due_before(cut), whole.first_slot, whole.last_slot))
    early = replace(whole, window=Window(whole.window.start, cut), last_slot=number)
    late = replace(whole, window=Window(cut, whole.window.end), first_slot=number)
    one, two, three = (answers(bars, market) for market in (whole, early, late))
    for name in OF_BARS:
        check = checks()[name]
        if name == "missing_bar":
            assert slots_of(whole, one[name]) == slots_of(whole, two[name]) | slots_of(whole, three[name])
        elif not check.slots:
            rows = stamps_of(bars, one[name])
            assert rows == stamps_of(bars, two[name]) | stamps_of(bars, three[name]), name


def slots_of(market, answer):
    """Numbers of the slots that are distrusted."""
    bounds = (market.slots.number(answer.suspects[name]).tolist() for name in ("start", "end"))
    return {number for first, last in zip(*bounds, strict=True) for number in range(first, last + 1)}


def stamps_of(bars, answer):
    """Rows that are distrusted, by position in the view of the check."""
    found = answer.suspects
    view = bars.ordered if checks()[answer.question.check].view == "ordered" else bars
    per_row = found["count"] if answer.question.check != "duplicate_timestamp" else None
    lengths = per_row if per_row is not None else _instants_within(view, found)
    return {
        row for first, many in zip(found["row"].tolist(), lengths, strict=True) for row in range(first, first + many)
    }


def _instants_within(view, found):
    return np.searchsorted(view.timestamp, found["end"], side="right") - np.searchsorted(view.timestamp, found["start"])


@trials(8)
@given(SEED, st.permutations(range(3)))
def test_the_order_of_instruments_in_a_file_changes_nothing(tmp_path, seed, permutation):
    blocks = [rows_of(f"COIN{at}-USD", spoiled(seed + at, 80)) for at in range(3)]
    mixed = [(name, at) for name, block in enumerate(blocks) for at in range(len(block))]
    turns = np.random.default_rng(seed).permutation([name for name, _ in mixed])
    streams = [iter(block) for block in blocks]
    in_turns = [next(streams[at]) for at in turns]
    assert findings([row for at in permutation for row in blocks[at]], tmp_path) == findings(in_turns, tmp_path)


def rows_of(name, bars):
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), timezone="UTC")
    return [
        ",".join((name, str(stamp), *(repr(float(cell)) for cell in cells)))
        for stamp, *cells in zip(stamps, *(bars.column(one) for one in COLUMNS), strict=True)
    ]


def findings(rows, folder):
    path = folder / "bars.csv"
    path.write_text("\n".join([",".join(("instrument", "timestamp", *COLUMNS)), *rows]) + "\n")
    flags = SeriesSettings(interval=AROUND_THE_CLOCK.interval, calendar="24/7")
    asked = Asked(
        Access(str(path)),
        Settings(folder / "history", folder / "cache"),
        now=NOON + 10 * DAY,
        flags=flags,
        record=False,
    )
    run = validate(asked, "0").run
    assert run.errors == ()
    return sorted(map(repr, run.findings))
