"""Judging: a suite's entries give suspects their severity, and the check's template its words."""

import json
from string import Formatter

import numpy as np
import pytest
from market_samples import NOON, market_of, walk

from dq.checks import checks
from dq.examine import Answer, Question
from dq.model import MINUTE, SEVERITIES, cause, suspects
from dq.suites import wording
from dq.suites.judging import MOST, judge, levels, questions
from dq.suites.reading import read_suite

MARKET = market_of(walk(60))


def suite(*entries):
    """A suite of (check, kwargs, severity)."""
    written = [
        {"type": f"expect_no_{check}", "kwargs": kwargs, "severity": severity} for check, kwargs, severity in entries
    ]
    return read_suite(json.dumps({"name": "mine", "expectations": written}), "mine.json")


def severities(found, *entries):
    return [SEVERITIES[level] for level in levels(found, suite(*entries).expectations)]


def runs(*lengths, causes=None):
    """Missing runs of so many bars, one after the other."""
    count = np.array(lengths)
    start = NOON + np.cumsum(count + 1) * MINUTE
    codes = [cause(name) for name in causes or [""] * len(lengths)]
    return suspects(
        len(lengths),
        start=start,
        end=start + (count - 1) * MINUTE,
        count=count,
        bars=count,
        length=(count + 1) * MINUTE,
        cause=codes,
    )


def told(found, *entries, check="missing_bar", parameters=()):
    return judge(suite(*entries), [Answer(Question(check, parameters), found)], MARKET)


WARNING = ("missing_bar", {"longer_than": "120s"}, "warning")
CRITICAL = ("missing_bar", {"longer_than": "300s", "bars": 5}, "critical")
EXCUSED = ("missing_bar", {"cause": ["quiet", "halt"]}, "info")


def test_a_suspect_that_no_entry_matches_is_info():
    assert severities(runs(1), WARNING, CRITICAL) == ["info"]


def test_the_highest_severity_that_matches_counts():
    assert severities(runs(1, 2, 4, 5, 6), WARNING, CRITICAL) == ["info", "warning", "warning", "warning", "critical"]


def test_the_order_of_entries_does_not_matter():
    assert severities(runs(6), CRITICAL, WARNING) == severities(runs(6), WARNING, CRITICAL)


def test_both_filters_of_an_entry_have_to_match():
    assert severities(runs(5), CRITICAL) == ["info"]


def test_an_entry_that_names_the_cause_decides_alone():
    found = runs(60, 60, 60, causes=["quiet", "hole", ""])
    assert severities(found, WARNING, CRITICAL, EXCUSED) == ["info", "critical", "critical"]


def test_an_entry_that_names_the_cause_may_be_the_stricter_one():
    assert severities(runs(1, causes=["hole"]), WARNING, ("missing_bar", {"cause": ["hole"]}, "critical")) == [
        "critical"
    ]


def test_an_entry_that_names_the_cause_and_does_not_match_leaves_it_at_info():
    long_holes = ("missing_bar", {"cause": ["hole"], "bars": 10}, "critical")
    assert severities(runs(6, 11, causes=["hole", "hole"]), WARNING, long_holes) == ["info", "critical"]


def test_of_several_entries_that_name_the_cause_the_highest_counts():
    entries = [
        ("missing_bar", {"cause": ["hole"], "bars": bars}, one) for bars, one in ((1, "warning"), (5, "critical"))
    ]
    assert severities(runs(3, 9, causes=["hole", "hole"]), *entries) == ["warning", "critical"]


def test_a_question_is_asked_once_however_many_entries_want_its_answer():
    assert questions(suite(WARNING, CRITICAL, EXCUSED)) == (Question("missing_bar"),)


def test_the_same_check_with_other_parameters_is_another_question():
    asked = questions(suite(("stuck_price", {}, "info"), ("stuck_price", {"probability": 1e-3}, "warning")))
    assert asked == (Question("stuck_price"), Question("stuck_price", (("probability", 1e-3),)))


def test_what_two_questions_find_is_told_once_with_the_higher_severity():
    entries = suite(("stuck_price", {}, "warning"), ("stuck_price", {"probability": 1e-12}, "critical"))
    asked = questions(entries)
    findings = judge(entries, [Answer(asked[0], runs(5, 30)), Answer(asked[1], runs(5, 30).take([1]))], MARKET)
    assert [(one.count, one.severity) for one in findings] == [(5, "warning"), (30, "critical")]


def test_findings_come_by_time():
    found = runs(3, 1, 2).take([2, 0, 1])
    assert [one.count for one in told(found, WARNING)] == [3, 1, 2]


def test_no_suspects_are_no_findings():
    assert told(runs(1).take([]), WARNING) == []


@pytest.mark.parametrize("more", [1, 700])
def test_findings_are_capped_and_the_rest_is_counted(more):
    found = runs(*[2] * (MOST + more))
    *listed, rest = told(found, WARNING)
    assert len(listed) == MOST
    assert (rest.count, rest.severity) == (2 * more, "warning")
    assert f"{more:,} more" in rest.message
    assert sum(one.count for one in (*listed, rest)) == 2 * len(found)


def test_the_worst_are_listed_and_the_rest_is_told_by_severity():
    found = runs(*[1] * 900, *[2] * 1100, *[60] * 10)
    findings = told(found, WARNING, CRITICAL)
    assert [sum(one.severity == severity for one in findings) for severity in SEVERITIES] == [1, 991, 10]
    assert {one.severity: one.count for one in findings if "more" in one.message} == {"info": 900, "warning": 220}
    assert sum(one.count for one in findings) == 900 + 2200 + 600


def test_words_name_the_columns_and_the_cause():
    found = suspects(1, start=NOON, end=NOON, columns=0b1001, cause=cause(""), observed=np.nan)
    (one,) = told(found, ("null_price", {}, "critical"), check="null_price")
    assert (one.columns, one.cause, one.observed) == (("open", "close"), None, None)
    assert one.message == "No price in open and close of 1 bar."


def test_the_words_of_every_message_are_known():
    words = wording._words(suspects(1), 0, market_of(walk(3)))
    for check in filter(lambda one: one.of_bars, checks().values()):
        for template in check.messages.values():
            assert {name for _, name, _, _ in Formatter().parse(template) if name} <= set(words), check.name
