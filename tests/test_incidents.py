"""Incidents: findings of one cause are told once, under an id that lasts as long as they do."""

from dataclasses import replace

import pytest
from market_samples import instant

from dq.explain.incidents import tell_incidents
from dq.explain.lives import lived
from dq.model import HOUR, MINUTE, Finding, Run, Scope, Series, Window

BEGIN = instant("2025-11-25T14:00")


def finding(check="missing_bar", first=10, last=20, *, name="AAPL", cause=None, severity="warning"):
    """A finding from minute `first` to minute `last`."""
    series = Series(name, MINUTE, "XNYS")
    start, end = BEGIN + first * MINUTE, BEGIN + last * MINUTE
    return Finding(check, severity, series, start, end, last - first + 1, f"{check} in {name}.", cause=cause)


def told(*findings, before=()):
    return tell_incidents(findings, before, HOUR, {life.id for life in before})


def lives(*incidents, at=BEGIN + HOUR):
    """What the history knows after a run that told those incidents."""
    incidents = tuple(replace(one, findings=()) for one in incidents)
    run = Run("r", at, Window(BEGIN, BEGIN + HOUR), "db", "ohlc_1m", "fail", 1, "1", 0.1, incidents=incidents)
    return lived(run, (), Scope("ohlc_1m", HOUR), whole=True).changed


def outage(count=40, first=10, last=30, **options):
    return [finding(first=first, last=last, name=f"COIN{at}", cause="outage", **options) for at in range(count)]


def test_nothing_found_is_no_incident():
    assert told() == ()


def test_an_outage_of_forty_series_is_one():
    (incident,) = told(*outage())
    assert incident.series == tuple(f"COIN{at}" for at in range(40))
    assert incident.findings == tuple(range(40))
    assert (incident.start, incident.end) == (BEGIN + 10 * MINUTE, BEGIN + 30 * MINUTE)
    assert "40 series" in incident.message


def test_series_that_stop_together_are_one_incident_with_the_bars_they_missed_before():
    stopped = [finding("stale_series", 31, 40, name=one.series.instrument, cause="outage") for one in outage(3)]
    separate = told(*outage(3, last=31), *stopped)
    assert len(separate) == 1


def test_two_outages_with_hours_between_them_are_two():
    assert len(told(*outage(3), *outage(3, first=100, last=110))) == 2


def test_holes_of_two_series_are_two_incidents():
    assert len(told(finding(name="AAPL", cause="hole"), finding(name="MSFT", cause="hole"))) == 2


def test_holes_of_one_series_are_one_incident():
    (incident,) = told(finding(first=10, last=12, cause="hole"), finding(first=40, last=45, cause="hole"))
    assert incident.findings == (0, 1)
    assert (incident.start, incident.end) == (BEGIN + 10 * MINUTE, BEGIN + 45 * MINUTE)
    assert incident.message.startswith("2 times, 9 bars")


@pytest.mark.parametrize("check", ["missing_bar", "stale_series"])
def test_low_completeness_hangs_under_what_explains_it(check):
    (incident,) = told(finding("low_completeness", 0, 60, severity="critical"), finding(check, 10, 20))
    assert (incident.check, incident.severity) == (check, "critical")
    assert sorted(incident.findings) == [0, 1]
    assert (incident.start, incident.end) == (BEGIN + 10 * MINUTE, BEGIN + 20 * MINUTE)
    assert incident.message == f"{check} in AAPL. low_completeness in AAPL."  # it is worse than its parts


def test_low_completeness_hangs_under_the_worst_of_several():
    hole, silence = finding(cause="hole", severity="info"), finding("stale_series", 50, 60, severity="critical")
    incidents = {one.check: one for one in told(finding("low_completeness", 0, 60), hole, silence)}
    assert set(incidents) == {"missing_bar", "stale_series"}
    assert 0 in incidents["stale_series"].findings


def test_low_completeness_of_forty_series_hangs_under_their_outage():
    incomplete = [finding("low_completeness", 0, 60, name=one.series.instrument) for one in outage()]
    (incident,) = told(*outage(), *incomplete)
    assert len(incident.findings) == 80


def test_low_completeness_of_another_series_stands_alone():
    incidents = told(finding("low_completeness", 0, 60, name="MSFT"), finding(name="AAPL"))
    assert {one.check for one in incidents} == {"low_completeness", "missing_bar"}


def test_the_worst_comes_first_and_then_the_earliest():
    incidents = told(
        finding("null_price", 5, 5, severity="info"),
        finding("price_spike", 50, 50, severity="critical"),
        finding("negative_volume", 30, 30, severity="critical"),
    )
    assert [one.check for one in incidents] == ["negative_volume", "price_spike", "null_price"]


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [("warning", "warning", "ongoing"), ("critical", "warning", "ongoing"), ("warning", "critical", "worse")],
)
def test_an_incident_that_was_seen_lately_goes_on(before, now, state):
    (first,) = told(finding("price_spike", severity=before))
    (again,) = told(finding("price_spike", 40, 45, severity=now), before=lives(first))
    assert (again.id, again.state) == (first.id, state)


def test_the_id_of_an_outage_does_not_depend_on_what_else_is_found():
    (alone,) = told(*outage())
    beside = told(finding("price_spike", 1, 1), finding("null_price", 2, 2), *outage())
    assert alone.id in {one.id for one in beside}


def test_the_next_run_sees_the_rest_of_an_outage_under_the_same_id():
    (first,), (rest,) = told(*outage(last=60)), told(*outage(first=45, last=90))
    assert first.id == rest.id


def test_an_outage_that_lasts_past_midnight_keeps_its_id():
    (first,), (rest,) = told(*outage(first=580, last=640)), told(*outage(first=610, last=670))
    assert first.id == rest.id


def test_a_finding_of_the_table_belongs_to_no_series():
    torn = Finding("broken_contract", "critical", None, BEGIN, BEGIN, 3, "3 rows set aside.")
    (incident,) = told(torn)
    assert (incident.series, incident.message) == ((), "3 rows set aside.")


@pytest.mark.parametrize(
    ("owner", "owned"),
    [
        ("null_price", "null_volume"),
        ("stuck_price", "zero_volume_run"),
        ("stuck_price", "off_session_bar"),
        ("duplicate_timestamp", "out_of_order_timestamp"),
        ("broken_contract", "missing_bar"),
        ("scale_error", "price_spike"),
        ("scale_error", "price_jump"),
        ("split_jump", "off_tick_price"),
        ("price_spike", "precision_loss"),
        ("future_bar", "off_session_bar"),
    ],
)
def test_a_defect_answers_for_what_it_entails(owner, owned):
    (incident,) = told(finding(owned, 12, 15), finding(owner, 10, 20))
    assert (incident.check, incident.findings, incident.message) == (owner, (0, 1), f"{owner} in AAPL.")
    assert (incident.start, incident.end) == (BEGIN + 10 * MINUTE, BEGIN + 20 * MINUTE)


def test_what_is_owned_by_what_is_owned_hangs_under_the_first_of_them():
    (incident,) = told(
        finding("off_tick_price", 12, 12), finding("price_spike", 12, 13), finding("scale_error", 12, 14)
    )
    assert (incident.check, incident.findings) == ("scale_error", (0, 1, 2))


@pytest.mark.parametrize("first", [30, 1000])
def test_another_time_is_another_incident(first):
    assert len(told(finding("stuck_price", 10, 20), finding("zero_volume_run", first, first + 5))) == 2


def test_another_series_is_another_incident():
    assert len(told(finding("stuck_price", name="AAPL"), finding("zero_volume_run", name="MSFT"))) == 2


def test_a_note_does_not_hide_an_alarm():
    alarm, note = finding("price_spike", severity="critical"), finding("split_jump", severity="info")
    assert {one.check for one in told(alarm, note)} == {"price_spike", "split_jump"}


def test_a_shifted_clock_owns_its_holes_duplicates_and_bars_off_session_at_any_time():
    entailed = [
        finding(check, first, first + 5, cause="dst", severity="info")
        for check, first in (("missing_bar", 2), ("duplicate_timestamp", 300), ("off_session_bar", 500))
    ]
    (incident,) = told(*entailed, finding("low_completeness", 0, 600), finding("dst_shift", 10, 400))
    assert (incident.check, incident.findings) == ("dst_shift", (0, 1, 2, 3, 4))


def test_bars_frozen_in_winter_hang_under_the_shift():
    winter = finding("stuck_price", 10, 90)
    elsewhere = finding("stuck_price", 600, 700)
    incidents = told(winter, elsewhere, finding("dst_shift", 10, 100, severity="critical"))
    assert [(one.check, one.findings) for one in incidents] == [("dst_shift", (0, 2)), ("stuck_price", (1,))]


def test_three_series_with_one_defect_at_one_time_are_one_incident():
    names = ("AAPL", "MSFT", "NVDA")
    nulls = [finding("null_price", 10 + at, 20, name=name) for at, name in enumerate(names)]
    (incident,) = told(*nulls)
    assert incident.series == names
    assert "in 3 series" in incident.message


def test_three_series_with_one_defect_at_other_times_are_three_incidents():
    nulls = [finding("null_price", 10 * at, 10 * at + 5, name=f"COIN{at}") for at in range(3)]
    assert len(told(*nulls)) == 3


def test_two_series_with_one_defect_at_one_time_are_two_incidents():
    assert len(told(finding("null_price", name="AAPL"), finding("null_price", name="MSFT"))) == 2


def test_an_outage_keeps_its_id_when_an_earlier_one_has_left_the_window():
    both = told(*outage(3), *outage(3, first=40, last=60))
    (rest,) = told(*outage(3, first=45, last=60), before=lives(*both))
    assert (rest.id, rest.state) == (both[1].id, "ongoing")


def test_a_new_outage_does_not_take_the_id_of_one_that_is_over():
    (first,) = told(*outage(3))
    (later,) = told(*outage(3, first=40, last=60), before=lives(first))
    assert (later.id == first.id, later.state) == (False, "open")


def test_an_outage_keeps_its_id_when_the_bars_come_again():
    (stopped,) = told(*outage(3, check="stale_series"))
    (over,) = told(*outage(3, last=35), before=lives(stopped))
    assert over.id == stopped.id


def failed(first=10, last=20, *, names=(), severity="warning", cause=None, subject="fetcher: fetch"):
    """Cycles of the collector that failed from minute `first` to minute `last`."""
    parts = ((BEGIN + first * MINUTE, BEGIN + (last + 1) * MINUTE),)
    at = (parts[0][0], BEGIN + last * MINUTE)
    more = {"cause": cause, "subject": subject, "parts": parts, "names": names}
    return Finding("failed_cycle", severity, None, *at, last - first + 1, f"{subject} failed.", **more)


@pytest.mark.parametrize("cause", [None, "hole", "outage", "unknown"])
def test_failed_cycles_answer_for_the_bars_that_did_not_come(cause):
    lost = [finding(name=name, cause=cause, severity="critical") for name in ("AAPL", "MSFT")]
    (incident,) = told(failed(), *lost, finding("low_completeness", 0, 60))
    assert (incident.check, incident.severity, incident.findings) == ("failed_cycle", "critical", (0, 1, 2, 3))
    assert incident.message == "fetcher: fetch failed. That explains 22 missing bars of AAPL, MSFT."


@pytest.mark.parametrize(
    ("log", "lost"),
    [
        (failed(), finding(first=22, last=30)),
        (failed(), finding(first=1, last=7)),
        (failed(names=("MSFT",)), finding()),
        (failed(cause="retries"), finding()),
        (failed(), finding(cause="quiet")),
        (failed(), finding(cause="halt")),
        (failed(), finding("price_spike")),
    ],
)
def test_failed_cycles_answer_for_nothing_else(log, lost):
    assert {one.check for one in told(log, lost)} == {"failed_cycle", lost.check}


def test_operations_that_fail_are_one_incident():
    several = [failed(subject=f"fetcher: fetch {name}") for name in ("A", "B", "C", "D", "E")]
    (incident,) = told(failed(severity="critical", subject="all operations"), *several)
    assert incident.message.startswith("all operations failed. Likewise fetcher: fetch A, ")
    assert incident.message.endswith(" and 2 more.")
