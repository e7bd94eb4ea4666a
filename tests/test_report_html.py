"""The HTML page: what it says, that it is whole, and that nothing in it comes from data unescaped."""

import os
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from html_samples import AT, BTC, clean_run, crowded_run, hole, instant, lifelike, no_bars, run, sick_run, verdict

from dq.model import HOUR, MINUTE, NO_INSTANT, CheckVerdict, Finding, Incident, RunError, Series, SettingsError
from dq.reports.html import Site, write_docs

VOID = {"meta", "link"}


class Page(HTMLParser):
    """A page as tags and text; it complains about tags that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def read(self, text):
        if self.open and self.open[-1] != "style":
            self.words.append(text)

    handle_data = read

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, name):
        return [attributes[name] for one, attributes in self.tags if one == tag and name in attributes]


def written(asked, bars, tmp_path):
    return Page(write_docs(Site(asked, bars), tmp_path / "docs").read_text())


def test_says_the_verdict_first_and_everything_about_the_run(tmp_path):
    page = written(*sick_run(), tmp_path)
    said = page.text
    assert said.index("4 incidents in 2 of 5 series") < said.index("Incidents Series") + 200 < said.index("price spike")
    for words in (
        "2026-03-12 14:00 – 15:00 UTC (1 h)",
        "2026-03-12 10:00 Chicago (CDT)",
        "postgresql://dq:***@localhost/demo",
        "ohlc_1m",
        "dq 0.1.0",
        "the source has no order of arrival",
        "only this series lost bars",
        "Backfill that span",
        "311 sigmas, 517,975 ticks, 7.58 %; came back",
        "1 bar reaches beyond it, as far as 73,500.25",
    ):
        assert words in said


def test_incidents_and_figures_come_worst_first(tmp_path):
    page = written(*sick_run(), tmp_path)
    cards = page.all("article", "class")
    assert cards == ["card critical"] * 3 + ["card warning"]
    assert len(page.all("figure", "id")) == 4


def test_every_link_leads_somewhere_on_the_page(tmp_path):
    page = written(*sick_run(), tmp_path)
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = page.all("a", "href")
    assert len(links) > 10
    assert all(link.removeprefix("#") in anchors for link in links)
    assert len(anchors) == sum("id" in attributes for _, attributes in page.tags)


def test_loads_nothing_and_runs_nothing(tmp_path):
    page = written(*sick_run(), tmp_path)
    assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "form"} == set()
    assert page.all("link", "href") == ["data:,"]
    assert "default-src 'none'" in page.all("meta", "content")[1]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"]


def test_a_clean_run_is_short_and_says_so(tmp_path):
    path = write_docs(Site(*clean_run()), tmp_path)
    page = Page(path.read_text())
    assert "All clean: 1 series, 60 bars" in page.text
    assert "Incidents" not in page.text
    assert path.stat().st_size < 20_000


def test_a_usual_run_stays_below_300_kb(tmp_path):
    asked, bars = sick_run()
    more = [hole(BTC, AT - HOUR + at * MINUTE, 1, "warning") for at in range(0, 60, 3)]
    asked = replace(asked, findings=(*asked.findings, *more))
    assert write_docs(Site(asked, bars), tmp_path).stat().st_size < 300_000


EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"


def test_everything_from_outside_is_escaped(tmp_path):
    series = Series(EVIL, MINUTE, EVIL)
    bars = lifelike(series)
    at = int(bars.timestamp[270])
    spike = Finding("price_spike", "critical", series, at, at, 1, EVIL, (EVIL,), EVIL, EVIL, {"worst": EVIL})
    told = replace(
        verdict(series, bars, [CheckVerdict("x", "not_checked", EVIL), CheckVerdict(EVIL, "fail")]),
        notes=(EVIL,),
        zone=EVIL,
    )
    sick = Incident(EVIL, "price_spike", EVIL, "critical", EVIL, at, at, (EVIL,), (0,), EVIL)
    asked = run([told], [spike], [sick], errors=(RunError("k", EVIL, EVIL, EVIL),), notes=(EVIL,), suite=EVIL, id=EVIL)
    asked = replace(asked, source=f"postgresql://{EVIL}", dq_version=EVIL)
    text = write_docs(Site(asked, {(EVIL, MINUTE): bars.ordered}), tmp_path).read_text()
    page = Page(text)
    assert "<script" not in text
    assert "<img" not in text
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.text.count("alert(1)") > 15


@pytest.mark.parametrize("name", ["\ud800 lone", "nul\x00", "\u202eright to left", "ünïcode 株", ""])
def test_any_name_can_be_written(tmp_path, name):
    series = Series(name, MINUTE, "24/7")
    bars = lifelike(series)
    asked = run([verdict(series, bars)], [hole(series, int(bars.timestamp[250]), 1)])
    assert write_docs(Site(asked, {(name, MINUTE): bars.ordered}), tmp_path).stat().st_size > 5_000


def test_findings_without_bars_series_or_time_are_told_and_not_drawn(tmp_path):
    lost = Series("LOST", MINUTE, "24/7")
    findings = [
        Finding("failed_cycle", "warning", None, AT - HOUR, AT, 7, "7 cycles failed."),
        Finding("broken_contract", "critical", BTC, NO_INSTANT, NO_INSTANT, 3, "3 cells cannot be read."),
        Finding("missing_bar", "critical", lost, AT - HOUR, AT - MINUTE, 60, "All bars are missing."),
        Finding("low_completeness", "critical", BTC, AT - HOUR, AT, 60, "Nothing is there."),
        Finding("null_price", "critical", BTC, AT - HOUR, AT - HOUR, 1, "No price."),
    ]
    broken = Incident(
        "i", "broken_contract", None, "critical", "open", NO_INSTANT, NO_INSTANT, ("BTC-USD",), (1,), "Bad."
    )
    page = written(run(findings=findings, incidents=[broken]), {("BTC-USD", MINUTE): no_bars()}, tmp_path)
    assert page.all("figure", "id") == []
    assert "no readable time" in page.text
    assert "No series was judged" in page.text
    for finding in findings:
        assert finding.message in page.text


def test_errors_are_told_before_incidents(tmp_path):
    error = RunError("source", "The server closed the connection.", "Try again.", "GC=F 1m")
    asked, bars = sick_run()
    page = written(replace(asked, verdict="unknown", errors=(error,)), bars, tmp_path)
    assert "Could not tell everything; 4 incidents" in page.text
    assert page.text.index("GC=F 1m : The server closed the connection. Try again.") < page.text.index(
        "Fetch these bars"
    )


def test_many_series_and_findings_are_capped_aloud(tmp_path):
    asked, bars = crowded_run()
    path = write_docs(Site(asked, bars), tmp_path)
    page = Page(path.read_text())
    assert path.stat().st_size < 1_500_000
    assert "9,500 more findings are not shown here" in page.text
    assert "150 more incidents are not shown here" in page.text
    assert "60 places are drawn, the worst and of each kind the first; 9,940 more are not." in page.text
    assert "S199-USD 1m" in page.text
    figures = re.findall(r"price spike, (S\d+)-USD", page.text)
    assert len(set(figures)) == 60  # one of each series rather than sixty of the first


def test_findings_of_one_place_share_a_drawing(tmp_path):
    bars = lifelike(BTC)
    at = int(bars.timestamp[280])
    both = [Finding(name, "critical", BTC, at, at, 1, f"{name}.") for name in ("null_price", "inconsistent_ohlc")]
    page = written(run([verdict(BTC, bars)], both), {("BTC-USD", MINUTE): bars.ordered}, tmp_path)
    assert page.all("figure", "id") == ["d1"]
    assert page.all("a", "href").count("#d1") == 2


def test_same_run_same_page_and_nothing_else_in_the_folder(tmp_path):
    asked, bars = sick_run()
    folder = tmp_path / "a" / "b"
    first = write_docs(Site(asked, bars), folder)
    before = first.read_bytes()
    assert write_docs(Site(asked, bars), folder).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["index.html"]


def test_an_impossible_folder_is_a_wrong_question(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("x")
    for folder in (taken, taken / "below", tmp_path / "nul\0", tmp_path / ("x" * 300)):
        with pytest.raises(SettingsError, match="nothing can be written there"):
            write_docs(Site(*clean_run()), folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_a_wrong_question(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="Permission denied"):
        write_docs(Site(*clean_run()), tmp_path)


def test_an_unfinished_page_leaves_the_old_one_and_no_litter(tmp_path):
    (tmp_path / "index.html").mkdir()  # nothing can take its place
    with pytest.raises(Exception, match="could not be written") as told:
        write_docs(Site(*clean_run()), tmp_path)
    assert told.value.exit_status == 3
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_daily_series_is_told_by_dates(tmp_path):
    daily = Series("SPY", 24 * HOUR, "XNYS")
    bars = lifelike(daily, end=instant("2026-03-13"), count=60)
    at = int(bars.timestamp[40])
    asked = run(
        [replace(verdict(daily, bars), zone="America/New_York")],
        [Finding("price_spike", "critical", daily, at, at, 1, "Far.")],
    )
    page = written(asked, {("SPY", 24 * HOUR): bars.ordered}, tmp_path)
    assert "Far. See the bars" in page.text
    assert "2026-02-21 00:00" not in page.text
