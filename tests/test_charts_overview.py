"""The heat map and the charts of past runs: what each cell and mark says, as plain values that plotly takes."""

import json
from dataclasses import replace

import numpy as np
from html_samples import AT, NQ, hole, no_bars, sick_run
from html_site import EVIL, whole_site
from plotly.graph_objects import Figure

from dq.checks import checks
from dq.model import DAY, HOUR, MINUTE, PastRun
from dq.reports.charts.heatmap import PALE, Row, families, family_text, heatmap
from dq.reports.charts.past import as_past, past_charts
from dq.reports.coverage import Coverage
from dq.reports.html.missing import ROWS, missing
from dq.reports.html.places import places_of
from dq.reports.html.site import Site


def counts(*numbers):
    return np.array(numbers, np.int64)


def covered(starts, owed, present, **lacks):
    return Coverage(
        counts(*starts), counts(*owed), counts(*present), {name: counts(*one) for name, one in lacks.items()}
    )


START = AT - 3 * HOUR
SICK = Row(
    "BTC-USD 1m", covered([START, START + 2 * HOUR], [60, 60], [60, 15], hole=[0, 40], quiet=[0, 5]), "series/b.html"
)
WELL = Row("NQ=F 1m", covered([START + HOUR], [60], [60]))


def test_a_cell_tells_how_much_is_missing_and_the_main_cause():
    told = heatmap([SICK, WELL], "hour")
    trace = told["data"][0]
    assert trace["z"] == [[0, None, 0.67], [None, 0, None]]  # of the quiet places nothing was lost
    assert trace["text"] == [["", "", "L"], ["", "", ""]]
    assert trace["customdata"][0][2].startswith("45 of 60 bars missing<br>40: only this series lost bars; 5: it often")
    assert trace["customdata"][1][1] == "all 60 there"
    assert trace["meta"] == {"pages": ["series/b.html", ""]}
    assert (trace["x0"], trace["dx"]) == (START // 1000, HOUR // 1000)
    assert families([SICK, WELL]) == ["hole", "quiet"]


def test_each_cause_has_a_part_of_the_scale_of_its_own():
    rows = [
        Row(name, covered([START], [10], [present], **{cause: [10 - present]}))
        for name, cause, present in (("a", "hole", 0), ("b", "outage", 9), ("c", "dst", 5), ("d", "never heard of", 1))
    ]
    told = heatmap(rows, "hour")
    assert [row[0] for row in told["data"][0]["z"]] == [0.98, 1.1, 2.5, 3.9]
    assert [row[0] for row in told["data"][0]["text"]] == ["L", "O", "D", "?"]
    places = [place for place, _ in told["data"][0]["colorscale"]]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 1)
    assert set(PALE) <= set(told["layout"]["meta"]["colours"].values()) | set(PALE)
    assert family_text("untold") == "why is not known"


def test_closed_stretches_stay_blank_and_months_are_as_long_as_they_are():
    days = heatmap([Row("a", covered([0, 3 * DAY], [1, 1], [1, 1]))], "day")
    assert days["data"][0]["z"] == [[0, None, None, 0]]
    months = heatmap([Row("a", covered([0, 31 * DAY, 59 * DAY], [1, 1, 1], [1, 1, 1]))], "month")
    assert months["data"][0]["x"] == [0, 31 * DAY // 1000, 59 * DAY // 1000]


def test_plotly_takes_every_figure_and_names_stay_plain_text():
    told = heatmap([replace(SICK, name=EVIL)], "hour")
    Figure(told)
    assert "<" not in told["layout"]["yaxis"]["ticktext"][0]
    for chart in past_charts([*whole_site().past, as_past(whole_site().run)]):
        Figure(chart.figure)
        json.dumps(chart.figure, allow_nan=False)


def test_the_heat_map_takes_minutes_where_the_window_is_short_and_the_bars_are_too():
    site = whole_site()
    told = missing(site, places_of(site.run, checks()))
    assert told.step == "minute"
    assert len(told.figure["data"][0]["z"]) == 5
    assert [(one.series, one.when, one.lacks, one.why) for one in told.holes] == [
        ("BTC-USD 1m", "2026-03-12 14:35 – 14:46 UTC", "12 of 12 bars", "only this series lost bars"),
        ("NQ=F 1m", "2026-03-12 14:51 – 14:57 UTC", "7 of 7 bars", "why is not known"),
    ]
    assert missing(Site(*sick_run()), places_of(site.run)) is None


def test_of_many_series_the_least_complete_are_shown():
    site = whole_site()
    market, bars = site.markets["NQ=F", MINUTE], site.bars["NQ=F", MINUTE]
    names = [replace(NQ, instrument=f"S{at:02}") for at in range(ROWS + 5)]
    verdicts = tuple(replace(site.run.series[0], series=one) for one in names)
    run = replace(site.run, series=verdicts, findings=(hole(names[-1], AT - HOUR, 30),))
    keys = [(one.instrument, one.interval) for one in names]
    markets = {key: replace(market, series=one) for key, one in zip(keys, names, strict=True)}
    some = dict.fromkeys(keys, bars) | {keys[-1]: no_bars()}
    told = missing(Site(run, some, markets), places_of(run))
    assert told.more_rows == 5
    assert len(told.figure["data"][0]["z"]) == ROWS
    assert told.figure["layout"]["yaxis"]["ticktext"][-1] == f"S{ROWS + 4:02} 1m"


def test_past_runs_are_told_in_words_too():
    runs = [*whole_site().past, as_past(whole_site().run)]
    complete, found, took = past_charts(runs)
    assert complete.told == "7 of 10 runs did not pass; the least complete had 93.3 % of its bars."
    assert found.told == "At most 4 findings in one run; 4 in this one."
    assert took.told == "The longest took 0.31 s, this one 0.31 s."
    assert len(complete.figure["data"][0]["y"]) == 10


def test_runs_that_owed_nothing_leave_a_gap():
    runs = [as_past(whole_site().run), PastRun("x", AT, whole_site().run.window, "pass", 0, 0.1, 0, None, {})]
    told = past_charts(runs)[0]
    assert told.figure["data"][0]["y"][1] is None
    assert past_charts(runs[1:])[0].told == "0 of 1 run did not pass."
