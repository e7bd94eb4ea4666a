"""A second source beside the first: bars are compared, and holes are proved or excused."""

import numpy as np
import pytest
from yahoo_desk import desk, yahoo
from yahoo_server import prices

from dq.model import instant_text

__all__ = ["desk", "yahoo"]  # fixtures

DAYS = 3


def table(yahoo, *, name="BTC-USD", lost=(), wrong=(), days=DAYS, until=0, by=20):
    """A CSV of what Yahoo has, without the bars that many minutes ago, and with some closes too high."""
    stamps = np.arange(yahoo.now - days * 86_400, yahoo.now - 60 * until, 60)
    columns = prices(stamps, 60)
    rows = ["instrument,timestamp,open,high,low,close,volume"]
    for at, stamp in enumerate(stamps.tolist()):
        ago = (yahoo.now - stamp) // 60
        bar = [float(columns[column][at]) for column in ("open", "high", "low", "close")]
        if ago in wrong:
            bar[3] += by
            bar[1] = max(bar[1], bar[3])
        if ago not in lost:
            rows.append(f"{name},{instant_text(stamp * 1_000_000)},{','.join(map(str, bar))},{columns['volume'][at]}")
    return "\n".join(rows) + "\n"


def found(report):
    return [(one["check"], one["cause"], one["count"]) for one in report["findings"]]


def said_of(report, check="reference_mismatch"):
    (verdict,) = [one for one in report["series"][0]["checks"] if one["check"] == check]
    return verdict["verdict"], verdict.get("reason", "")


@pytest.fixture
def bars(desk, yahoo):
    return desk.write("bars.csv", table(yahoo, wrong=(40, 41, 30), lost=range(20, 24)))


def test_without_a_reference_nothing_is_said_of_it(desk, yahoo):
    desk.write("bars.csv", table(yahoo))
    report = desk.json("bars.csv", "--window", "1h").report
    assert said_of(report) == ("not_checked", "no reference is given")
    assert "reference" not in desk.ask("bars.csv", "--window", "1h").out


@pytest.mark.parametrize("reference", ["yahoo:", "yahoo:BTC-USD"])
def test_bars_that_yahoo_has_otherwise_are_told_and_lost_ones_are_proved(desk, yahoo, bars, reference):
    answer = desk.json(bars, "--window", "1h", "--reference", reference)
    assert (answer.status, answer.err) == (1, "")
    assert found(answer.report) == [
        ("missing_bar", "hole", 4),
        ("reference_mismatch", None, 2),
        ("reference_mismatch", None, 1),
        ("low_completeness", None, 4),
    ]
    messages = [one["message"] for one in answer.report["findings"]]
    assert messages[0] == "4 bars missing in this series alone; the reference has them."
    assert "close than the reference" in messages[1]
    assert answer.report["run"]["notes"][0].startswith("Compared with Yahoo")


def test_the_settings_name_a_reference(desk, yahoo, bars):
    desk.write("dq.toml", '[reference]\nurl = "yahoo:"\n')
    assert ("reference_mismatch", None, 2) in found(desk.json(bars, "--window", "1h").report)


def test_any_source_is_a_reference(desk, yahoo, bars):
    desk.write("other.csv", table(yahoo))
    assert ("reference_mismatch", None, 2) in found(
        desk.json(bars, "--window", "1h", "--reference", "other.csv").report
    )
    assert yahoo.asked == []


def test_a_spike_that_the_reference_does_not_have_is_one_incident(desk, yahoo):
    desk.write("bars.csv", table(yahoo, wrong=[30], by=4000))
    report = desk.json("bars.csv", "--window", "1h", "--reference", "yahoo:").report
    assert {one["check"] for one in report["findings"]} >= {"price_spike", "reference_mismatch"}
    assert [one["check"] for one in report["incidents"] if one["severity"] != "info"] == ["price_spike"]


def test_only_the_window_is_read(desk, yahoo, bars):
    desk.json(bars, "--window", "1h", "--reference", "yahoo:")
    assert len(yahoo.asked) == 1


def test_what_a_late_reference_lacks_at_its_end_is_not_held_against_us(desk, yahoo):
    desk.write("bars.csv", table(yahoo))
    yahoo.symbols, yahoo.live = {"BTC-USD": range(yahoo.now - 600, yahoo.now, 60)}, True
    report = desk.json("bars.csv", "--window", "1h", "--reference", "yahoo:").report
    assert report["findings"] == []
    assert said_of(report)[0] == "pass"


def test_bars_that_the_reference_lacks_too_were_not_traded(desk, yahoo):
    desk.write("bars.csv", table(yahoo, lost=range(20, 24)))
    yahoo.symbols = {"BTC-USD": range(yahoo.now - 23 * 60, yahoo.now - 19 * 60, 60)}
    report = desk.json("bars.csv", "--window", "1h", "--reference", "yahoo:").report
    assert found(report) == [("missing_bar", "quiet", 4)]
    assert "the reference has none either" in report["findings"][0]["message"]


def test_a_tail_that_the_reference_has_is_proved(desk, yahoo):
    desk.write("bars.csv", table(yahoo, until=12))
    at = instant_text(yahoo.now * 1_000_000)
    report = desk.json("bars.csv", "--window", "1h", "--at", at, "--reference", "yahoo:").report
    (stale,) = [one for one in report["findings"] if one["check"] == "stale_series"]
    assert "; the reference has" in stale["message"]
    assert stale["cause"] == "hole"


def test_a_reference_that_was_asked_for_and_fails_is_an_error(desk, yahoo, bars):
    yahoo.faults = {"": ["refused"]}
    answer = desk.json(bars, "--window", "1h", "--reference", "yahoo:")
    (error,) = answer.errors
    assert answer.status == 3
    assert error["message"] == "The reference could not be read: Yahoo refuses us (HTTP 403)"
    assert said_of(answer.report) == ("not_checked", "the reference could not be read: Yahoo refuses us (HTTP 403)")


def test_a_reference_of_the_settings_that_fails_is_a_note(desk, yahoo, bars):
    desk.write("dq.toml", '[reference]\nurl = "yahoo:"\n')
    yahoo.faults = {"": ["refused"]}
    answer = desk.json(bars, "--window", "1h")
    assert (answer.status, answer.errors) == (1, [])
    assert "The reference could not be read: Yahoo refuses us (HTTP 403)." in answer.report["run"]["notes"]
    assert said_of(answer.report)[0] == "not_checked"


def test_a_reference_without_bars_of_the_series_says_so(desk, yahoo, bars):
    desk.write("other.csv", table(yahoo, name="ETH-USD"))
    report = desk.json(bars, "--window", "1h", "--reference", "other.csv").report
    assert said_of(report) == ("not_checked", "the reference has no bar of this series in that time")


def test_adjusted_prices_are_not_compared_with_yahoos(desk, yahoo, bars):
    desk.write("dq.toml", '[series."BTC-USD"]\nadjusted = true\n')
    report = desk.json(bars, "--window", "1h", "--reference", "yahoo:").report
    assert said_of(report) == ("not_checked", "the prices are adjusted, and Yahoo's are not")
    assert yahoo.asked == []


def test_an_unknown_symbol_leaves_the_other_series_compared(desk, yahoo):
    del yahoo.symbols["ETH-USD"]
    desk.write("two.csv", table(yahoo) + table(yahoo, name="ETH-USD").partition("\n")[2])
    answer = desk.json("two.csv", "--window", "1h", "--reference", "yahoo:")
    verdicts = {
        one["instrument"]: next(each["verdict"] for each in one["checks"] if each["check"] == "reference_mismatch")
        for one in answer.report["series"]
    }
    assert verdicts == {"BTC-USD": "pass", "ETH-USD": "not_checked"}
    assert [error["series"] for error in answer.errors] == ["ETH-USD"]


def test_the_source_itself_is_no_reference_however_it_is_spelled(desk):
    source = "postgresql://reader@127.0.0.1:1/bars?sslmode=disable"
    answer = desk.ask(source, "--window", "1h", "--reference", "postgres://localhost:1/bars")
    assert answer.status == 2
    assert "--reference is the source itself" in answer.err


@pytest.mark.parametrize(
    ("reference", "said"), [("nothing.csv", "does not exist"), ("bars.csv", "--reference is the source itself")]
)
def test_a_reference_that_cannot_be_meant_is_a_wrong_question(desk, bars, reference, said):
    answer = desk.ask(bars, "--reference", reference)
    assert answer.status == 2
    assert said in answer.err
