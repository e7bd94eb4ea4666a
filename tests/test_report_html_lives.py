"""Incidents that other runs saw, on the pages of a run: each has its page while it lasts and for a week after."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from html_samples import AT, EUR, hole, sick_run
from html_site import EVIL, pages_of
from report_samples import CLEAN, SICK, event, life, mended, message
from serving_support import Clock, asked, served

from dq.cli.validation import add_incidents_of
from dq.cli.validation import pages_of as site_of
from dq.history import open_history
from dq.model import DAY, HOUR, MINUTE, OWN, Parcel, RunError, Window
from dq.reports.html import Known, Site, write_docs
from dq.reports.html.index import index_page
from dq.reports.html.places import places_of
from dq.run import Asked, Outcome
from dq.run.living import CHANNELS, settle
from dq.settings import AlertSettings, Settings
from dq.sources import Access

DOWN = replace(CLEAN, series=(), verdict="unknown", exit_code=3, source="db", errors=(RunError("source", "down"),))
AUDIT = replace(SICK, suite="audit", findings=(hole(EUR, AT - 2 * HOUR, 5),), incidents=())
DESK = AlertSettings("json://127.0.0.1/", "desk")


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The pages of a sick run, beside a hole of another suite, a channel that is down, and one that is mended."""
    hourly = life("inc-1", AT - 20 * MINUTE)  # the run tells it, too
    audit = replace(
        life("a0d17", flapping=True, worst="critical", severity="warning"),
        scope=replace(hourly.scope, suite="audit"),
        message=EVIL,
    )
    down = life("d0", check="channel_down", cause=None, source=CHANNELS, series=(), severity="warning", worst="warning")
    over = mended("0e4", AT - 2 * DAY, 30)
    told = message(hourly, AT - 20 * MINUTE)
    events = [event(hourly, AT - 20 * MINUTE, "opened", "warning"), event(hourly, AT - 15 * MINUTE, "worse")]
    parcels = [Parcel(told, 3, "", 0, AT - 10 * MINUTE), Parcel(message(hourly, AT, EVIL), 2, EVIL, AT + MINUTE)]
    site = Site(*sick_run(), known=Known([hourly, audit, down, over], events, parcels, AT))
    return pages_of(write_docs(site, tmp_path_factory.mktemp("lives")).parent)


def test_an_incident_has_a_page_with_its_life_whichever_run_saw_it(known):
    hourly, audit, down, over = (known[f"incidents/{name}.html"].text for name in ("inc-1", "a0d17", "d0", "0e4"))
    assert "2026-03-12 14:40 UTC opened (warning) 2026-03-12 14:45 UTC worse (critical) It lasts; last seen" in hourly
    assert "2026-03-12 14:40 opened slack critical 2026-03-12 14:50, after 3 attempts, 10 min late" in hourly
    assert f"pending, tried 2 times, again 2026-03-12 15:01: {EVIL}" in hourly
    for words in ("Bars 2026-03-12 13:40 – 13:55 UTC", "audit, 1 h", "It comes and goes", "dq incidents a0d17"):
        assert words in audit
    assert "Backfill that span" in audit
    assert "dq alerts test" in down
    assert "An incident of dq itself" in down
    assert "Nothing: it is over (resolved, mended, 15 min long)." in over
    assert "Backfill" not in over


def test_the_first_page_lists_what_its_run_does_not_tell(known):
    for name, way in (("index.html", "incidents/"), ("incidents/index.html", "")):
        page = known[name]
        lasting, over = page.text.index("Other incidents that last"), page.text.index("Resolved lately")
        links = [
            link.rpartition("/")[2] for link in page.all("a", "href") if f"{way}a0d17" in link or "d0.html" in link
        ]
        assert links == ["a0d17.html", "d0.html"]
        assert lasting < page.text.index("Channel down: dq itself") < over < page.text.index("mended, 15 min long")
    for name, page in known.items():
        assert not [one for tag, one in page.tags if tag == "img"], name
        for link in page.all("a", "href"):
            path = link.partition("#")[0]
            target = str((Path("/", name).parent / path).resolve().relative_to("/")) if path else name
            assert target in known, (name, link)


@pytest.mark.parametrize(
    ("lives", "tone", "said"),
    [
        ([], "pass", "All clean: 5 series, "),
        ([life("a1", severity="info")], "pass", "All clean: 5 series, "),
        ([life("a1"), life("b2")], "fail", "All clean in this run; 2 critical incidents of other runs last"),
        ([life("a1", severity="warning")], "warning", "All clean in this run; 1 warning incident of other runs lasts"),
        (
            [life("a1"), life("d0", check="channel_down", severity="warning", source=CHANNELS)],
            "fail",
            "All clean in this run; 1 critical and 1 warning incidents of other runs and of dq itself last",
        ),
    ],
)
def test_the_headline_tells_of_what_lasts_besides(lives, tone, said):
    site = Site(CLEAN, known=Known(lives))
    text = index_page(site, places_of(site.run))
    assert f'<section class="verdict {tone}"' in text
    assert f"<h1>{said}" in text
    assert f"<title>{said}" in text
    site = Site(SICK, known=Known(lives))
    text = index_page(site, places_of(site.run))
    assert '<section class="verdict fail"' in text
    assert ("of other runs" in text.partition("<h1>")[2].partition("</h1>")[0]) is (tone != "pass")


def test_lives_later_than_the_run_are_told_as_such(tmp_path):
    over = mended("inc-1", AT - HOUR, 90)
    pages = pages_of(write_docs(Site(*sick_run(), known=Known([over], (), (), AT + DAY)), tmp_path).parent)
    assert (
        "These pages are of an older run; this is told as later ones left it, up to"
        in pages["incidents/inc-1.html"].text
    )
    assert "resolved, mended, 15 min long" in pages["incidents/inc-1.html"].text


def test_every_link_in_a_message_leads_to_a_page_that_is_served(tmp_path):
    settings = Settings(tmp_path / "history.sqlite", tmp_path, pages="https://dq.example.com/")
    site = tmp_path / "site"

    def judge(run, after, write=site_of):
        """Settle the run, write pages, and return the links of all messages so far."""
        now = AT + after
        run = replace(run, id=f"run-{now}", as_of=now, window=Window(now - HOUR, now), incidents=())
        question = Asked(Access("db"), settings, now, channels=(DESK,))
        with open_history(settings.history) as history:
            run = settle(run, question, history, ())
            parcels = history.parcels()
        write(Outcome(run, {}, {}), site, question)
        return {urlsplit(one.message.link).path for one in parcels}

    def found(links):
        return {link for link in links if asked(serving, link)[0] == 200}

    with closing(served(tmp_path, Clock())) as serving:
        judge(SICK, 0)
        first = judge(AUDIT, MINUTE, add_incidents_of)  # another cadence: the site stays that of the first run
        assert "audit" not in asked(serving, "/")[2].decode().partition("Other incidents")[0]
        assert len(first) > 3
        assert found(first) == first
        for at in (2, 3, 4):
            links = judge(DOWN, at * MINUTE)
        assert len(links) == len(first) + 1
        assert found(links) == links
        over = judge(CLEAN, HOUR)
        assert found(over) == over == links
        assert found(judge(CLEAN, 9 * DAY)) < over  # of a week ago
    with open_history(settings.history) as history:
        lately = {one.id for one in history.lives(since=AT + 2 * DAY)}
        assert {one.check for one in history.lives()} & set(OWN)
    assert {path.stem for path in (site / "incidents").iterdir()} == {"index", *lately}
