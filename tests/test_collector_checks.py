"""The collector's tables: what every fixture expects is found, directly and through a real PostgreSQL; nothing else is."""

import json
from dataclasses import replace

import numpy as np
import pytest
from bar_tables import create
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from market_samples import walk
from table_cases import CASES, SUITE, TableCase, fill_tables, instant, same, told

from dq.checks import checks
from dq.door import Rows
from dq.examine import Question, examine_table
from dq.kernels import beyond, moving_rate
from dq.model import DAY, MINUTE, Cycles, Series, Window
from dq.run import Asked, validate
from dq.run.market import build_market
from dq.run.windows import Look
from dq.settings import Settings
from dq.settings.scrubbing import masked_text
from dq.sources import Access
from dq.suites import load_suite
from dq.suites.judging import judge, questions
from dq.suites.reading import read_suite

ENTRIES = json.loads(SUITE.read_text("utf-8"))["expectations"]
COLLECTOR = load_suite("collector")


def market(case):
    said = case.said
    series = Series(said["instrument"], MINUTE, said["calendar"])
    rows = Rows(series.instrument, walk(3, start=case.window.start - DAY))
    return build_market(series, rows, Look(case.window, case.as_of, live=True), case.sessions, MINUTE)


def known(case):
    """What the check of a fixture may know besides its table."""
    if case.check == "uncovered_level":
        return case.levels, market(case)
    names = ("NQ=F", "ES=F", case.said["instrument"])
    return case.log, Cycles(case.collector.cycle, case.window, case.sessions, names, masked_text)


def answers(case):
    table, around = known(case)
    asked = [question for question in questions(COLLECTOR) if question.check == case.check]
    return examine_table(table, around, asked), around


def loud(findings):
    return [one for one in findings if one.severity != "info"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_distrusts_exactly_what_the_fixture_expects(path):
    case = TableCase(path)
    found, around = answers(case)
    findings = loud(judge(COLLECTOR, found, None if case.check == "failed_cycle" else around))
    assert same(told(findings), case.expected)
    assert {one.reason is None for one in found} == {"not_checked" not in case.said}
    assert case.said.get("not_checked", "") in (found[0].reason or "")
    for words in case.said.get("says", ()):
        assert any(words in one.message for one in findings)
    for words in case.said.get("never", ()):
        assert all(words not in one.message for one in findings)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("sessions")


def run_of(server, schema, case, cache, **collector):
    """The run of `dq validate --suite collector` over a database."""
    settings = Settings(history=cache / "history", cache=cache, collector=replace(case.collector, **collector))
    asked = Asked(
        Access(server.tcp(), schema=schema),
        settings,
        now=case.as_of,
        window=case.window.end - case.window.start,
        suite="collector",
        record=False,
    )
    return validate(asked, "0").run


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_finds_the_same_in_a_real_database(path, server, schema, cache):
    case = TableCase(path)
    create(server, schema)
    fill_tables(server, schema, case)
    run = run_of(server, schema, case, cache)
    assert run.errors == ()
    assert same(told([one for one in loud(run.findings) if one.check == case.check]), case.expected)
    assert {one.check for one in loud(run.findings)} <= {case.check}
    (verdict,) = [one for one in run.series[0].checks if one.check == case.check]
    expected = "not_checked" if "not_checked" in case.said else "fail" if run.findings else "pass"
    assert verdict.verdict == expected
    assert case.said.get("not_checked", "") in verdict.reason


def test_every_check_of_a_table_has_fixtures_of_guilt_and_of_innocence():
    of_tables = {name for name, check in checks().items() if check.view in {"levels", "errors"}}
    assert {path.stem.split("__")[0] for path in CASES} == of_tables
    for name in of_tables:
        guilty = {bool(TableCase(path).expected) for path in CASES if path.stem.split("__")[0] == name}
        assert guilty == {True, False}


def test_a_fixture_tells_its_story():
    assert [path.name for path in CASES if not json.loads(path.read_text("utf-8"))["about"].endswith(".")] == []


def test_without_a_cycle_nobody_knows_the_rate():
    case = TableCase(next(path for path in CASES if path.stem == "failed_cycle"))
    log, cycles = known(case)
    (answer,) = examine_table(log, replace(cycles, length=None), [Question("failed_cycle")])
    assert "[collector] cycle" in answer.reason
    assert len(answer.suspects) == 0


def test_a_word_that_is_no_rate_is_refused():
    entry = {"type": "expect_no_failed_cycle", "kwargs": {"rate": "sucess"}, "severity": "warning"}
    with pytest.raises(Exception, match="did you mean 'success'"):
        read_suite(json.dumps({"name": "mine", "expectations": [entry]}), "mine.json")


MASKS = hnp.arrays(np.bool_, st.integers(0, 60))


@given(MASKS, st.integers(1, 70))
def test_the_moving_rate_is_that_of_every_stretch(hits, width):
    rates = moving_rate(hits, width)
    stretches = [hits[at : at + width] for at in range(max(len(hits) - width + 1, 1))]
    np.testing.assert_allclose(rates, [stretch.sum() / width for stretch in stretches])


@given(MASKS, st.integers(1, 70), st.floats(0, 1))
def test_beyond_a_limit_are_the_places_of_the_stretches_beyond_it(hits, width, limit):
    expected = np.zeros(len(hits), np.bool_)
    for at in range(max(len(hits) - width + 1, 1)):
        if hits[at : at + width].sum() / width > limit:
            expected[at : at + width] = True
    np.testing.assert_array_equal(beyond(hits, width, limit), expected)


@given(st.lists(st.integers(0, 3599), max_size=80), st.sampled_from([1, 7, 60, 300]), st.randoms(use_true_random=False))
def test_entries_of_one_cycle_count_once_in_whatever_order_they_came(seconds, length, random):
    case = TableCase(next(path for path in CASES if path.stem == "failed_cycle"))
    log, cycles = known(case)
    cycles = replace(cycles, length=length * 1_000_000)
    random.shuffle(seconds)
    texts = [["a"] * len(seconds)] * 3 + [["error"] * len(seconds)]
    log = type(log)(case.window.start + np.array(seconds, np.int64) * 1_000_000, *texts)
    (answer,) = examine_table(log, cycles, [Question("failed_cycle", (("limit", 1.0),))])
    assert answer.suspects["count"].sum() == len({at // length for at in seconds})


def test_the_window_ends_with_as_of():
    case = TableCase(next(path for path in CASES if path.stem == "failed_cycle"))
    later = replace(known(case)[1], window=Window(case.as_of, case.as_of + 60 * MINUTE))
    found = examine_table(case.log, later, [Question("failed_cycle")])
    assert len(found[0].suspects) == 0
    assert instant("2026-03-04T15:00Z") == case.as_of
