"""`dq validate` on the demo's database at instants where calendars go wrong: no false gap, nothing falsely stale."""

from uuid import uuid4

import pytest
from market_samples import instant

from dq.demo import alarms, differences, fill, story
from dq.model import instant_text

CLOSED, ROUND_THE_CLOCK = 0, 60
# By hand, from the exchanges' own hours: how many minutes fell due in the hour before, where two minutes pass
# from a bar's open until it is due. CME pauses 16:00-17:00 Chicago; FX opens on Sunday, 17:00 New York.
INSTANTS = {
    "in CME's maintenance hour, winter": ("2026-03-04T22:30", {"ES=F": 32, "EURUSD=X": 60, "AAPL": CLOSED}),
    "in CME's maintenance hour, summer": ("2026-07-15T21:30", {"ES=F": 32, "EURUSD=X": 60, "AAPL": CLOSED}),
    "Sunday noon": ("2026-06-14T12:00", {"ES=F": CLOSED, "EURUSD=X": CLOSED, "AAPL": CLOSED}),
    "Sunday, just after CME's open": ("2026-06-14T22:10", {"ES=F": 8, "EURUSD=X": 60, "AAPL": CLOSED}),
    "the minute of CME's open": ("2026-06-14T22:00", {"ES=F": CLOSED, "EURUSD=X": 58, "AAPL": CLOSED}),
    "Thanksgiving, in mid-session": ("2025-11-27T16:30", {"ES=F": 60, "EURUSD=X": 60, "AAPL": CLOSED}),
    "Thanksgiving, after the early close": ("2025-11-27T19:00", {"ES=F": 2, "EURUSD=X": 60, "AAPL": CLOSED}),
    "Thanksgiving, reopened": ("2025-11-27T23:45", {"ES=F": 43, "EURUSD=X": 60, "AAPL": CLOSED}),
    "US clocks go forward": ("2026-03-08T07:20", {"ES=F": CLOSED, "EURUSD=X": CLOSED, "AAPL": CLOSED}),
    "US clocks went forward, CME opens": ("2026-03-08T22:25", {"ES=F": 23, "EURUSD=X": 60, "AAPL": CLOSED}),
    "US clocks went forward, New York opens": ("2026-03-09T14:00", {"ES=F": 60, "EURUSD=X": 60, "AAPL": 28}),
    "US clocks go back": ("2026-11-01T06:30", {"ES=F": CLOSED, "EURUSD=X": CLOSED, "AAPL": CLOSED}),
    "US clocks went back, CME opens": ("2026-11-01T23:20", {"ES=F": 18, "EURUSD=X": 60, "AAPL": CLOSED}),
    "EU clocks go forward": ("2026-03-29T01:30", {"ES=F": CLOSED, "EURUSD=X": CLOSED, "AAPL": CLOSED}),
    "EU clocks went forward, FX opens": ("2026-03-29T21:20", {"ES=F": CLOSED, "EURUSD=X": 18, "AAPL": CLOSED}),
}
CHANGES = {
    "US clocks forward": "2026-03-11T15:00",
    "US clocks back, CME breaks down on Thanksgiving": "2025-12-02T16:00",
    "EU clocks forward, Good Friday": "2026-04-08T15:00",
}


@pytest.fixture
def database(server):
    """A URL of an empty database."""
    name = f"d{uuid4().hex[:12]}"
    server.run(f"CREATE DATABASE {name}")
    yield server.url.replace("/postgres?", f"/{name}?")
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def filled(database, text, desk):
    """The story as of an instant, written into the database."""
    told = story(instant(text), desk.cache)
    fill(database, told)
    return told


@pytest.mark.parametrize(("text", "owed"), INSTANTS.values(), ids=INSTANTS)
def test_an_hour_has_the_defects_of_the_story_and_no_other(desk, database, text, owed):
    chapter = filled(database, text, desk).chapters[0]
    answer = desk.json("--window", "1h", "--at", f"{text}Z", DATABASE_URL=database)
    report = answer.report
    assert differences(chapter, alarms(report)) == ()
    assert (answer.status, report["errors"]) == (1, [])  # Bitcoin always has its defects
    given = {one["instrument"]: one["expected_bars"] for one in report["series"]}
    assert given == owed | {"NQ=F": owed["ES=F"], "BTC-USD": ROUND_THE_CLOCK}
    told = {one["instrument"]: one["notes"] for one in report["series"] if one["notes"]}
    assert set(told) == {name for name, count in given.items() if count == CLOSED}
    assert all(("closed since" in note) != (note == "nothing fell due in this window yet") for (note,) in told.values())


@pytest.mark.parametrize("text", CHANGES.values(), ids=CHANGES)
def test_thirty_days_have_the_defects_of_the_story_and_no_other(desk, database, text):
    told = filled(database, text, desk)
    report = desk.json("--window", "30d", "--at", f"{text}Z", DATABASE_URL=database).report
    found = [one for one in alarms(report) if one[1].check != "low_completeness"]  # a share of an hour, not of a month
    owed = [one for chapter in told.chapters for one in chapter.expected if one[1].check != "low_completeness"]
    assert sorted(found, key=str) == sorted(owed, key=str)
    assert report["summary"]["bars"] > 100_000


def test_any_hour_of_the_month_before_is_clean(desk, database):
    filled(database, "2026-11-11T15:00", desk)
    for text in ("2026-10-18T12:00Z", "2026-10-25T02:30Z", "2026-11-01T07:30Z", "2026-11-02T14:45Z"):
        answer = desk.json("--window", "1h", "--at", text, DATABASE_URL=database)
        assert (answer.status, answer.findings, answer.errors) == (0, [], [])
        assert answer.report["run"]["as_of"] == instant_text(instant(text[:-1]))
