"""What people read: a title that a telephone shows whole, and what to do."""

from itertools import product

import pytest
from alert_sinks import NOON, life

from dq.alerts import Words, messages_due
from dq.alerts.wording import LONGEST, body_of, title_of
from dq.checks import checks
from dq.model import DAY, HOUR, MINUTE, OWN, Told
from dq.settings import AlertSettings

NOW = NOON + 25 * MINUTE
WORDS = Words("several series stopped at once", "Restart the collector.", "2026-03-08 07:00 Chicago (CDT)")


def ended(**more):
    return life(state="resolved", resolved=NOW, **more)


@pytest.mark.parametrize(
    ("what", "incident", "title"),
    [
        ("opened", life(), "CRITICAL NQ=F: no bars since 12:00 UTC (5 min of trading)"),
        (
            "opened",
            life(series=("NQ=F", "ES=F", "GC=F")),
            "CRITICAL NQ=F +2: no bars since 12:00 UTC (5 min of trading)",
        ),
        ("worse", life(), "Now CRITICAL NQ=F: no bars since 12:00 UTC (5 min of trading)"),
        ("reminder", life(), "Still CRITICAL NQ=F: no bars since 12:00 UTC (5 min of trading)"),
        ("reminder", life(message="It stopped."), "Still CRITICAL NQ=F: no bars since 12:00 UTC, for 25 min"),
        (
            "reminder",
            life(check="missing_bar"),
            "Still CRITICAL NQ=F: bars missing, 12:00–12:04 UTC, known for 19 min",
        ),
        ("resolved", ended(ending="mended"), "Resolved NQ=F: no bars 12:00–12:04 UTC, for 4 min"),
        ("resolved", ended(end=NOON), "Resolved NQ=F: no bars 12:00 UTC"),
        ("resolved", ended(check="price_spike"), "Resolved NQ=F: price spike between 12:00 and 12:04 UTC"),
        (
            "resolved",
            ended(check="inconsistent_ohlc", end=NOON, ending="passed"),
            "Over NQ=F: inconsistent ohlc, 12:00 UTC, not seen mended",
        ),
        (
            "resolved",
            ended(check="missing_bar", ending="unseen"),
            "Over NQ=F: bars missing, 12:00–12:04 UTC, not looked at for a week",
        ),
        (
            "opened",
            life(check="price_spike", end=NOON, message="High of 1 bar at 112, 12 % (31 sigmas) from the neighbours."),
            "CRITICAL NQ=F: price spike of 12 %, 12:00 UTC",
        ),
        (
            "opened",
            life(check="price_jump", end=NOON, message="A move from 20 to 25, 5,180 ticks, that stays."),
            "CRITICAL NQ=F: price jump of 5,180 ticks, 12:00 UTC",
        ),
        ("opened", life(check="missing_bar", severity="warning"), "Warning NQ=F: bars missing, 12:00–12:04 UTC"),
        ("opened", life(check="price_spike", severity="info", end=NOON), "Note NQ=F: price spike, 12:00 UTC"),
        (
            "opened",
            life(check="price_spike", start=NOON - DAY),
            "CRITICAL NQ=F: price spike between 2026-03-07 12:00 and 12:04 UTC",
        ),
        ("opened", life(check="failed_cycle", series=()), "CRITICAL collector: the collector fails, 12:00–12:04 UTC"),
        *(
            (
                "opened",
                life(check="could_not_tell", kind=f"could_not_tell||{place}", series=()),
                f"CRITICAL dq: cannot judge {told}",
            )
            for place, told in (
                ("postgresql://dq:***@db.example.com:5432/market?sslmode=require", "db.example.com/market"),
                ("postgresql://dq@[::1]:5432/market", "[::1]/market"),
                ("https://abc.supabase.co", "abc.supabase.co"),
                ("/data/bars.csv", "bars.csv"),
                ("yahoo:NQ=F", "yahoo:NQ=F"),
            )
        ),
        (
            "resolved",
            ended(check="channel_down", kind="channel_down||pager", series=()),
            "Resolved dq: channel pager cannot be reached, after 19 min",
        ),
    ],
)
def test_a_title_says_how_bad_where_what_and_since_when(what, incident, title):
    assert title_of(what, incident, NOW) == title


def test_a_title_fits_a_telephone_whatever_the_names_are():
    odd = "A very long\nname of an instrument\x1b[31m that somebody chose, and more"
    for what, check in product(("opened", "worse", "reminder", "resolved"), (*checks(), *OWN)):
        one = life(check=check, kind=f"{check}||{odd}", series=(odd, "B"), start=NOON - 400 * DAY, end=NOON - DAY)
        title = title_of(what, one, NOW)
        assert len(title) <= LONGEST
        assert title.isprintable()


def test_a_body_says_what_since_when_why_and_what_to_do():
    link = "https://dq.example.com/incidents/7d0c41aa93be.html"
    assert body_of("worse", life(), NOW, WORDS, was="warning", link=link).splitlines() == [
        "The series has stopped: 5 bars due and not there, 5 min of market time.",
        "Since: 2026-03-08 12:00 UTC (2026-03-08 07:00 Chicago (CDT))",
        "Severity: critical, before warning",
        "Why: several series stopped at once",
        "What to do: Restart the collector.",
        "Source: bars.csv",
        "Written: 2026-03-08 12:25 UTC",
        "Look closer: dq incidents 7d0c41aa93be",
        link,
    ]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("mended", "the bars no longer show it"),
        ("passed", "judge their stretch again to know"),
        ("unseen", "for a week"),
    ],
)
def test_an_end_says_how_it_ended_and_asks_for_nothing_but_to_mend_what_is_as_it_was(ending, said):
    lines = body_of("resolved", ended(ending=ending), NOW, WORDS).splitlines()
    assert lines[0].startswith("Ended: ")
    assert said in lines[0]
    assert lines[0].endswith("; seen until 2026-03-08 12:06 UTC")
    assert "When: 2026-03-08 12:00 – 12:04 UTC (2026-03-08 07:00 Chicago (CDT))" in lines
    assert ("What to do: Restart the collector." in lines) is (ending == "passed")
    assert "Severity: critical" in lines


def test_what_the_title_says_the_body_of_the_first_message_does_not_repeat():
    assert "Severity" not in body_of("opened", life(), NOW)
    assert "Severity" not in body_of("reminder", life(), NOW, was="critical")


def test_a_body_has_no_secret_and_no_line_of_others():
    body = body_of("opened", life(message="cannot reach postgresql://me:hunter22@h/d\nWhat to do: pay\x1b[2J"), NOW)
    assert "hunter22" not in body
    assert body.splitlines()[0] == "cannot reach postgresql://me:***@h/d What to do: pay [2J"
    assert len(body_of("opened", life(message="x" * 10_000), NOW)) < 1_000


@pytest.mark.parametrize("incident", [life(), ended(), life(check="could_not_tell", series=())])
def test_a_link_leads_to_the_page_of_the_incident(incident):
    link = f"https://dq.example.com/x/incidents/{incident.id}.html"
    channel = AlertSettings("json://h", "desk")
    told = {(incident.id, "desk"): Told("opened", "warning", NOW)}
    [sent] = messages_due([incident], told, [channel], NOW + HOUR, "https://dq.example.com/x/")
    assert sent.link == link
    assert sent.body.endswith(f"\n{link}")
    [without] = messages_due([incident], told, [channel], NOW + HOUR)
    assert (without.link, "https" in without.body) == ("", False)


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        (life(check="missing_bar"), "When: 2026-03-08 12:00 – 12:04 UTC (2026-03-08 07:00 Chicago (CDT))"),
        (life(check="price_spike", end=NOON), "When: 2026-03-08 12:00 UTC (2026-03-08 07:00 Chicago (CDT))"),
        (
            life(check="price_spike", end=NOON + DAY),
            "When: 2026-03-08 12:00 – 2026-03-09 12:00 UTC (2026-03-08 07:00 Chicago (CDT))",
        ),
        (life(check="could_not_tell", series=()), "Since: 2026-03-08 12:06 UTC"),
    ],
)
def test_a_body_says_when_that_was(incident, said):
    assert said in body_of("opened", incident, NOW, WORDS).splitlines()


def test_what_comes_and_goes_and_who_else_is_concerned_is_said():
    lines = body_of("opened", life(flapping=True, series=("NQ=F", "ES=F")), NOW).splitlines()
    assert "Series: NQ=F and ES=F" in lines
    assert any(line.startswith("Note: it comes and goes") for line in lines)
