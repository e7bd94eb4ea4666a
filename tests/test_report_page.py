"""The report for a browser: one file that loads nothing, whatever names it holds, and that people can read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import BROWSER, Chromium
from html_samples import AT
from report_samples import CLEAN, SICK, recorded, two_days
from validate_support import Inside, called

from dq.model import RunError, instant_text
from dq.reports.html.drawings import line, stacks

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
EVIL = "</script><script>alert(1)</script>\"'><b>"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of two days, in which every name and message that a source brings would break out where it could."""
    folder = tmp_path_factory.mktemp("report")
    desk = Inside(folder, folder / "sessions")
    two_days(desk)
    odd = replace(CLEAN.series[0], series=replace(CLEAN.series[0].series, instrument=EVIL))
    wrong = replace(CLEAN, suite=EVIL, source=EVIL, verdict="unknown", errors=(RunError("source", EVIL),))
    recorded(desk, replace(wrong, series=(odd, *CLEAN.series[1:])), until=AT - 1)
    words = ("report", "--at", instant_text(AT), "--format", "html", "--output", "report.html")
    assert called(desk, *words) == (0, "", "")
    return folder / "report.html"


def test_it_is_one_file_that_names_no_other(page):
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "src=" not in text
    assert "default-src 'none'" in text
    assert len(text) < 100_000


def test_what_a_source_says_is_text(page):
    text = page.read_text("utf-8")
    assert "alert(1)</script>" not in text
    assert text.count("&lt;/script&gt;&lt;script&gt;alert(1)") >= 4
    assert text.count("<script") == 1


def test_a_line_breaks_where_nothing_is_known():
    drawn = str(line([1.0, None, 0.5, 0.0], 0.0, 1.0, "Completeness <b>"))
    assert drawn.count("<path") == 2
    assert 'd="M3.00 1.50H27.00"' in drawn  # alone in its part: 120 ÷ 4 wide, drawn over 80 % of it
    assert 'd="M75.00 12.00L105.00 22.50"' in drawn
    assert 'aria-label="Completeness &lt;b&gt;"' in drawn
    assert "<path" not in str(line([None, None], 0.0, 1.0, ""))


def test_stacks_are_as_high_as_there_are_runs():
    drawn = str(stacks([{"pass": 3, "fail": 1, "unknown": 0}, {"pass": 2, "fail": 0, "unknown": 0}], "Verdicts", 40))
    assert '<rect class="pass" x="0.00" y="10.00" width="51.60" height="30.00"/>' in drawn
    assert '<rect class="fail" x="0.00" y="0.00" width="51.60" height="10.00"/>' in drawn
    assert '<rect class="pass" x="60.00" y="20.00" width="51.60" height="20.00"/>' in drawn
    assert drawn.count("<rect") == 3


def test_one_run_has_a_page(tmp_path):
    desk = Inside(tmp_path, tmp_path / "sessions")
    recorded(desk, SICK)
    status, text, _ = called(desk, "report", "--at", instant_text(AT), "--format", "html")
    assert (status, "<h1>1 run from 2026-03-11 15:00" in text) == (0, True)
    assert "Nothing to compare with" in text
    quality = json.loads(called(desk, "report", "--at", instant_text(AT), "--format", "json")[1])["quality"]
    assert f'<dd class="value">{quality:.1f}' in text
    assert f"the lowest is {quality:.1f}." in text  # the chart is of what the card is of


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")
def test_a_browser_shows_it_whole_and_axe_finds_nothing_serious(page):
    with Chromium() as browser:
        for width, scheme, paper in ((1280, "light", "rgb(255, 255, 255)"), (390, "dark", "rgb(18, 23, 30)")):
            browser.open(page, width, scheme=scheme)
            assert browser.complaints() == []
            assert [one for one in browser.requests() if not one.startswith("data:")] == [page.as_uri()]
            assert browser.value("document.documentElement.scrollWidth") <= width
            assert browser.value("getComputedStyle(document.body).backgroundColor") == paper
            if AXE.exists():
                browser.value(AXE.read_text("utf-8"))
                told = browser.promised("axe.run().then(told => JSON.stringify(told.violations))")
                found = [one for one in json.loads(told) if one["impact"] in {"serious", "critical"}]
                assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
        browser.value("document.querySelector('#all-series th:first-child button').click()")
        assert browser.value("document.querySelector('#all-series tbody th').textContent").startswith("</script>")
        browser.value("document.querySelector('[value=light]').click()")
        assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
