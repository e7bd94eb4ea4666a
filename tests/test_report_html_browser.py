"""The site in a real Chromium: pages open, fit, load nothing from elsewhere, complain of nothing and can be read."""

import http.server
import json
import threading
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from chromium import BROWSER, Chromium
from html_samples import crowded_run
from html_site import whole_site

from dq.reports.html import Site, write_docs
from dq.reports.html.incidents import incident_pages
from dq.reports.html.index import index_page
from dq.reports.html.places import asset_files, places_of
from dq.reports.html.series import series_pages
from dq.reports.html.writing import write_site

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "index.html",
    "incidents/index.html",
    "incidents/inc-1.html",
    "incidents/a0d17.html",
    "checks/index.html",
    "checks/price_spike.html",
    "series/BTC-USD_1m.html",
)

# Text whose contrast with what lies behind it is below WCAG AA (4.5), as "ratio words".
FAINT = """(() => {
  const rgb = text => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = text; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = one => { for (; one; one = one.parentElement) { const c = rgb(getComputedStyle(one).backgroundColor); if (c[3] > 250) return c; } };
  const faint = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || one.closest('title, style, script, .skip, svg') || !one.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(2) + ' ' + words);
  }
  return faint;
})()"""

# Elements beyond the right edge that no box of their own lets people scroll to.
WIDE = """[...document.querySelectorAll('body *:not(svg *, .chart *)')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !one.closest('.wide, pre');
}).map(one => one.tagName + ' ' + one.className)"""
DRAWN = "[...document.querySelectorAll('.chart')].every(one => one.querySelector('.main-svg'))"


@pytest.fixture(scope="module")
def browser():
    with Chromium() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_docs(whole_site(), tmp_path_factory.mktemp("docs")).parent


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists():
        pytest.skip("no axe-core here (npm ci --prefix tests/browser)")
    return AXE.read_text("utf-8")


def draw_all(browser):
    """Bring every chart into view, so that it is drawn."""
    for at in range(browser.value("document.querySelectorAll('.chart').length")):
        browser.value(f"document.querySelectorAll('.chart')[{at}].scrollIntoView({{behavior: 'instant'}})")
        browser.until(f"document.querySelectorAll('.chart')[{at}].querySelector('.main-svg')")


WITH_AXE = [*((page, 390, "dark") for page in PAGES), *((PAGES[at], 1280, "light") for at in (0, 2, 6))]
WITHOUT = [(page, 1280, "light") for page in PAGES if (page, 1280, "light") not in WITH_AXE]


@pytest.mark.parametrize(("page", "width", "scheme"), WITHOUT)
def test_opens_whole_quiet_and_readable(browser, folder, page, width, scheme):
    browser.open(folder / page, width, scheme=scheme)
    draw_all(browser)
    is_whole_quiet_and_readable(browser, folder, width)


def is_whole_quiet_and_readable(browser, folder, width):
    assert browser.complaints() == []
    asked = [one for one in browser.requests() if not one.startswith(("data:", "blob:"))]
    assert all(one.startswith(folder.as_uri()) for one in asked)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(WIDE) == []
    assert browser.value(FAINT) == []
    levels = browser.value("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    assert levels.count(1) == levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The pages of a crowded run that hold most: the first one, the list of incidents, and one series of many findings."""
    site = Site(*crowded_run())
    places = places_of(site.run)
    pages = {"index.html": partial(index_page, site, places)}
    pages |= {"incidents/index.html": incident_pages(site, places)["incidents/index.html"]}
    pages |= dict(list(series_pages(site, places).items())[:1])
    return write_site(tmp_path_factory.mktemp("crowded"), pages, asset_files()).parent


@pytest.mark.parametrize(("page", "width", "scheme"), WITH_AXE)
def test_opens_so_and_axe_finds_nothing_serious(browser, folder, axe, page, width, scheme):
    browser.open(folder / page, width, scheme=scheme)
    draw_all(browser)
    is_whole_quiet_and_readable(browser, folder, width)
    assert serious(browser, axe) == []


@pytest.mark.parametrize(("page", "width"), [("incidents/index.html", 1280), ("series/S000-USD_1m.html", 390)])
def test_axe_finds_nothing_serious_on_crowded_pages(browser, crowded, axe, page, width):
    browser.open(crowded / page, width, scheme="light")
    draw_all(browser)
    assert serious(browser, axe) == []


def serious(browser, axe):
    """What axe calls serious or critical on the open page: rules and the first elements that break them."""
    browser.value(axe)
    told = browser.promised("axe.run().then(told => JSON.stringify(told.violations))")
    found = [one for one in json.loads(told) if one["impact"] in {"serious", "critical"}]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found]


def test_a_click_on_the_heat_map_leads_to_the_series(browser, folder):
    browser.open(folder / "index.html")
    draw_all(browser)
    browser.value("document.getElementById('heat').scrollIntoView({behavior: 'instant', block: 'center'})")
    browser.until("document.querySelector('#heat.leads')")
    box = browser.value(
        "(() => { const b = document.querySelector('#heat .nsewdrag').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
    )
    browser.click(box[0] + box[2] / 2, box[1] + box[3] * 0.3)  # the second of five rows
    browser.until("location.pathname.includes('/series/') && document.readyState === 'complete'")
    assert browser.value("document.querySelector('h1').textContent").strip().startswith("NQ=F 1m")


def test_the_switches_are_kept_from_page_to_page(browser, folder):
    browser.open(folder / "incidents/inc-3.html")
    browser.value("document.querySelector('[value=local]').click(); document.querySelector('[value=dark]').click()")
    assert browser.value("document.querySelector('.at').textContent") == "2026-03-12 09:51 – 09:58 Chicago (CDT)"
    browser.open(folder / "checks/stale_series.html")
    assert "Chicago (CDT)" in browser.value("document.querySelector('main .at').textContent")
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
    assert browser.value("document.querySelector('[value=dark]').checked")
    browser.value("document.querySelector('[value=utc]').click(); document.querySelector('[value=auto]').click()")
    assert browser.value("document.querySelector('main .at').textContent") == "2026-03-12 14:51 – 14:58 UTC"
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_tables_sort_by_number_and_the_filter_hides_what_does_not_match(browser, tmp_path):
    asked, bars = crowded_run(20, 20)
    browser.open(write_docs(Site(asked, bars), tmp_path))
    first = "document.querySelector('#all-series tbody th a').textContent"
    press = "document.querySelector('#all-series th:first-child button').click()"
    assert browser.value(first) == "S000-USD 1m"
    browser.value(f"{press}; {press}")
    assert browser.value(first) == "S019-USD 1m"
    assert browser.value("document.querySelector('#all-series th').ariaSort") == "descending"
    browser.value(
        "const input = document.getElementById('find'); input.value = 's01'; input.dispatchEvent(new Event('input'))"
    )
    assert (
        browser.value("[...document.querySelectorAll('#all-series tbody tr')].filter(one => !one.hidden).length") == 10
    )
    assert browser.value("document.getElementById('found').textContent") == "10 of 20"


def test_copying_selects_the_text_at_least(browser, folder):
    browser.open(folder / "incidents/inc-1.html")
    browser.value("document.querySelector('.copies').click()")
    assert browser.value("getSelection().toString()").startswith("dq validate --from 2026-03-12T14:25:00Z")
    browser.until("['Copied', 'Selected'].includes(document.querySelector('.copies').textContent)")


def test_without_a_script_all_words_are_there_and_no_switch(browser, folder):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(folder / "index.html", 390, scheme="dark")
        told = browser.ask("Accessibility.getFullAXTree")["nodes"]
        browser.open(folder / "incidents/inc-1.html")
        more = browser.ask("Accessibility.getFullAXTree")["nodes"]
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    roles = {one["role"]["value"] for one in told + more if not one.get("ignored")}
    assert {"main", "navigation", "table", "heading"} <= roles
    assert not {"radio", "button", "searchbox"} & roles


def test_the_keyboard_comes_first_to_the_skip_link(browser, folder):
    browser.open(folder / "index.html")
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.value("document.activeElement.className") == "skip"
    assert browser.value("document.activeElement.getBoundingClientRect().left") >= 0


def test_readers_are_told_what_each_part_is(browser, folder):
    browser.open(folder / "index.html")
    draw_all(browser)
    browser.until(
        "!document.querySelector('svg.main-svg:not([aria-hidden])')"
    )  # nothing drawn is a picture without a name
    told = browser.ask("Accessibility.getFullAXTree")["nodes"]
    named = {(one["role"]["value"], one.get("name", {}).get("value", "")) for one in told if not one.get("ignored")}
    roles = {role for role, _ in named}
    assert {"main", "navigation", "banner", "contentinfo", "radio"} <= roles
    pictures = [name for role, name in named if role == "image"]
    assert any(name.startswith("Heat map of 5 series, a column a minute. The list below") for name in pictures)
    assert len(pictures) == 4, sorted(pictures)
    assert all(pictures)


def test_prints_light_with_everything_unfolded(browser, folder):
    browser.open(folder / "index.html", scheme="dark")
    pdf = browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert len(pdf) > 20_000
    assert browser.value("document.documentElement.dataset.dark") == "true"  # again, once it is printed


def test_charts_fit_the_paper_they_are_printed_on_and_the_window_again(browser, folder):
    browser.open(folder / "series/BTC-USD_1m.html")
    draw_all(browser)
    widths = "[...document.querySelectorAll('.chart')].map(one => one.querySelector('.main-svg').clientWidth)"
    shown = browser.value(widths)
    browser.value("dispatchEvent(new Event('beforeprint'))")
    browser.until(f"{widths}.every(one => one && one <= 700)")
    browser.value("dispatchEvent(new Event('afterprint'))")
    browser.until(f"{widths}.join() === '{','.join(map(str, shown))}'")


def test_works_from_a_web_server_too(browser, folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        browser.open(f"http://127.0.0.1:{server.server_port}/index.html")
        draw_all(browser)
        assert browser.complaints() == []
    finally:
        server.shutdown()


def test_a_crowded_first_page_opens_fast(browser, crowded):
    page = crowded / "index.html"
    assert page.stat().st_size < 300_000
    browser.open(page)
    assert browser.complaints() == []
    assert browser.value("document.querySelectorAll('*').length") < 10_000
