"""One score for a series and for a run: what it promises, for any findings, and what real bars get."""

from dataclasses import replace

import numpy as np
import pytest
from html_samples import AAPL, AT, BTC, NQ, clean_run, lifelike, run, sick_run, verdict
from hypothesis import given, settings
from hypothesis import strategies as st
from market_samples import NOON, taken, walk
from validate_support import clean, csv_of, holed

from dq.checks import checks
from dq.explain.quality import run_score, score_text, series_score, series_scores
from dq.model import DAY, HOUR, MINUTE, SEVERITIES, CheckVerdict, Finding, Run, RunError
from dq.reports.html import Site
from dq.reports.html.index import index_page
from dq.reports.html.places import places_of
from dq.reports.html.series import series_pages
from dq.run import Asked, validate
from dq.settings import Settings
from dq.sources import Access

WELL = verdict(BTC, lifelike(BTC), verdict="pass")
FINDINGS = st.builds(
    lambda check, severity, count: Finding(check, severity, BTC, AT - HOUR, AT, count, "Something is wrong."),
    st.sampled_from([*checks(), "of_somebody_else"]),
    st.sampled_from(SEVERITIES),
    st.integers(1, 10_000),
)
LISTS = st.lists(FINDINGS, max_size=6)


def trials(count):
    return settings(max_examples=count, deadline=None, derandomize=True)


def finding(check, severity="critical", count=1, series=BTC):
    return Finding(check, severity, series, AT - HOUR, AT, count, "Something is wrong.")


def score(*findings, judged=WELL):
    return series_score(judged, findings)


@trials(80)
@given(LISTS, FINDINGS, st.integers(0, 60), st.integers(0, 60), st.randoms())
def test_it_never_rises_with_more_trouble(findings, one_more, missing, more, chance):
    judged = replace(WELL, missing_bars=missing)
    told = series_score(judged, findings)
    shuffled = chance.sample(findings, len(findings))
    assert 0.0 <= told <= 100.0
    assert series_score(judged, shuffled) == told
    assert series_score(judged, [*findings, one_more]) <= told
    assert series_score(replace(WELL, missing_bars=min(missing + more, 60)), findings) <= told


def test_a_clean_run_has_all_of_it():
    assert score() == 100.0
    assert run_score(clean_run()[0]) == 100.0


def test_what_is_nobodys_fault_costs_nothing():
    excused = replace(WELL, quiet_bars=20, suspect_bars=10)
    assert score(finding("missing_bar", "info", 30), judged=excused) == 100.0
    assert score(finding("stale_series", "info", 600)) == 100.0
    assert score(finding("price_spike", series=NQ)) == 100.0  # another series' own


def test_a_closed_market_is_in_order():
    closed = verdict(BTC, taken(lifelike(BTC), slice(0)), verdict="pass", expected_bars=0)
    assert (closed.completeness, score(judged=closed)) == (None, 100.0)


@pytest.mark.parametrize("check", checks())
def test_severity_shows_however_little_is_wrong(check):
    assert score(finding(check, "warning")) <= 99.0
    assert score(finding(check, "critical")) < 90.0


def test_the_shares_are_those_of_the_manual():
    assert score(judged=replace(WELL, missing_bars=6)) == pytest.approx(90)
    assert score(finding("price_spike", "warning", 6)) == pytest.approx(100 * 0.9 * 0.99)
    assert score(finding("price_spike", "critical", 6)) == pytest.approx(100 * 0.8 * 0.89)
    assert score(finding("stale_series", "warning", 2)) == pytest.approx(99)
    assert score(finding("stale_series", "warning", 4)) == pytest.approx(100 * 0.5 * 0.99)
    assert score(finding("stale_series", "critical", 6)) == pytest.approx(100 * 120 / 360 * 0.89)
    assert score(finding("stale_series", "critical", 1)) == pytest.approx(100 * 0.49 * 0.89)
    assert score(finding("price_spike", "critical", 1_000)) == 0.0


def test_bars_longer_than_two_minutes_may_be_one_bar_old():
    daily = replace(BTC, interval=DAY)
    judged = replace(WELL, series=daily)
    stale = [finding("stale_series", "warning", count, daily) for count in (1, 2)]
    assert [series_score(judged, [one]) for one in stale] == pytest.approx([99, 100 * 0.5 * 0.99])


def test_where_nobody_could_tell_there_is_none():
    untold = replace(WELL, verdict="unknown", expected_bars=None)
    unchecked = replace(WELL, checks=(CheckVerdict("price_spike", "not_checked", "no bars"),))
    assert score(judged=untold) is None
    assert score(judged=unchecked) is None
    assert run_score(run([WELL, untold], verdict="pass")) is None
    assert run_score(run([WELL], errors=(RunError("source", "The source did not answer."),), verdict="unknown")) is None
    assert run_score(run([], verdict="pass")) is None


def test_a_run_is_as_good_as_its_worst_series():
    sick, _ = sick_run()
    scores = series_scores(sick)
    assert run_score(sick) == min(scores) < 50 < max(scores) == 100.0
    of_a_table = finding("failed_cycle", "critical", series=None)
    both = run([WELL, replace(WELL, series=AAPL)], [of_a_table])
    assert (series_scores(both), run_score(both)) == ([100.0, 100.0], pytest.approx(89.0))


def test_words_never_round_up():
    assert [score_text(one) for one in (None, 100.0, 100 - 1e-12, 80.1, 0.0)] == [
        "not known",
        "100 of 100",
        "99.9 of 100",
        "80.1 of 100",
        "0 of 100",
    ]


def judged(folder, text, **asked) -> Run:
    path = folder / "bars.csv"
    path.write_text(text)
    wanted = Settings(history=folder / "history", cache=folder / "cache")
    return validate(Asked(Access(str(path)), wanted, NOON, record=False, **asked), "0").run


def test_real_bars_get_it(tmp_path):
    assert run_score(judged(tmp_path, clean())) == 100.0
    thin = judged(tmp_path, holed(120, 12))
    assert run_score(thin) == pytest.approx(100 * 0.9 * 0.89)
    spiked = walk(120)
    spiked.high[60] *= 3
    assert 80 < run_score(judged(tmp_path, csv_of(spiked))) < 90
    dead = judged(tmp_path, csv_of(taken(walk(120), np.arange(110))), at=NOON + 120 * MINUTE, window=HOUR)
    assert run_score(dead) < 50


def test_pages_tell_it():
    sick, bars = sick_run()
    site, places = Site(sick, bars), places_of(sick)
    worst, best = (score_text(choice(series_scores(sick))) for choice in (min, max))
    assert f"<dt>Quality</dt><dd>{worst}</dd>" in index_page(site, places)
    pages = series_pages(site, places)
    assert f"<dt>Quality</dt><dd>{best}</dd>" in pages[places.series["ES=F 1m"]]()


def test_json_tells_it(desk):
    desk.write("bars.csv", holed(120, 12))
    document = desk.json("bars.csv").report
    told = [document["summary"]["quality"], *(one["quality"] for one in document["series"])]
    assert told == pytest.approx([80.1, 80.1])
