"""dq's own runner and Great Expectations find the same in the same bars, one by one, and come to the same verdict."""

import io
import json
import re

import pandas as pd
import pytest
from gx_support import batch_definition, of_results, of_run, own_run, suite_of
from test_checks import CASES, FOLDER, read_case
from test_real_bars import BY_NAME, SETTINGS, frame_of, step_of, text_of

import dq
import dq.gx

SAID = ("interval", "calendar", "delay", "label", "window")
FLAGS = ("extended_hours", "allow_non_positive")


def said_of(case):
    """The options of a fixture, as an expectation takes them."""
    options = case.options
    said = {"instruments": options["instrument"], **{name: options[name] for name in SAID if name in options}}
    said |= {name: bool(options[name]) for name in FLAGS if name in options}
    said |= {"at": options["as_of"]} if "as_of" in options else {}
    said |= {"tick": float(options["tick"])} if "tick" in options else {}
    return said | ({"reference": str(FOLDER / options["reference"])} if "reference" in options else {})


def frame_of_case(case):
    """The rows of a fixture; a cell that is no number stands among the numbers of its column."""
    frame = pd.read_csv(io.StringIO(case.text()))
    words = [name for name in frame if name != "timestamp" and not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].astype(object).map(_cell) for name in words})


def _cell(value):
    try:
        return float(value)
    except ValueError:
        return value


def agree(definition, frame, said, suite, made=suite_of):
    run = own_run(frame, said, suite)
    assert run.errors == ()
    answer = definition.get_batch({"dataframe": frame}).validate(made(suite, said), result_format="COMPLETE")
    assert of_results(answer.results) == of_run(run)
    assert answer.success is (run.verdict == "pass")
    return answer


@pytest.fixture(scope="module")
def definition():
    return batch_definition()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_both_find_the_same_in_every_fixture(definition, path):
    case = read_case(path)
    suite = "ohlc_1d" if case.options["interval"][-1] in "dw" else "ohlc_1m"
    agree(definition, frame_of_case(case), said_of(case), suite)


@pytest.mark.parametrize("stem", ["missing_bar__quiet", "stale_series", "low_completeness"])
def test_both_find_the_same_under_another_suite(definition, stem):
    case = read_case(FOLDER / f"{stem}.csv")
    agree(definition, frame_of_case(case), said_of(case), "collector")


def test_both_find_the_same_under_a_suite_of_the_users_own(definition, tmp_path):
    entries = [
        {"type": "expect_no_missing_bar", "kwargs": {}, "severity": "critical"},
        {"type": "expect_no_missing_bar", "kwargs": {"cause": ["hole"]}, "severity": "warning"},
        {"type": "expect_no_missing_bar", "kwargs": {"cause": ["halt"], "bars": 5}, "severity": "info"},
        {"type": "expect_no_duplicate_timestamp", "kwargs": {}},
        {"type": "expect_no_low_completeness", "kwargs": {"below": 0.5}, "severity": "warning"},
    ]
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"name": "own", "expectations": entries}))
    case = read_case(FOLDER / "missing_bar__quiet.csv")

    def made(name, said):
        return dq.gx.suite(name, **said)

    answer = agree(definition, frame_of_case(case), said_of(case), str(path), made)
    severities = [one["severity"] for each in answer.results for one in each.result["details"]["findings"]]
    assert {*severities} == {"critical", "warning"}
    path.write_text(json.dumps({"name": "own", "expectations": [{"type": "expect_no_mising_bar", "kwargs": {}}]}))
    with pytest.raises(dq.DqError, match="no expectation of dq"):
        dq.gx.suite(str(path))


def test_a_suite_that_does_not_ask_for_shifts_does_not_leave_their_holes_to_nobody(definition, tmp_path):
    entries = [{"type": "expect_no_missing_bar", "kwargs": {}}]
    entries += [{"type": "expect_no_missing_bar", "kwargs": {"cause": ["dst"]}, "severity": "info"}]
    path = tmp_path / "own.json"
    case = read_case(FOLDER / "dst_shift__london.csv")
    frame, said = frame_of_case(case), said_of(case)
    found = {}
    for told in ([], [{"type": "expect_no_dst_shift", "kwargs": {}}]):
        path.write_text(json.dumps({"name": "own", "expectations": entries + told}))
        answer = definition.get_batch({"dataframe": frame}).validate(dq.gx.suite(str(path), **said))
        assert own_run(frame, said, str(path)).verdict == "fail"
        assert answer.success is False
        found[len(told)] = answer.results[0]
    assert found[0].success is False
    assert found[1].success is True
    assert re.search(r"left alone \(dst \d+, of which ExpectNoDstShift tells\)", found[1].result["observed_value"])


def test_both_find_the_same_in_a_frame_of_several_series(definition):
    cases = [read_case(FOLDER / f"{stem}.csv") for stem in ("missing_bar", "price_spike", "dst_shift__london")]
    names = [case.options["instrument"] for case in cases]
    assert len(set(names)) == 3
    frames = [frame_of_case(case).assign(instrument=name) for case, name in zip(cases, names, strict=True)]
    known = [{key: case.options[key] for key in ("interval", "calendar")} for case in cases]
    agree(definition, pd.concat(frames), {"series": dict(zip(names, known, strict=True))}, "ohlc_1m")


@pytest.mark.parametrize("name", BY_NAME)
def test_both_find_the_same_in_real_bars(definition, name):
    entry = BY_NAME[name]
    said = {name: entry[name] for name in SETTINGS if entry.get(name) is not None}
    said |= {"instruments": entry["instrument"], "at": text_of(frame_of(entry)["timestamp"].max() + step_of(entry))}
    agree(definition, frame_of(entry), said, "ohlc_1d" if entry["interval"][-1] in "dwk" else "ohlc_1m")
