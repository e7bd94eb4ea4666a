"""How one defect is judged: what is caught, what is exact, what is a false alarm. And where defects may go."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_samples import AROUND_THE_CLOCK, NOON, market_of, spoiled, walk

from dq.checks import checks
from dq.door import Rows
from dq.faults import Ground, Injected, Site, entailed, faults
from dq.faults.rows import FIELDS, kept, written
from dq.model import HOUR, MINUTE, instant_text
from dq.run.asked import Asked
from dq.run.cases import Case, suite_of
from dq.run.fetch import Fetched
from dq.run.windows import Look
from dq.settings import Settings
from dq.sources import Access
from dq.trials.plan import Attempt
from dq.trials.subjects import Subject
from dq.trials.trial import tried

ROW, FAR = 200, 400


def subject(bars):
    """The bars of a file without `--at`."""
    market = market_of(bars)
    look = Look(market.window, market.as_of, live=False, whole=True)
    fetched = Fetched(AROUND_THE_CLOCK, Rows("BTC-USD", bars), look, market.sessions, 0)
    asked = Asked(Access("bars.csv"), Settings(Path("history"), Path("cache")), market.as_of)
    return Subject(fetched, Case(bars, market, suite_of(AROUND_THE_CLOCK, None, Path()), {}), bars.timestamp, asked)


def trial(name, function, bars):
    """What becomes of a defect that this function puts in under the name of a fault."""
    return tried(Attempt(replace(faults()[name], function=function), subject(bars), (ROW,), 0))


def at(row):
    return NOON + row * MINUTE


def blank(bars, row, **_):
    return written(bars, row, row + 1, close=np.nan), (Injected("null_price", at(row), at(row), 1),)


def test_a_defect_that_is_found_where_it_is_is_exact():
    told = trial("null_price", blank, walk(600))
    assert (told.caught, told.exact, told.false_alarms, told.instead) == (True, True, (), "")


def test_a_longer_finding_is_caught_and_not_exact():
    def longer(bars, row, **_):
        return written(bars, row, row + 3, close=np.nan), (Injected("null_price", at(row), at(row), 1),)

    told = trial("null_price", longer, walk(600))
    assert (told.caught, told.exact) == (True, False)


def test_a_defect_in_two_places_has_to_be_found_in_both():
    def half(bars, row, **_):
        _, places = blank(bars, row)
        return blank(bars, row)[0], (*places, Injected("null_price", at(FAR), at(FAR), 1))

    told = trial("null_price", half, walk(600))
    assert (told.caught, told.instead) == (False, "found in some of its places only")


def test_a_finding_far_away_is_a_false_alarm_and_one_beside_it_is_none():
    def elsewhere(place):
        def put(bars, row, **_):
            bars, injected = blank(bars, row)
            return written(bars, place, place + 1, volume=-1.0), injected

        return put

    (alarm,) = trial("null_price", elsewhere(FAR), walk(600)).false_alarms
    assert (alarm.check, alarm.start) == ("negative_volume", at(FAR))
    assert trial("null_price", elsewhere(ROW + 2), walk(600)).false_alarms == ()


def test_what_a_defect_entails_is_no_false_alarm():
    def hole(bars, row, **_):
        rest = (np.arange(len(bars)) < row) | (np.arange(len(bars)) >= row + 60)
        return kept(bars, rest), (Injected("missing_bar", at(row), at(row + 59), 60),)

    told = trial("missing_bar", hole, walk(600))
    assert (told.caught, told.exact, told.false_alarms) == (True, True, ())
    assert "low_completeness" in entailed("missing_bar")


def test_what_the_bars_have_of_their_own_is_neither_caught_nor_a_false_alarm():
    bars = blank(walk(600), ROW)[0]
    told = trial("null_price", lambda bars, row, **_: (bars, blank(bars, row)[1]), bars)
    assert (told.caught, told.false_alarms, told.instead) == (False, (), "nothing was said")


def test_the_options_of_a_defect_are_told_in_their_units():
    options = {"length": 1200, "offset": -HOUR, "at": NOON, "size": 0.05, "filled": True, "columns": ("open",)}
    fault = replace(faults()["null_price"], function=blank, sized=lambda site: options)
    told = tried(Attempt(fault, subject(walk(600)), (ROW,), 0))
    assert told.options == f"length 1,200, offset -1h, at {instant_text(NOON)}, size 0.05, filled yes"


def test_a_bar_that_cannot_hold_a_defect_is_passed_over():
    bars = walk(600)
    flat = written(bars, ROW, ROW + 1, open=1000.0, high=1000.0, low=1000.0, close=1000.0)
    attempt = Attempt(faults()["inconsistent_ohlc"], subject(flat), (ROW, FAR), 0)
    assert tried(attempt).start == at(FAR)
    assert tried(replace(attempt, rows=(ROW,))) is None


def test_every_fault_is_named_after_a_check_and_so_is_what_it_entails():
    assert set(faults()) <= set(checks())
    assert all(entailed(name) <= set(checks()) for name in faults())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), length=st.integers(1, 30))
def test_stretches_for_defects_are_sound_unbroken_and_judged(seed, length):
    bars = walk(seed % 300 + 3, seed)
    holed = kept(bars, np.arange(len(bars)) != seed % len(bars))
    marked = np.zeros(len(holed), np.bool_)
    marked[seed % len(holed)] = True
    ground = Ground(holed, market_of(holed), marked)
    for row in ground.rows(length).tolist():
        assert row + length <= len(holed)
        assert not marked[max(row - 1, 0) : row + length + 1].any()
        assert (np.diff(holed.timestamp[row : row + length]) == MINUTE).all()


@pytest.mark.parametrize("name", faults())
@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_no_fault_raises_on_any_bars(name, seed):
    bars = spoiled(seed)
    bars = kept(bars, np.append(True, np.diff(np.maximum.accumulate(bars.timestamp)) > 0))
    market, fault = market_of(bars), faults()[name]
    ground = Ground(bars, market, np.zeros(len(bars), np.bool_))
    if fault.not_applicable(bars, market) is not None:
        return
    for turn, row in enumerate(fault.places(ground)[:3].tolist()):
        try:
            put, injected = fault(bars, row, **fault.sized(Site(bars, market, row, fault.room(ground), turn)))
        except ValueError:
            continue
        assert {one.check for one in injected} == {name}
        assert any(not np.array_equal(getattr(put, name), getattr(bars, name), equal_nan=True) for name in FIELDS)
