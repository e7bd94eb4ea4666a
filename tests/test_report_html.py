"""The HTML site: what its pages say, that they are whole, and that nothing in them comes from data unescaped."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import AT, BTC, clean_run, crowded_run, hole, instant, lifelike, no_bars, run, sick_run, verdict
from html_site import EVIL, pages_of, read

from dq.checks import checks
from dq.model import HOUR, MINUTE, NO_INSTANT, CheckVerdict, Finding, Incident, PastRun, RunError, Series
from dq.reports.html import Site, write_docs


def written(asked, bars, folder, **told):
    return pages_of(write_docs(Site(asked, bars, **told), folder).parent)


@pytest.fixture(scope="module")
def sick(tmp_path_factory):
    return written(*sick_run(), tmp_path_factory.mktemp("sick"))


def test_the_first_page_says_the_verdict_first_and_everything_about_the_run(sick):
    said = sick["index.html"].text
    assert (
        said.index("4 incidents in 2 of 5 series") < said.index("Where bars were missing") < said.index("Checks passed")
    )
    for words in (
        "2026-03-12 14:00 – 15:00 UTC 1 h",
        "postgresql://dq:***@localhost/demo",
        "ohlc_1m",
        "dq 0.1.0",
        "12 bars are missing while the market was open.",
        "No earlier run of this source is at hand.",
        "Not drawn: no calendar was at hand",
    ):
        assert words in said


def test_incidents_come_worst_first_and_lead_to_their_page_and_chart(sick):
    page = sick["index.html"]
    assert page.all("article", "class") == ["incident critical"] * 3 + ["incident warning"]
    links = page.all("a", "href")
    assert [link for link in links if link.startswith("incidents/inc")] == [
        f"incidents/inc-{at}.html" for at in (0, 1, 3, 2)
    ]
    assert {"series/BTC-USD_1m.html#f0", "series/NQ_F_1m-74118e.html#f3"} <= set(links)


def test_an_incident_page_tells_what_why_and_what_to_do(sick):
    page = sick["incidents/inc-1.html"]
    for words in (
        "Missing bar: BTC-USD 1m",
        "2026-03-12 14:35 – 14:46 UTC",
        "12 min",
        "only this series lost bars",
        "Backfill that span",
        "dq validate --from 2026-03-12T14:25:00Z --to 2026-03-12T14:57:00Z --instrument BTC-USD --docs dq-docs",
        "SELECT * FROM ohlc_data WHERE instrument = 'BTC-USD'",
    ):
        assert words in page.text
    assert "../series/BTC-USD_1m.html#f1" in page.all("a", "href")
    assert "../checks/missing_bar.html" in page.all("a", "href")
    spike = sick["incidents/inc-0.html"].text
    assert "Distance: 311 sigmas, 517,975 ticks, 7.58 %; came back" in spike


def test_every_check_has_its_page_with_what_it_said_in_this_run(sick):
    assert {f"checks/{name}.html" for name in checks()} <= set(sick)
    spike = sick["checks/price_spike.html"]
    assert "What it finds" in spike.text
    assert "BTC-USD 1m 1 finding" in spike.text
    assert "../series/BTC-USD_1m.html#f0" in spike.all("a", "href")
    assert "the source has no order of arrival" in sick["checks/out_of_order_timestamp.html"].text
    assert "It was not asked of any series." in sick["checks/scale_error.html"].text
    assert "`" not in "".join(page.text for name, page in sick.items() if name.startswith("checks/"))


def test_every_link_leads_somewhere(sick):
    for name, page in sick.items():
        assert len(set(page.anchors)) == len(page.anchors), name
        for link in page.all("a", "href"):
            path, _, anchor = link.partition("#")
            target = str((Path("/", name).parent / path).resolve().relative_to("/")) if path else name
            assert target in sick, (name, link)
            assert not anchor or anchor in sick[target].anchors, (name, link)


def test_every_instant_can_be_read_on_the_clock_of_the_market(sick):
    page = sick["incidents/inc-3.html"]
    times = [attributes for tag, attributes in page.tags if tag == "time"]
    assert times[0]["datetime"] == "2026-03-12T14:51:00Z"
    assert times[0]["data-utc"] == "2026-03-12 14:51 – 14:58 UTC"
    assert times[0]["data-local"] == "2026-03-12 09:51 – 09:58 Chicago (CDT)"


def test_pages_load_only_what_lies_beside_them(sick):
    for name, page in sick.items():
        root = "../" if "/" in name else ""
        assert all(one.startswith(f"{root}assets/") for one in page.all("script", "src")), name
        assert set(page.all("link", "href")) - {"data:,"} <= {f"{root}assets/dq.css", f"{root}assets/charts.css"}, name
        assert "default-src 'none'; script-src 'self'" in page.all("meta", "content")[1]
        assert {tag for tag, _ in page.tags} & {"img", "iframe", "object", "form"} == set()
        assert not [one for _, attributes in page.tags for one in attributes if one.startswith("on")]


def test_a_clean_run_is_short_and_says_so(tmp_path):
    pages = written(*clean_run(), tmp_path)
    assert "All clean: 1 series, 60 bars" in pages["index.html"].text
    assert "Incidents None." in pages["index.html"].text
    assert "This run has none." in pages["incidents/index.html"].text
    assert (tmp_path / "index.html").stat().st_size < 20_000


def evil_run():
    series = Series(EVIL, MINUTE, EVIL)
    bars = lifelike(series)
    at = int(bars.timestamp[270])
    found = [
        Finding("price_spike", "critical", series, at, at, 1, EVIL, (EVIL,), EVIL, EVIL, {"worst": EVIL}),
        Finding(EVIL, "warning", series, at, at, 1, EVIL, cause=EVIL),
    ]
    told = replace(
        verdict(series, bars, [CheckVerdict("price_jump", "not_checked", EVIL), CheckVerdict(EVIL, "fail")]),
        notes=(EVIL,),
        assumed=(EVIL,),
        zone=EVIL,
    )
    sick = Incident(EVIL, "price_spike", EVIL, "critical", EVIL, at, at, (EVIL,), (0, 1), EVIL)
    asked = run([told], found, [sick], errors=(RunError("k", EVIL, EVIL, EVIL),), notes=(EVIL,), suite=EVIL, id=EVIL)
    asked = replace(asked, source=f"postgresql://{EVIL}", dq_version=EVIL)
    past = PastRun(EVIL, AT, asked.window, EVIL, 1, 0.1, 3, 0.5, {"critical": 1})
    return Site(asked, {(EVIL, MINUTE): bars.ordered}, past=[past])


def test_everything_from_outside_is_escaped_on_every_page(tmp_path):
    pages = pages_of(write_docs(evil_run(), tmp_path).parent)
    for name, page in pages.items():
        text = (tmp_path / name).read_text()
        assert "<img" not in text, name
        assert not re.search(r"<script(?! (src=|type=\"application/json\"))", text), name
        assert not [one for _, attributes in page.tags for one in attributes if one.startswith("on")], name
        assert all(json.loads(block) for block in page.blocks), name
        assert not [link for link in page.all("a", "href") if ":" in link], name
    evil = [name for name in pages if name.startswith(("series/", "incidents/")) or "script" in name]
    assert len(evil) == 4
    assert all(pages[name].text.count("alert(1)") >= 3 for name in ("index.html", *evil))


@pytest.mark.parametrize("name", ["\ud800 lone", "nul\x00", "\u202eright to left", "ünïcode 株", "", "../../up", "CON"])
def test_any_name_can_be_written_and_stays_in_the_folder(tmp_path, name):
    series = Series(name, MINUTE, "24/7")
    bars = lifelike(series)
    asked = run([verdict(series, bars)], [hole(series, int(bars.timestamp[250]), 1)])
    write_docs(Site(asked, {(name, MINUTE): bars.ordered}), tmp_path / "docs")
    assert len(list((tmp_path / "docs" / "series").iterdir())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]


def test_findings_without_series_or_time_are_told_where_their_incident_and_check_are(tmp_path):
    findings = [
        Finding("failed_cycle", "warning", None, AT - HOUR, AT, 7, "7 cycles failed."),
        Finding("broken_contract", "critical", BTC, NO_INSTANT, NO_INSTANT, 3, "3 cells cannot be read."),
        Finding("low_completeness", "critical", BTC, AT - HOUR, AT, 60, "Nothing is there."),
    ]
    broken = Incident(
        "i", "broken_contract", None, "critical", "open", NO_INSTANT, NO_INSTANT, ("BTC-USD",), (1,), "Bad."
    )
    pages = written(run(findings=findings, incidents=[broken]), {("BTC-USD", MINUTE): no_bars()}, tmp_path)
    assert "no readable time" in pages["incidents/i.html"].text
    assert "dq validate" not in pages["incidents/i.html"].text
    assert "No series was judged" in pages["index.html"].text
    for finding in findings:
        assert finding.message in pages[f"checks/{finding.check}.html"].text


def test_errors_are_told_before_incidents(tmp_path):
    error = RunError("source", "The server closed the connection.", "Try again.", "GC=F 1m")
    asked, bars = sick_run()
    said = written(replace(asked, verdict="unknown", errors=(error,)), bars, tmp_path)["index.html"].text
    assert "Could not tell everything; 4 incidents" in said
    assert said.index("GC=F 1m : The server closed the connection. Try again.") < said.index("Missing bar: BTC-USD 1m")


def test_what_was_assumed_is_told_once_with_the_series_it_concerns(tmp_path):
    asked, bars = sick_run()
    assumed = tuple(replace(one, assumed=("interval 1m",)) for one in asked.series)
    said = written(replace(asked, series=assumed, notes=("No index.",)), bars, tmp_path)["index.html"].text
    assert "No index. What was assumed interval 1m BTC-USD 1m, NQ=F 1m, AAPL 1m, ES=F 1m and EURUSD=X 1m" in said


def test_many_series_and_findings_are_capped_aloud(tmp_path):
    write_docs(Site(*crowded_run()), tmp_path)
    index = read(tmp_path / "index.html")
    assert "188 more, of less weight: all incidents" in index.text
    assert "S199-USD 1m" in index.text
    assert "9,900 more findings are not shown here" in read(tmp_path / "checks/price_spike.html").text
    assert len(read(tmp_path / "incidents/index.html").all("article", "class")) == 200
    assert {path.name: path.stat().st_size for path in tmp_path.rglob("*.html") if path.stat().st_size >= 300_000} == {}


def test_a_daily_series_is_told_by_dates(tmp_path):
    daily = Series("SPY", 24 * HOUR, "XNYS")
    bars = lifelike(daily, end=instant("2026-03-13"), count=60)
    at = int(bars.timestamp[40])
    told = [Finding("price_spike", "critical", daily, at, at, 1, "Far.")]
    judged = [replace(verdict(daily, bars), zone="America/New_York")]
    pages = written(run(judged, told), {("SPY", 24 * HOUR): bars.ordered}, tmp_path)
    assert "2026-02-21 1 Far." in pages["checks/price_spike.html"].text
    assert "2026-02-21 00:00" not in "".join(page.text for page in pages.values())
