"""Suites: the files that dq brings, those that people write, and every fault of theirs at once."""

import json
from pathlib import Path

import pytest

import dq
from dq.checks import checks
from dq.model import SuiteError
from dq.suites import Expectation, load_suite, suite_names
from dq.suites.reading import read_suite

SHIPPED = sorted((Path(dq.__file__).parent.parent / "expectations").glob("*.json"))


def entry(**changes):
    return {"type": "expect_no_missing_bar", "kwargs": {}} | changes


def read(*entries, **top):
    return read_suite(json.dumps({"name": "mine", "expectations": list(entries)} | top, indent=1), "mine.json")


def faults(text: str) -> list[str]:
    with pytest.raises(SuiteError) as raised:
        read_suite(text, "mine.json")
    assert raised.value.exit_status == 2
    lines = raised.value.message.splitlines()
    return [line.strip() for line in (lines[1:] if len(lines) > 1 else lines)]


def test_the_names_of_what_dq_brings():
    assert suite_names() == ("collector", "ohlc_1d", "ohlc_1m")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_dq_brings_is_sound_and_says_why(path):
    suite = load_suite(path.stem)
    assert suite.name == path.stem
    assert suite.about.endswith(".")
    assert all(str(one.meta["why"]).endswith(".") for one in suite.expectations)


@pytest.mark.parametrize("name", ["ohlc_1m", "ohlc_1d"])
def test_the_suites_of_bars_ask_every_check_about_bars(name):
    assert {one.check for one in load_suite(name).expectations} <= set(checks())
    assert {one.check for one in load_suite(name).expectations} >= {
        "missing_bar",
        "stale_series",
        "duplicate_timestamp",
        "out_of_order_timestamp",
        "misaligned_timestamp",
        "off_session_bar",
        "future_bar",
        "null_price",
        "non_positive_price",
        "inconsistent_ohlc",
        "price_spike",
        "stuck_price",
        "null_volume",
        "negative_volume",
        "low_completeness",
    }


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_great_expectations_knows_every_key_of_what_dq_brings(path):
    said = json.loads(path.read_text())
    assert set(said) <= {"name", "expectations", "suite_parameters", "meta", "notes", "id"}
    entry_keys = {"type", "kwargs", "meta", "notes", "description", "severity", "id"}
    assert all({"type", "kwargs"} <= set(one) <= entry_keys for one in said["expectations"])


def test_an_entry_becomes_an_expectation():
    kwargs = {"longer_than": "2m", "bars": 5, "cause": ["quiet", "halt", "quiet"]}
    suite = read(entry(kwargs=kwargs, severity="info", meta={"why": "Because."}), meta={"about": "Mine."})
    assert (suite.name, suite.about) == ("mine", "Mine.")
    expected = Expectation("missing_bar", "info", {}, ("quiet", "halt"), 120_000_000, 5, {"why": "Because."})
    assert suite.expectations == (expected,)


def test_a_severity_left_out_is_the_one_of_great_expectations():
    assert read(entry()).expectations[0].severity == "critical"


def test_parameters_of_a_check_are_like_their_defaults():
    (one,) = read(entry(type="expect_no_low_completeness", kwargs={"below": 1})).expectations
    assert one.parameters == {"below": 1.0}


def test_parameters_of_the_suite_are_filled_in():
    kwargs = {"longer_than": {"$PARAMETER": "patience"}}
    (one,) = read(entry(kwargs=kwargs), suite_parameters={"patience": "1h"}).expectations
    assert one.longer_than == 3_600_000_000


def test_every_fault_is_told_at_once_with_its_line_and_key():
    told = faults(
        """{
  "nam": "mine",
  "expectations": [
    {"type": "expect_no_missing_bars", "kwargs": {}},
    {"type": "expect_no_missing_bar", "kwargs": {"longer_then": "120s"},
     "severity": "warn"},
    {"type": "expect_no_missing_bar",
     "kwargs": {"longer_than": 120, "bars": -1, "cause": ["quite"]}, "sevrity": "info"},
    {"kwargs": {}},
    {"type": "expect_no_future_bar"},
    7
  ]
}"""
    )
    beginnings = [
        "mine.json:1: name is missing",
        "mine.json:2: nam: no such key (did you mean 'name'?); allowed here: name,",
        "mine.json:4: expectations[0].type: 'expect_no_missing_bars' is no expectation of dq (did you mean 'expect_no_missing_bar'?)",
        "mine.json:5: expectations[1].kwargs.longer_then: missing_bar has no such parameter (did you mean 'longer_than'?); allowed: ",
        "mine.json:6: expectations[1].severity: \"warn\" is no severity (did you mean 'warning'?); allowed: info, warning, critical",
        "mine.json:8: expectations[2].kwargs.bars: -1 is not allowed",
        "mine.json:8: expectations[2].kwargs.cause: \"quite\" is no cause (did you mean 'quiet'?); allowed: ",
        "mine.json:8: expectations[2].kwargs.longer_than: 120 is not allowed; it must be a duration",
        "mine.json:8: expectations[2].sevrity: no such key (did you mean 'severity'?)",
        "mine.json:9: expectations[3]: type missing",
        "mine.json:10: expectations[4]: kwargs missing",
        "mine.json:11: expectations[5]: it must be an object",
    ]
    assert [next((one for one in told if one.startswith(beginning)), beginning) for beginning in beginnings] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "mine.json:1:1: it is not JSON: Expecting value."),
        ("[]", "mine.json:1: it must be an object with keys name, expectations"),
        ('{"name": "a",\n "expectations": [],\n}', "mine.json:3:1: it is not JSON: a comma before the closing };"),
        ('{"name": "a", "expectations": [1, ]}', "mine.json:1:35: it is not JSON: a comma before the closing ];"),
        ('{"name": "a", "expectations": []}', "mine.json:1: expectations: it is empty"),
        ('{"name": "a",\n"expectations": {}}', "mine.json:2: expectations: it must be a list"),
        ('{"name": "", "expectations": [%s]}', "mine.json:1: name: it is empty"),
        ('{"name": 5, "expectations": [%s]}', "mine.json:1: name: it must be text"),
        ('{"name": "a", "expectations": [%s], "meta": {"x": NaN}}', "mine.json:1: meta.x: NaN is no number"),
        ('{"name": "a", "expectations": [%s],\n"meta": [-Infinity]}', None),
        ('{"name": "a",\n"name": "b", "expectations": [%s]}', "mine.json:2: name: the key stands here a second time"),
        (
            '{"name": "a", "expectations": [%s,\n%s]}',
            "mine.json:2: expectations[1]: it asks the same as expectations[0]",
        ),
        ("[" * 100_000, "mine.json: it is not a suite: maximum recursion depth"),
        ('{"name": "a", "meta": {"n": 1%s}}' % ("0" * 5000), "mine.json: it is not a suite: Exceeds the limit"),
    ],
)
def test_one_fault_is_one_line(text, told):
    found = faults(text.replace("%s", json.dumps(entry())))
    assert len(found) == (1 if told else 2)
    assert told is None or found[0].startswith(told)


@pytest.mark.parametrize(
    ("kwargs", "told"),
    [
        ({"below": "0.9"}, 'below: "0.9" is not allowed; it must be a number, as in 0.98'),
        ({"below": True}, "below: true is not allowed; it must be a number"),
        ({"below": 10**400}, "below: 1000"),
        ({"cause": "quiet"}, 'cause: "quiet" is not allowed; it must be a list of causes'),
        ({"cause": []}, "cause: [] is not allowed"),
        ({"cause": [""]}, 'cause: "" is no cause'),
        ({"cause": [None]}, "cause: null is no cause"),
        ({"bars": True}, "bars: true is not allowed"),
        ({"bars": 1.5}, "bars: 1.5 is not allowed"),
        ({"longer_than": "0s"}, "longer_than: '0s' is not a duration"),
        ({"bars": {"$PARAMETER": "n"}}, 'bars: "n" is not among the suite_parameters'),
    ],
)
def test_a_kwarg_that_cannot_be_used(kwargs, told):
    text = json.dumps({"name": "a", "expectations": [entry(type="expect_no_low_completeness", kwargs=kwargs)]})
    (found,) = faults(text)
    assert found.startswith(f"mine.json:1: expectations[0].kwargs.{told}")


def test_the_same_question_in_other_words_is_asked_twice():
    again = [entry(kwargs={"longer_than": "120s"}), entry(kwargs={"longer_than": "2m"}, severity="info")]
    assert "asks the same" in faults(json.dumps({"name": "a", "expectations": again}))[0]


def test_a_name_is_looked_up_in_the_folder_first_and_a_path_is_a_path(tmp_path):
    (tmp_path / "expectations").mkdir()
    text = json.dumps({"name": "changed", "expectations": [entry()]})
    (tmp_path / "expectations" / "ohlc_1m.json").write_text(text)
    (tmp_path / "mine.json").write_text("\ufeff" + text, "utf-8")
    assert load_suite("ohlc_1m", tmp_path).name == "changed"
    assert load_suite("ohlc_1m").name == "ohlc_1m"
    assert load_suite("ohlc_1d", tmp_path).name == "ohlc_1d"
    assert load_suite("mine.json", tmp_path).name == "changed"
    assert load_suite(str(tmp_path / "mine.json")).name == "changed"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ohlc_1n", "There is no suite 'ohlc_1n'. Did you mean 'ohlc_1"),
        ("absent.json", "There is no file"),
        ("folder/", "There is no file"),
        ("latin.json", "it is not UTF-8 text: byte 0"),
    ],
)
def test_a_suite_that_is_not_there(tmp_path, name, told):
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.json").write_bytes(b"\xff")
    with pytest.raises(SuiteError) as raised:
        load_suite(name, tmp_path)
    assert told in raised.value.message


def test_a_suite_that_was_edited_is_read_again(tmp_path):
    mine = tmp_path / "mine.json"
    for severity in ("info", "critical"):
        mine.write_text(json.dumps({"name": "mine", "expectations": [entry(severity=severity)]}))
        assert [one.severity for one in load_suite(str(mine)).expectations] == [severity]
