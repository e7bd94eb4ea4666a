"""Data Docs in a real browser: nothing leaves the folder, nothing complains, tables fill, folds open, rows sort."""

import pytest
from chromium import BROWSER, Chromium
from gx_docs_samples import hostile, later, sick, unread

from dq.gx.docs import write_gx_docs

ROWS = "[...document.querySelectorAll('.listing tbody tr')]"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    runs = [sick(), hostile(), unread(), later(sick(), 24)]
    return write_gx_docs(runs, tmp_path_factory.mktemp("docs")).parent


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("needs a Chromium")
    with Chromium() as started:
        yield started


def opened(browser, page, **how):
    browser.open(page, **how)
    return browser.value


def test_pages_load_nothing_from_outside_and_nothing_complains(site, browser):
    for page in sorted(site.rglob("*.html")):
        value = opened(browser, page)
        assert {one.rpartition("/")[2] for one in browser.requests()} == {page.name, "data_docs.css", "data_docs.js"}
        assert all(one.startswith(site.as_uri()) for one in browser.requests())
        assert browser.complaints() == []
        assert value("typeof hacked") == "undefined"
        assert value("document.querySelectorAll('img, [onerror]').length") == 0


def test_the_first_page_lists_sorts_and_searches(site, browser):
    value = opened(browser, site / "index.html")
    assert value(f"{ROWS}.length") == 17  # 14 results, 3 suites
    first = value(f"{ROWS}[0].innerText.split(/\\s+/).join(' ')")
    assert first.strip().startswith("Succeeded 2026-03-13 15:00 UTC 01JR000024 AAPL 1m 2026-03-13 14:00 – 15:00 UTC")
    value("document.querySelectorAll('.listing th button')[3].click()")
    names = value(f"{ROWS}.slice(0, 14).map(row => row.cells[3].innerText)")
    assert names == sorted(names, key=str.casefold)
    assert value("document.querySelector('.listing th[aria-sort]').innerText").startswith("Asset Name")
    value(
        "(() => { const s = document.querySelector('.search input'); s.value = 'nq failed';"
        " s.dispatchEvent(new Event('input')); })()"
    )
    assert value(f"{ROWS}.slice(0, 14).filter(row => row.offsetHeight).length") == 2


def test_a_fold_opens_and_what_passed_can_be_hidden(site, browser):
    value = opened(browser, site / "validations" / "01JPX2" / "BTC-USD_1m.html")
    table = "document.querySelector('details table')"
    assert value(f"{table}.checkVisibility()") is False
    value("document.querySelector('summary').click()")
    assert value(f"{table}.checkVisibility()") is True
    assert "The high of 73,500.25" in value(f"{table}.innerText")
    shown = (
        "[...document.querySelectorAll('.table:not(.table-sm) > tbody > tr')].filter(row => row.offsetHeight).length"
    )
    assert value(shown) == 7
    value("document.querySelector('#failed-only').click()")
    assert value(shown) == 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_as_wide_as_the_screen_in_both_schemes(site, browser, width, scheme):
    for page in (
        site / "index.html",
        *sorted(site.glob("validations/*/*.html"))[:12:3],
        site / "expectations/ohlc_1m.html",
    ):
        value = opened(browser, page, width=width, scheme=scheme)
        value("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert value("document.documentElement.scrollWidth") == width
        assert (
            value("getComputedStyle(document.body).backgroundColor")
            == {
                "light": "rgb(255, 255, 255)",
                "dark": "rgb(20, 24, 29)",
            }[scheme]
        )
