"""`dq validate` on files as they come: each oddity is read right, or told in a sentence with the right exit status."""

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest
from validate_support import HEADER, clean, csv_of, holed, minute, walk

MIDDLE = ",".join(f"{price}" for price in ("1.0", "1.1", "0.9", "1.05"))


def minutes(prices, count=40):
    """A CSV of minutes; `prices` gives the four cells of a row by its number."""
    return HEADER + "".join(f"BTC-USD,{minute(row)},{prices(row)},{row + 1}\n" for row in range(count))


def with_first_open(text):
    """Clean bars, the first of which opens at that."""
    return clean().replace(",1000,", f",{text},", 1)


HARMLESS = {
    "a byte order mark": lambda: "\ufeff" + clean(),
    "Windows line ends": lambda: clean().replace("\n", "\r\n"),
    "no line end at the end": lambda: clean().rstrip("\n"),
    "exponents": lambda: minutes(lambda row: f"1.00{row:02}e2,1.1E+2,9.9e+1,10002{row + 1:02}.e-4"),
    "ten decimals": lambda: minutes(lambda row: f"0.00001{row:05},0.0000200001,0.0000050001,0.00001{row + 1:05}"),
}


@pytest.mark.parametrize("written", HARMLESS.values(), ids=HARMLESS)
def test_an_oddity_that_means_no_harm(desk, written):
    desk.write("bars.csv", written())
    answer = desk.json("bars.csv")
    assert (answer.status, answer.findings, answer.errors, answer.err) == (0, [], [], "")


def test_standard_input(desk):
    for content, status in ((clean(), 0), (holed(), 1)):
        answer = desk.json("-", stdin=content.encode())
        assert (answer.status, answer.report["run"]["source"], answer.err) == (status, "standard input", "")


DEFECTS = {
    "half a last line": (lambda: clean()[:-22], "broken_contract", "line 121"),
    "a word for a price": (lambda: with_first_open("n/a?"), "broken_contract", "'n/a?' is not a number"),
    "negative zero": (lambda: with_first_open("-0.0"), "non_positive_price", "open of 1 bar"),
    "infinity": (lambda: with_first_open("inf"), "null_price", "open of 1 bar"),
    "no price at all": (lambda: minutes(lambda row: ",,,"), "null_price", "open, high, low and close of 40 bars"),
}


@pytest.mark.parametrize(("written", "check", "says"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_a_finding_and_the_rest_is_judged(desk, written, check, says):
    desk.write("bars.csv", written())
    answer = desk.json("bars.csv")
    assert (answer.status, answer.errors, answer.err) == (1, [], "")
    assert says in next(one["message"] for one in answer.report["findings"] if one["check"] == check)
    assert answer.report["summary"]["bars"] >= 40


def torn():
    """The first half of a Parquet file of good bars."""
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(pyarrow.BufferReader(clean().encode())), sink)
    content = sink.getvalue().to_pybytes()
    return content[: len(content) // 2]


def dense():
    """Ten rows that lie 5 ms apart."""
    return HEADER + "".join(f"BTC-USD,{minute(0)[:-1]}.{5 * row:03}Z,1,1.1,0.9,1,{row}\n" for row in range(10))


HOPELESS = {
    "half a Parquet file": ("bars.parquet", torn, "bars.parquet is not a whole Parquet file"),
    "noise": ("bars.csv", lambda: np.random.default_rng(1).bytes(5000), "bars.csv is not text in UTF-8"),
    "nothing": ("bars.csv", str, "bars.csv is empty"),
    "a header alone": ("bars.csv", lambda: HEADER, "There are no bars to check in bars.csv"),
    "no header": ("bars.csv", lambda: csv_of(walk(9), header=False), "bars.csv has no header"),
    "no highs": (
        "bars.csv",
        lambda: HEADER.replace(",high", "") + f"BTC-USD,{minute(0)},1,1,1,1\n",
        'no column "high"',
    ),
    "one bar": ("bars.csv", lambda: clean(1), "Its bars do not say their interval: no two of them"),
    "bars 5 ms apart": (
        "bars.csv",
        dense,
        "Its bars do not say their interval: no two of them in a row lie whole seconds",
    ),
}


@pytest.mark.parametrize(("name", "written", "says"), HOPELESS.values(), ids=HOPELESS)
def test_what_cannot_be_judged_ends_with_3_and_a_sentence(desk, name, written, says):
    desk.write(name, written())
    answer = desk.json(name)
    (error,) = answer.errors
    assert says in error["message"]
    assert "\n" not in error["message"]
    assert (answer.status, answer.report["run"]["verdict"], answer.err) == (3, "unknown", "")


def test_a_header_alone_is_fine_for_those_who_say_so_and_one_bar_for_those_who_say_its_interval(desk):
    desk.write("none.csv", HEADER)
    desk.write("one.csv", clean(1))
    desk.write("unnamed.csv", HEADER.removeprefix("instrument,"))
    for name in ("none.csv", "unnamed.csv"):
        assert desk.ask(name, "--allow-empty").status == 0
        assert "There are no bars to check" in desk.json(name).errors[0]["message"]
    answer = desk.json("one.csv", "--interval", "1m")
    assert (answer.status, answer.report["summary"]["bars"]) == (0, 1)


def test_one_bad_file_among_ten_leaves_nine_judged(desk):
    for number in range(9):
        desk.write(f"bars/{number}.csv", holed(name="B0-USD") if number == 0 else clean(name=f"B{number}-USD"))
    desk.write("bars/torn.parquet", torn())
    answer = desk.json("bars")
    assert answer.status == 3
    verdicts = {one["instrument"]: one["verdict"] for one in answer.report["series"]}
    assert verdicts == {"B0-USD": "fail"} | {f"B{number}-USD": "pass" for number in range(1, 9)}
    (error,) = answer.errors
    assert "bars/torn.parquet" in error["message"]
    text = desk.ask("bars")
    assert text.status == 3
    assert text.out.startswith("UNKNOWN  Could not tell everything; 1 incident in 1 of 9 series")
    assert "bars/torn.parquet" in text.out


def test_bars_that_all_lie_in_the_future_are_told_as_such(desk):
    desk.write("bars.csv", clean(30))
    answer = desk.json("bars.csv", "--at", "2025-11-24T12:00Z")
    assert (answer.status, answer.errors) == (1, [])
    assert [finding[0] for finding in answer.findings] == ["future_bar"]
