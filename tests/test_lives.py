"""The life of an incident: what opens it, what it survives, and what ends it."""

from dataclasses import replace

import pytest
from market_samples import instant

from dq.explain.incidents import tell_incidents
from dq.explain.lives import lived, scope_of
from dq.explain.own import blindness
from dq.model import DAY, HOUR, MINUTE, WEEK, CheckVerdict, Finding, Run, RunError, Series, SeriesVerdict, Window

BEGIN = instant("2025-11-25T14:00")
CHECKS = ("missing_bar", "stale_series", "low_completeness", "price_spike", "failed_cycle")


def finding(check="missing_bar", first=10, last=20, *, name="AAPL", cause="hole", severity="critical"):
    """A finding from minute `first` to minute `last`."""
    series = Series(name, MINUTE, "XNYS") if name else None
    start, end = BEGIN + first * MINUTE, BEGIN + last * MINUTE
    return Finding(check, severity, series, start, end, last - first + 1, f"{check} in {name}.", cause=cause)


class Desk:
    """Runs one after another, and what the history would know of them."""

    def __init__(self, names=("AAPL", "MSFT")):
        self.names, self.known, self.events, self.run = names, {}, [], None

    def judge(
        self, at, *findings, window=11, usual=None, suite="ohlc_1m", names=None, checks=CHECKS, whole=True, errors=()
    ):
        """The incidents of a run as of minute `at`, which looks back `window` minutes."""
        names = self.names if names is None else names
        series = tuple(self.verdict(name, checks) for name in names)
        now = BEGIN + at * MINUTE
        span = Window(now - window * MINUTE, now)
        lives = [one for one in self.known.values() if one.lasts or one.ending == "passed"]
        reach = min(window * MINUTE, 2 * HOUR)
        self.run = Run(
            f"r{at}", now, span, "db", suite, "unknown" if errors else "fail", 1, "1", 0.1, series, findings,
            tell_incidents(findings, lives, reach, set(self.known), now), errors,
        )  # fmt: skip
        scope = scope_of(self.run, usual and usual * MINUTE)
        told = lived(self.run, list(self.known.values()), scope, whole=whole)
        self.known |= {life.id: life for life in told.changed}
        self.events += [(at, event.what, event.severity) for event in told.events]
        return self.run.incidents

    @staticmethod
    def verdict(name, checks, verdict="fail"):
        answers = tuple(CheckVerdict(check, "pass") for check in checks)
        return SeriesVerdict(Series(name, MINUTE, "XNYS"), 60, 60, 0, 0, 0, None, None, verdict, answers)

    @property
    def lasting(self):
        return [life for life in self.known.values() if life.lasts]


@pytest.fixture
def desk():
    return Desk()


def test_opened_worse_ongoing_resolved(desk):
    (first,) = desk.judge(21, finding(severity="warning"), window=30)
    (second,) = desk.judge(22, finding(), window=30)
    (third,) = desk.judge(23, finding(), window=30)
    assert [one.state for one in (first, second, third)] == ["open", "worse", "ongoing"]
    assert first.id == second.id == third.id
    for at in range(24, 28):
        desk.judge(at, window=30)
    assert desk.events == [(21, "opened", "warning"), (22, "worse", "critical")]
    desk.judge(28, window=30)
    assert desk.events[2:] == [(28, "resolved", "critical")]
    (life,) = desk.known.values()
    assert (life.resolved, life.ending, life.worst) == (BEGIN + 28 * MINUTE, "mended", "critical")


def test_an_hourly_run_that_does_not_see_it_resolves_it_at_once(desk):
    desk.judge(60, finding(), window=70)
    desk.judge(120, window=70)
    assert [what for _, what, _ in desk.events] == ["opened", "resolved"]


def test_a_run_that_makes_up_for_others_looks_further_and_the_next_may_still_end_it(desk):
    desk.judge(300, finding(), window=300, usual=11)
    desk.judge(306)
    assert [life.ending for life in desk.known.values()] == ["passed"]


def test_what_only_left_the_window_has_passed(desk):
    desk.judge(21, finding())
    desk.judge(40)
    assert [life.ending for life in desk.known.values()] == ["passed"]


def test_what_comes_and_goes_within_minutes_is_one_incident(desk):
    for at in range(21, 61, 2):
        desk.judge(at, finding("price_spike", at - 1, at - 1))
        desk.judge(at + 1)
    assert [what for _, what, _ in desk.events] == ["opened"]


def test_bars_that_stop_and_leave_a_hole_are_one_incident(desk):
    (stale,) = desk.judge(21, finding("stale_series", 10, 21, cause=None))
    (hole,) = desk.judge(25, finding("missing_bar", 10, 22))
    assert (hole.id, hole.state) == (stale.id, "ongoing")


def test_the_log_that_explains_a_hole_takes_it_over(desk):
    (stale,) = desk.judge(21, finding("stale_series", 10, 21, cause=None))
    parts = ((BEGIN + 10 * MINUTE, BEGIN + 21 * MINUTE),)
    log = replace(finding("failed_cycle", name=None, cause=None, severity="warning"), parts=parts, subject="fetch")
    (explained,) = desk.judge(22, log, finding("stale_series", 10, 22, cause=None))
    assert (explained.id, explained.check) == (stale.id, "failed_cycle")
    (again,) = desk.judge(23, finding("stale_series", 10, 23, cause=None))
    assert again.id == stale.id


def test_a_later_hole_of_the_same_series_is_another_incident(desk):
    (first,) = desk.judge(21, finding())
    for at in range(22, 45):
        desk.judge(at, *([finding()] if at < 30 else []))
    (second,) = desk.judge(75, finding(first=60, last=70))
    assert second.id != first.id
    assert [what for _, what, _ in desk.events] == ["opened", "resolved", "opened"]


def test_notes_do_not_keep_an_alarm_alive(desk):
    desk.judge(21, finding())
    for at in range(24, 60, 3):
        desk.judge(at, finding(first=at - 2, last=at - 2, severity="info"))
    assert next(at for at, what, _ in desk.events if what == "resolved") >= 28
    assert {life.worst for life in desk.lasting} == {"info"}


def test_what_is_left_of_an_alarm_in_the_window_is_still_the_alarm(desk):
    (whole,) = desk.judge(21, finding())
    (rest,) = desk.judge(30, finding(first=19, last=20, severity="info"))
    assert rest.id == whole.id


def test_a_series_that_could_not_be_told_neither_opens_nor_resolves(desk):
    desk.judge(21, finding())
    desk.judge(40, names=("MSFT",), errors=(RunError("source", "down", series="AAPL"),))
    desk.judge(41, names=(), errors=(RunError("source", "down"),))
    desk.judge(42, checks=("price_spike",))
    assert [what for _, what, _ in desk.events] == ["opened"]
    assert len(desk.lasting) == 1


def test_a_run_of_some_series_does_not_end_what_others_have(desk):
    desk.judge(21, finding(name="MSFT"))
    desk.judge(40, names=("AAPL",), whole=False)
    assert len(desk.lasting) == 1
    desk.judge(41, names=("AAPL",), whole=True)  # all series of the source, and it is gone
    assert desk.lasting == []


def test_another_suite_ends_nothing_that_it_does_not_look_at(desk):
    desk.judge(60, finding(), window=70)
    desk.judge(90, suite="freshness", window=15)
    assert len(desk.lasting) == 1
    desk.judge(91, suite="freshness", window=100)  # it looks at those bars, and they are there
    assert [life.ending for life in desk.known.values()] == ["mended"]


def test_an_audit_that_finds_what_has_passed_tells_nobody(desk):
    desk.judge(60, finding(), window=70)
    desk.judge(160, window=70)
    (again,) = desk.judge(600, finding(), window=3_000, suite="audit")
    assert (len(desk.known), again.state) == (1, "ongoing")
    (life,) = desk.lasting
    assert life.quiet
    assert [what for _, what, _ in desk.events] == ["opened", "resolved", "reopened"]


def test_what_an_audit_finds_anew_each_night_is_news(desk):
    night = DAY // MINUTE
    (old,) = desk.judge(night, finding("price_spike"), window=30 * night, suite="audit")
    later = finding("price_spike", night + 500, night + 500)
    both = desk.judge(2 * night, finding("price_spike"), later, window=30 * night, suite="audit")
    assert {one.id: one.state for one in both}[old.id] == "ongoing"
    assert sorted(one.state for one in both) == ["ongoing", "open"]


def test_a_collector_that_dies_in_the_middle_of_its_round_is_one_incident(desk):
    desk.names = tuple(f"COIN{at}" for at in range(9))
    (first,) = desk.judge(21, finding("stale_series", 10, 21, name="COIN0", cause=None))
    stopped = [
        finding("stale_series", 10 + min(at, 1), 22, name=name, cause=None) for at, name in enumerate(desk.names)
    ]
    (spread,) = desk.judge(22, *stopped)
    assert (spread.id, set(spread.series)) == (first.id, set(desk.names))
    (rest,) = desk.judge(23, *stopped[3:5])
    assert (rest.id, rest.state) == (first.id, "ongoing")


def test_a_series_that_stopped_long_before_stays_apart_from_those_that_follow(desk):
    desk.names = tuple(f"COIN{at}" for at in range(9))
    (first,) = desk.judge(41, finding("stale_series", 10, 41, name="COIN0", cause=None))
    later = [finding("stale_series", 31, 42, name=name, cause=None) for name in desk.names[1:]]
    both = desk.judge(42, finding("stale_series", 10, 42, name="COIN0", cause=None), *later)
    assert {one.id: one.series for one in both}[first.id] == ("COIN0",)
    (wide,) = (one for one in both if one.id != first.id)
    assert wide.series == desk.names[1:]


def test_an_audit_does_not_take_an_incident_over(desk):
    desk.judge(60, finding("price_spike"), window=70)
    desk.judge(90, finding("price_spike"), window=3_000)
    desk.judge(120, window=70)
    assert desk.lasting == []


def test_what_is_found_beside_the_bars_of_an_audit_is_news(desk):
    old, new = finding("missing_bar", 10, 20), finding("missing_bar", 2_000, 2_010)
    desk.judge(3_000, old, new, window=3_000, suite="audit")
    between = finding("missing_bar", 1_000, 1_010)
    states = [one.state for one in desk.judge(4_400, old, between, new, window=4_400, suite="audit")]
    assert sorted(states) == ["ongoing", "open"]


def test_a_quiet_incident_does_not_swallow_what_is_new(desk):
    desk.judge(21, finding())
    desk.judge(40)
    desk.judge(60, finding(), window=70, suite="full")
    both = desk.judge(70, finding(), finding(first=40, last=50), window=70, suite="full")
    assert sorted(one.state for one in both) == ["ongoing", "open"]


def test_an_alarm_that_begins_as_a_note_is_not_told_as_another_while_the_first_lasts(desk):
    for at in range(21, 26):
        desk.judge(at, *([finding()] if at < 24 else []))
    desk.judge(26, finding("stale_series", 25, 25, severity="info"))
    desk.judge(27, finding("stale_series", 25, 27, severity="warning"))
    assert [(what, severity) for _, what, severity in desk.events] == [("opened", "critical"), ("opened", "info")]


def test_a_hole_goes_on_with_the_incident_that_it_touches(desk):
    (first,) = desk.judge(21, finding("missing_bar", 10, 20), window=60)
    (_, second) = sorted(
        desk.judge(95, finding("missing_bar", 36, 38), finding("stale_series", 90, 95), window=60),
        key=lambda one: one.start,
    )
    both = desk.judge(97, finding("missing_bar", 90, 96), window=60)
    assert first.id not in {one.id for one in both} or second.id in {one.id for one in both}


def test_part_of_what_it_was_has_left_the_window_before_it_was_mended(desk):
    desk.judge(21, finding(), finding("missing_bar", 40, 41))
    desk.judge(45, finding("missing_bar", 40, 41))
    for at in range(46, 52):
        desk.judge(at)
    assert [life.ending for life in desk.known.values()] == ["passed"]


def test_what_opens_a_third_time_within_an_hour_flaps_until_it_has_stayed_away(desk):
    for at in range(20, 200):
        beats = at in {21, 35, 49, 70, 90}
        desk.judge(at, *([finding("price_spike", at - 1, at - 1)] if beats else []), window=5)
    told = [(at, what) for at, what, _ in desk.events]
    assert [what for _, what in told] == ["opened", "resolved"] * 3
    assert told[4] == (49, "opened")
    assert told[5] == (150, "resolved")


def test_nobody_looked_for_a_week(desk):
    desk.judge(21, finding(), suite="once")
    desk.judge(21 + WEEK // MINUTE)
    assert len(desk.lasting) == 1
    desk.judge(22 + WEEK // MINUTE)
    assert [life.ending for life in desk.known.values()] == ["unseen"]


def test_runs_in_a_row_that_cannot_tell_are_an_incident_of_dq_itself(desk):
    down = (RunError("source", "The source is down."),)
    known = None
    steps = []
    for at in range(1, 8):
        desk.judge(at, names=() if at < 6 else ("AAPL",), errors=down if at < 6 else ())
        told = blindness(desk.run, "postgresql://db/x", at, known)
        steps += [(at, event.what) for event in told.events]
        known = next((life for life in told.changed if life.lasts), None if told.changed else known)
    assert steps == [(3, "opened"), (6, "resolved")]


def test_what_a_run_says_that_left_the_source_alone_is_not_told(desk):
    down, untried = (
        RunError("source", said) for said in ("No route.", "not tried: x failed 3 times; next attempt at 9")
    )
    desk.judge(3, names=(), errors=(down,))
    (known,) = blindness(desk.run, "postgresql://db/x", 3, None).changed
    desk.judge(4, names=(), errors=(untried,))
    (opened,) = blindness(desk.run, "postgresql://db/x", 3, None).changed
    (later,) = blindness(desk.run, "postgresql://db/x", 4, known).changed
    assert later.message == known.message == "3 runs in a row could not tell: No route."
    assert opened.message == "3 runs in a row could not tell: x failed 3 times"
