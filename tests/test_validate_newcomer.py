"""What people meet in their first hour: folders of nameless files, a collector that died, a path of nonsense."""

from market_samples import instant
from validate_support import clean

FRIDAY = instant("2026-11-20T20:00")


def nameless(text):
    """The same bars without the column that says whose they are."""
    return "".join(line.split(",", 1)[1] for line in text.splitlines(keepends=True))


def test_a_name_chooses_among_files_that_are_named_after_their_series(desk):
    for name in ("BTC-USD", "ETH-USD"):
        desk.write(f"bars/{name}.csv", nameless(clean()))
    answer = desk.json("bars", "--instrument", "ETH-USD")
    assert [one["instrument"] for one in answer.report["series"]] == ["ETH-USD"]
    assert (answer.status, answer.findings) == (0, [])
    assert desk.json("bars", "--instrument", "NOPE").status == 3


def test_one_nameless_file_takes_the_name_it_is_given(desk):
    desk.write("bars.csv", nameless(clean()))
    answer = desk.json("bars.csv", "--instrument", "BTC-USD")
    assert [one["instrument"] for one in answer.report["series"]] == ["BTC-USD"]


def test_a_series_that_died_stays_stale_while_its_market_is_closed(desk):
    desk.write("bars.csv", clean(120, "AAPL", start=FRIDAY - 7_200_000_000))  # the last bar is that of 19:59
    saturday = ("--window", "1h", "--at", "2026-11-21T12:00Z", "--calendar", "XNYS")
    answer = desk.json("bars.csv", *saturday)
    (finding,) = answer.report["findings"]
    assert (answer.status, finding["check"], finding["severity"]) == (1, "stale_series", "critical")
    assert (finding["start"], finding["end"]) == ("2026-11-20T20:00:00Z", "2026-11-20T20:59:00Z")


def test_a_name_that_no_file_can_have_is_a_wrong_question(desk):
    answer = desk.ask("x" * 300)
    assert answer.status == 2
    assert "longer than the name of a file can be" in answer.sentence
