"""Data Docs from dq's runs: what the pages say, that nothing of it is markup, and what a second build does."""

import json
import logging
import re
import resource
import signal
import tempfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from gx_docs_samples import MARKUP, hostile, later, sick, thick, unread
from html_samples import BTC, lifelike

from dq.gx.docs import NEWEST, write_gx_docs
from dq.gx.docs.retired import _Retired
from dq.gx.docs.stored import ROWS
from dq.gx.docs.views import escaped, self_contained
from dq.model import CheckVerdict, DqError, SettingsError
from dq.reports.html.places import slug


class Elements(HTMLParser):
    """Names of elements, attributes with them, and the text between."""

    def __init__(self, page):
        super().__init__()
        self.found, self.words = [], []
        self.feed(page.read_text("utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def read(self, words):
        self.words.append(words)

    handle_data = read


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return write_gx_docs([sick(), hostile(), unread(), thick()], tmp_path_factory.mktemp("docs") / "a" / "b").parent


def page_of(site, run, asset):
    return Elements(site / "validations" / slug(run) / f"{slug(asset)}.html")


def test_a_result_tells_its_findings_with_their_severity_time_and_evidence(site):
    page = page_of(site, "01JPX2", "BTC-USD 1m")
    assert "Status: Failed" in page.text
    assert "critical No price spike . Prices that leap away from their neighbours and come back." in page.text
    assert "2026-03-12 14:19 UTC 1 The high of 73,500.25 stands 5,180 above its neighbours" in page.text
    assert "311 sigmas, 517,975 ticks, 7.58 %; came back" in page.text
    assert "Completeness 80 %" in page.text
    assert ("details", {"class": "fold"}) in page.found
    assert ("a", {"href": "../../expectations/ohlc_1m.html"}) in page.found


def test_what_was_not_asked_is_neither_passed_nor_failed(site):
    page = page_of(site, "01JPX2", "BTC-USD 1m")
    assert "Not checked: the source has no order of arrival." in page.text
    assert (
        "Evaluated Expectations 6 Successful Expectations 3 Unsuccessful Expectations 3 Success Percent 50%"
        in page.text
    )
    assert "Status: Succeeded" in page_of(site, "01JPX2", "AAPL 1m").text


def test_what_could_not_be_read_has_its_page_and_its_line(site):
    first = Elements(site / "index.html")
    assert first.text.count("Could not tell") == 3
    assert "The server does not answer. Ask its owner." in page_of(site, "01UNREAD", "ES=F").text
    whole = page_of(site, "01UNREAD", "The run as a whole")
    assert "The log of errors was cut short. Ask again." in whole.text
    assert "warning No failed cycle" in whole.text
    assert "7 of 60 cycles failed." in whole.text


def test_severity_decides_and_a_page_lists_only_so_many(site):
    page = page_of(site, "01THICK", "NQ=F 1m")
    assert "1,500 findings" in page.text
    assert "The first 200 of 1,500 findings are shown." in page.text
    assert page.text.index("warning 2026-03-12 14:00 UTC (2026-03-12 09:00 Chicago (CDT))") < page.text.index(
        " info 2026"
    )
    assert ("a", {"href": "../../expectations/ohlc_1d.html"}) in page_of(site, "01THICK", "BTC-USD 1d").found
    assert all(path.stat().st_size < 300_000 for path in site.rglob("*.html"))


def test_results_of_a_check_that_is_gone_can_still_be_read(site):
    page = page_of(site, MARKUP, f"{MARKUP} 1m")
    assert "No moon phase . This dq does not have the check any more." in page.text
    assert "The moon was full." in page.text
    assert "No sun spots . This dq does not have the check any more." in page.text


def test_no_text_that_bars_bring_is_markup(site):
    allowed = {"../../assets/data_docs.js", "../assets/data_docs.js", "assets/data_docs.js"}
    shown = 0
    for path in site.rglob("*.html"):
        page = Elements(path)
        shown += page.text.count(
            """<script>hacked=1</script><img src=x onerror="hacked=2">'"& $severity ${x} \\ud800 {{"""
        )
        assert {attrs.get("src") for tag, attrs in page.found if tag == "script"} <= allowed
        assert not [tag for tag, attrs in page.found if tag in {"img", "iframe", "object", "form"}]
        assert not [name for tag, attrs in page.found for name in attrs if name.startswith("on")]
    assert shown > 15


def test_every_link_leads_to_a_page(site):
    for path in site.rglob("*.html"):
        links = [attrs["href"] for tag, attrs in Elements(path).found if tag in {"a", "link"}]
        assert links
        local = [one for one in links if not one.startswith(("#", "data:"))]
        assert [one for one in local if not (path.parent / one).is_file()] == []


def test_suites_are_shown_with_their_reasons(site):
    page = Elements(site / "expectations" / "ohlc_1m.html")
    assert (
        "warning No missing bar . Bars that the calendar owes and that are not there. Those longer than 120s."
        in page.text
    )
    assert "One lost minute is routine and stays a note" in page.text


def test_a_second_build_draws_what_is_new_and_nothing_else(tmp_path):
    write_gx_docs([sick(), later(sick(), 1)], tmp_path, newest=7)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("validations/*/*")}
    changed = replace(sick(), findings=sick().findings[1:])
    write_gx_docs([changed, later(sick(), 1), later(sick(), 24)], tmp_path, newest=7)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.glob("validations/*/*")}
    assert sorted(path.parent.name for path in after.keys() - before) == ["01JR000024"] * 5
    assert [path.name for path in before if after[path] != before[path]] == ["BTC-USD_1m.html"]
    first = Elements(tmp_path / "index.html")
    assert "15 results; the newest 7 are listed here." in first.text
    days = "2026-03-13 5 results, 2 failed 2026-03-12 (1) 7 results, 3 failed 2026-03-12 (2) 3 results, 1 failed"
    assert days in first.text
    assert "Results of 2026-03-12 (2) 3 results, 1 failed." in Elements(tmp_path / "days" / "2026-03-12-2.html").text
    assert len([one for one in first.found if one[1].get("href", "").startswith("validations/")]) == 7


def test_a_run_adds_to_what_the_site_holds_even_where_its_list_is_damaged(tmp_path):
    write_gx_docs([sick()], tmp_path)
    write_gx_docs([later(sick(), 1)], tmp_path)
    assert "10 results." in Elements(tmp_path / "index.html").text
    (tmp_path / ".dq-data-docs.json").write_text('{"results": [{"at": "x"}, 7]}')
    write_gx_docs([later(sick(), 1)], tmp_path)
    assert "5 results." in Elements(tmp_path / "index.html").text


def test_no_runs_make_a_site_of_suites(tmp_path):
    assert "0 results." in Elements(write_gx_docs([], tmp_path)).text


def test_a_suite_of_the_users_has_its_page_and_what_is_none_is_told(tmp_path):
    (tmp_path / "expectations").mkdir()
    entry = {"type": "expect_no_stale_series", "kwargs": {}, "severity": "info", "meta": {"why": "Night."}}
    (tmp_path / "expectations" / "night.json").write_text(json.dumps({"name": "night", "expectations": [entry]}))
    theirs = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "close"}}
    (tmp_path / "expectations" / "theirs.json").write_text(json.dumps({"name": "theirs", "expectations": [theirs]}))
    site = write_gx_docs([replace(sick(), suite="night")], tmp_path / "docs", beside=tmp_path).parent
    assert "info No stale series" in Elements(site / "expectations" / "night.html").text
    links = [attrs.get("href") for _, attrs in Elements(site / "index.html").found]
    assert links.count("expectations/night.html") == 6
    assert "expectations/theirs.json has no page here." in Elements(site / "index.html").text


def test_what_great_expectations_only_logs_is_raised(tmp_path, caplog):
    from great_expectations.render.components import LegacyDiagnosticRendererType
    from great_expectations.render.renderer.renderer import renderer

    class ExpectNoDryInk(_Retired):
        def _validate(self, *_, **__):
            raise NotImplementedError

        @classmethod
        @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
        def _diagnostic_observed_value_renderer(cls, **_):
            raise ValueError("the ink is dry")

    series = replace(sick().series[0], checks=(CheckVerdict("dry_ink", "pass"),))
    with pytest.raises(DqError, match=r'could not draw a page: ValueError: "the ink is dry"'):
        write_gx_docs([replace(sick(), series=(series,))], tmp_path)
    assert not caplog.records
    assert not (tmp_path / ".dq-data-docs.json").exists()


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example/vega@9"></script>',
        "<link\n rel=stylesheet href=//cdn.example/x.css>",
        '<img alt="x" src="http://cdn.example/beacon.png?d=1">',
        "<style>@import 'https://cdn.example/x.css';</style>",
        "<style>b { background: url(//cdn.example/x.png) }</style>",
    ],
)
def test_a_page_that_would_load_something_is_refused(markup):
    with pytest.raises(DqError, match=r"would load .*//cdn\.example/"):
        self_contained(f"<html>{markup}</html>")
    assert self_contained('<a href="https://example.org/">a link loads nothing</a>')


def test_escaping_twice_is_escaping_once():
    assert escaped(escaped(MARKUP)) == escaped(MARKUP)
    assert escaped("a & b &lt; &#39; &nosuch") == "a &amp; b &lt; &#39; &amp;nosuch"


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="nothing can be written there") as raised:
        write_gx_docs([sick()], tmp_path / "file" / "docs")
    assert "Name a folder" in raised.value.hint
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(SettingsError, match="another site is there already"):
        write_gx_docs([sick()], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "index.html"]
    assert (tmp_path / "index.html").read_text() == "mine"


def test_a_full_disk_is_told_and_the_next_build_is_whole(tmp_path):
    limits, told = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    write_gx_docs([sick()], tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(DqError, match=r"could not be written \(File too large\)") as raised:
            write_gx_docs([sick(), thick()], tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, told)
    assert "Make room" in raised.value.hint
    assert {path: path.read_bytes() for path in before} == before
    assert "7 results." in Elements(write_gx_docs([thick()], tmp_path)).text
    assert not list(tmp_path.rglob(".*.html.*"))


def test_everything_around_is_left_as_it_was(tmp_path, monkeypatch, capfd):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path)
    listening, captured = logging.getLogger("great_expectations").handlers[:], logging._warnings_showwarning
    write_gx_docs([sick()], Path("docs"))
    assert logging.getLogger("great_expectations").handlers == listening
    assert logging._warnings_showwarning is captured
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "temporary"]
    assert not list((tmp_path / "temporary").iterdir())
    assert capfd.readouterr() == ("", "")


def test_the_guide_says_how(tmp_path, monkeypatch):
    guide = (Path(__file__).parent.parent / "docs" / "gx.md").read_text("utf-8").split("\n## Data Docs")[1]
    (block,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    bars = lifelike(BTC)
    frame = pd.DataFrame({name: bars.column(name) for name in ("open", "high", "low", "close", "volume")})
    frame.insert(0, "timestamp", pd.to_datetime(bars.timestamp, unit="us", utc=True))
    exec(compile(block, "docs/gx.md", "exec"), {"frame": frame})
    assert "1 result." in Elements(tmp_path / "data-docs" / "index.html").text
    for number in ("15 addresses", "6 kB", "2 kB", "the worst 200", "newest 500"):
        assert number in guide
    assert (NEWEST, ROWS) == (500, 200)
    sizes = [round(one.stat().st_size / 1000) for one in sorted((tmp_path / "data-docs" / "assets").iterdir())]
    assert sizes == [6, 2]
