"""The page of one series: what it says in words, and its chart in a real Chromium."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from chromium import BROWSER, Chromium
from html_samples import AT, BTC, hole, lifelike, run, sick_run, spiked, verdict, without
from html_site import EVIL, read, whole_site

from dq.model import MINUTE, CheckVerdict, Finding, Series
from dq.reports.html import Site, write_docs
from dq.reports.html.places import places_of
from dq.reports.html.series import FINDINGS, series_pages

in_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")
BOXES = "document.querySelectorAll('#bars path.box').length"
VIEW = "dqCharts.view('bars')"
SHOWN = "document.getElementById('bars').layout"


def page(site, name="BTC-USD 1m"):
    places = places_of(site.run)
    return series_pages(site, places)[places.series[name]]()


def figures(text):
    """The figure of the whole, and what the script of the page knows of findings."""
    blocks = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    return json.loads(blocks[0]), json.loads(blocks[1])


def long_site(count=20_000):
    """A series whose bars have to be put together, with a spike and a hole."""
    bars = spiked(lifelike(BTC, count=count, price=68_250.0), 9_000, 99_999.5)
    spike = Finding("price_spike", "critical", BTC, *[int(bars.timestamp[9_000])] * 2, 1, "Far away.", ("high",))
    gap = hole(BTC, int(bars.timestamp[15_000]), 12)
    kept = without(bars, np.r_[0:15_000, 15_012:count])
    judged = verdict(BTC, kept, [CheckVerdict("price_spike", "fail", findings=1)])
    return Site(run([judged], [spike, gap]), {("BTC-USD", MINUTE): kept.ordered})


def test_the_table_is_in_the_page_worst_first_with_what_to_look_at(tmp_path):
    (tmp_path / "page.html").write_text(page(Site(*sick_run())), "utf-8")
    shown = read(tmp_path / "page.html")
    assert [one for one in shown.anchors if re.fullmatch(r"f\d+", one)] == ["f0", "f1", "f2"]
    assert "Value: 73,500.25; Expected: 68,320.5; Distance: 311 sigmas" in shown.text
    assert "SELECT * FROM ohlc_data WHERE instrument = 'BTC-USD'" in shown.text
    assert "1 could not answer out of order timestamp the source has no order of arrival" in shown.text
    assert "../checks/price_spike.html" in shown.all("a", "href")
    assert "#f1" in shown.all("a", "href")


def test_each_row_knows_where_its_bars_are():
    whole, told = figures(page(long_site()))
    assert whole["layout"]["meta"]["joined"]
    assert [one[0] for one in told["shown"]] == [0, 1]
    assert [one[3] for one in told["shown"]] == [0, 1]
    spike = told["figures"][0]
    begin, end = spike["layout"]["xaxis"]["range"]
    assert begin < told["shown"][0][1] < end
    assert sum(len(one["x"]) for one in spike["data"] if one["type"] == "candlestick") == 81
    _, short = figures(page(Site(*sick_run())))
    assert short["figures"] == []  # the whole shows every bar by itself


def test_a_page_of_many_findings_stays_light():
    bars = lifelike(BTC, count=9_000)
    told = "The high of 21,940.25 stands 3,760 ticks (31 sigmas) above its neighbours, and came back at once."
    found = [Finding("price_spike", "critical", BTC, at, at, 1, told, ("high",)) for at in bars.timestamp[::9].tolist()]
    text = page(Site(run([verdict(BTC, bars)], found), {("BTC-USD", MINUTE): bars.ordered}))
    assert len(text) < 300_000
    assert f"And {1_000 - FINDINGS:,} more" in text
    assert len(page(long_site(60_000))) < 300_000


def test_names_and_messages_are_escaped():
    series = Series(EVIL, MINUTE, "24/7")
    bars = lifelike(series)
    found = Finding("price_spike", "critical", series, *[int(bars.timestamp[200])] * 2, 1, EVIL, ("high",))
    text = page(Site(run([verdict(series, bars)], [found]), {(EVIL, MINUTE): bars.ordered}), series.name)
    assert "<script>alert" not in text
    assert "<img" not in text


def test_a_series_without_bars_says_so():
    asked, bars = sick_run()
    assert "no bars are kept" in page(Site(asked, {}, undrawn="This run is an old one: no bars are kept."))
    assert 'class="chart-spec"' not in page(Site(asked, {}))
    assert "None." in page(Site(replace(asked, findings=()), bars))


def test_completeness_is_drawn_by_cause():
    text = page(whole_site())
    (made,) = [json.loads(one) for one in re.findall(r'data-for="complete">(.*?)</script>', text, re.DOTALL)]
    names = [one["name"] for one in made["data"]]
    assert names[:2] == ["present", "only this series lost bars"]
    assert sum(one for trace in made["data"] for one in trace["customdata"]) == 60


@pytest.fixture(scope="module")
def browser():
    with Chromium() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_docs(whole_site(), tmp_path_factory.mktemp("series")).parent


def opened(browser, folder, name="BTC-USD_1m", after="", **asked):
    (path,) = folder.glob(f"series/{name}*.html")
    browser.open("about:blank")  # a page that differs in its fragment alone would not be loaded again
    browser.open(path.as_uri() + after, **asked)
    browser.until("document.querySelector('#bars .main-svg .boxlayer path.box')")
    return browser


def press(browser, key):
    text = key if len(key) == 1 else ""
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key=key, text=text if kind == "keyDown" else "")


def middle_of(browser, selector):
    return browser.value(
        f"(() => {{ const one = document.querySelector({selector!r}); one.scrollIntoView({{block: 'end',"
        " behavior: 'instant'}); const b = one.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
    )


@in_browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_chart_draws_every_bar_and_asks_for_nothing_else(browser, folder, width, scheme):
    opened(browser, folder, width=width, scheme=scheme)
    assert browser.value(BOXES) == 108  # of the window 48, as 12 are missing, and 60 before it
    assert browser.complaints() == []
    asked = [one for one in browser.requests() if not one.startswith(("data:", "blob:"))]
    assert all(one.startswith(folder.as_uri()) for one in asked)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert not browser.value("document.querySelector('.modebar')?.textContent")


@in_browser
def test_a_click_on_a_row_moves_the_chart_to_its_bars(browser, folder):
    opened(browser, folder)
    before = browser.value(VIEW)
    browser.click(*middle_of(browser, "#f1 .message"))
    browser.until(f"{SHOWN}.shapes.some(one => one.name === 'chosen')")
    begin, end = browser.value(VIEW)
    first, last = (AT // 1000 - 25 * 60_000), (AT // 1000 - 14 * 60_000)
    assert before[0] < begin < first < last < end
    assert end - begin < (before[1] - before[0]) * 0.7
    (frame,) = browser.value(f"{SHOWN}.shapes.filter(one => one.name === 'chosen').map(one => [one.x0, one.x1])")
    assert frame == [first - 30_000, last + 30_000]
    assert browser.value("document.querySelector('tr.chosen').id") == "f1"
    assert browser.value("location.hash") == "#f1"
    assert browser.value("document.getElementById('bars-told').textContent").startswith(
        "Finding 2 of 3, critical missing bar:"
    )


@in_browser
def test_an_address_names_a_finding_and_keys_go_on_from_there(browser, folder):
    opened(browser, folder, after="#f1")
    chosen = "document.querySelector('tr.chosen')?.id"
    browser.until(f"{chosen} === 'f1'")
    press(browser, "n")
    assert browser.value(chosen) == "f1"  # letters are nobody's while the chart does not have the focus
    browser.value("document.getElementById('bars').focus()")
    for key, row in (("n", "f2"), ("n", "f0"), ("p", "f2"), ("w", None)):
        press(browser, key)
        assert browser.value(chosen) == row
    assert browser.value(VIEW) == browser.value("dqCharts.whole('bars').layout.xaxis.range")
    press(browser, "+")
    near = browser.value(VIEW)
    press(browser, "ArrowLeft")
    assert browser.value(VIEW)[0] < near[0]
    browser.until(f"{SHOWN}.xaxis.range[0] === {VIEW}[0]")


@in_browser
def test_a_click_on_a_sign_chooses_its_row_and_pointing_at_it_tells(browser, folder):
    opened(browser, folder)
    at = middle_of(browser, "#bars .scatterlayer .trace:last-child .points path")
    browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=at[0], y=at[1] + 3)
    browser.until("document.querySelector('#bars .hoverlayer .legend')")
    told = browser.value("document.querySelector('#bars .hoverlayer').textContent")
    assert "73,500.25" in told
    assert "311 sigmas" in told
    browser.click(at[0], at[1] + 3)
    browser.until("document.querySelector('tr.chosen')?.id === 'f0'")


@in_browser
def test_y_follows_what_is_in_view(browser, folder):
    opened(browser, folder)
    low, high = browser.value(f"{SHOWN}.yaxis.range")
    x, y = middle_of(browser, "#bars .nsewdrag")
    for _ in range(40):  # a busy browser takes several turns of the wheel for one
        browser.ask("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-100)
        if browser.value(f"{VIEW}[1] - {VIEW}[0] < 80 * 60000"):
            break
    browser.until(f"{SHOWN}.yaxis.range[1] - {SHOWN}.yaxis.range[0] < {0.9 * (high - low)}")


@in_browser
def test_the_switches_move_times_and_change_colours(browser, folder):
    opened(browser, folder, "NQ_F_1m")
    first = "document.getElementById('bars').data[0].x[0]"
    ground = "getComputedStyle(document.querySelector('#bars .bg')).fill"
    utc, light = browser.value(first), browser.value(ground)
    titled = "document.querySelector('#bars .xtitle').textContent"
    assert browser.value(titled) == "UTC"
    browser.value("document.querySelector('[value=local]').click()")
    browser.until(f"{titled} === 'Chicago'")
    assert browser.value(first) - utc == -5 * 3_600_000
    browser.value("document.querySelector('[value=dark]').click()")
    browser.until(f"{ground} !== {json.dumps(light)}")
    assert browser.value(ground) == "rgb(27, 34, 43)"
    browser.value("document.querySelector('[value=utc]').click(); document.querySelector('[value=auto]').click()")
    browser.until(f"{titled} === 'UTC' && {ground} === {json.dumps(light)}")


@in_browser
def test_bars_of_an_hour_that_clocks_show_twice_do_not_lie_upon_one_another(browser, folder):
    opened(browser, folder)
    browser.value("document.querySelector('[value=local]').click()")
    back = "{...whole.layout.meta, offsets: [[0, 60], [whole.data[0].x[30], 0]], place: 'London'}"
    browser.value(
        "(() => { const whole = structuredClone(dqCharts.whole('bars'));"
        f" whole.layout.meta = {back}; dqCharts.show('bars', whole); }})()"
    )
    browser.until("document.querySelector('#bars .xtitle').textContent === 'London'")
    xs = browser.value("document.getElementById('bars').data[0].x")
    assert all(a < b for a, b in pairwise(xs))
    browser.value("document.querySelector('[value=utc]').click()")


@in_browser
def test_the_whole_of_a_long_series_gives_way_to_single_bars(browser, tmp_path):
    opened(browser, write_docs(long_site(), tmp_path).parent)
    said = "document.getElementById('bars-said').textContent"
    assert browser.value(said).startswith("19,988 bars put together into candles of 1 h.")
    browser.value("document.getElementById('bars').focus()")
    press(browser, "n")
    browser.until(f"{BOXES} === 81")
    assert "beyond the axis, as far as 99,999.5" in browser.value(said)
    press(browser, "w")
    browser.until(f"{BOXES} > 300")


@in_browser
def test_without_the_library_and_without_scripts_the_words_remain(browser, folder):
    (path,) = folder.glob("series/BTC-USD_1m.html")
    browser.ask("Network.setBlockedURLs", urls=["*plotly*"])
    browser.open(path)
    assert "could not be loaded" in browser.value("document.getElementById('bars').textContent")
    assert browser.value("document.querySelectorAll('.of-series tbody tr').length") == 3
    browser.ask("Network.setBlockedURLs", urls=[])
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(path)
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.value("document.querySelector('noscript').textContent.includes('say the same')")
    assert browser.value("getComputedStyle(document.querySelector('.bars-tools')).display") == "none"
