"""Completeness: slots without a trade, and slots that were not owed for certain, are counted apart from lost ones."""

from dataclasses import replace

import numpy as np
import pytest
from market_samples import instant, walk
from validate_support import csv_of

from dq.calendars import sessions
from dq.model import DAY, MINUTE, Series, lay_slots
from dq.model.run import completeness

QUARTER = 15 * MINUTE
GLOBEX = Series("NQ=F", QUARTER, "CME_Equity")


def month():
    """Bars of a month with a halt (2025-11-28 02:45 – 13:30), an hour of each day that is always empty, and a hole."""
    start, end = instant("2025-11-02T23:00"), instant("2025-11-28T18:15")
    slots = lay_slots(GLOBEX, sessions("CME_Equity", start - DAY, end + DAY), 0, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))
    stamps = stamps[(stamps >= start) & (stamps < end)]
    halted = (stamps >= instant("2025-11-28T02:45")) & (stamps < instant("2025-11-28T13:30"))
    quiet = stamps % DAY // (60 * MINUTE) == 1
    lost = (stamps >= instant("2025-11-20T15:00")) & (stamps < instant("2025-11-20T17:00"))
    kept = stamps[~halted & ~quiet & ~lost]
    bars = walk(len(kept), interval=QUARTER)
    return replace(bars, timestamp=kept), int(quiet.sum()), int(halted.sum()), int(lost.sum()), len(stamps)


def test_quiet_and_halted_slots_lower_no_completeness(desk):
    bars, quiet, halted, lost, owed = month()
    desk.write("bars.csv", csv_of(bars, "NQ=F"))
    report = desk.json("bars.csv", "--at", "2025-11-28T18:20Z").report
    (series,) = report["series"]
    assert (series["quiet_bars"], series["suspect_bars"]) == (quiet, halted)
    assert series["expected_bars"] == owed
    wanted = (owed - quiet - halted - lost) / (owed - quiet - halted)
    assert series["completeness"] == pytest.approx(wanted)
    assert report["summary"]["completeness"] == pytest.approx(wanted)


def test_people_are_told_of_both(desk):
    bars, quiet, halted, _, _ = month()
    desk.write("bars.csv", csv_of(bars, "NQ=F"))
    told = " ".join(desk.ask("bars.csv", "--at", "2025-11-28T18:20Z").out.split())
    assert f"{quiet} quiet slots" in told
    assert f"{halted} slots not owed for certain" in told


def test_a_series_of_which_nothing_was_owed_for_certain_has_no_completeness():
    assert completeness([]) is None
