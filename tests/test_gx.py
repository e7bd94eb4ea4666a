"""Our checks in Great Expectations: what an expectation takes, what it finds, and what it says where it cannot look."""

import json
import pickle
import subprocess
import sys

import great_expectations
import pandas as pd
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.registry import get_sqlalchemy_metric_provider
from gx_support import SUITES, batch_definition, suite_of
from test_checks import FOLDER, read_case
from test_gx_parity import frame_of_case, said_of

import dq
import dq.gx
from dq.checks import checks
from dq.gx.leaving import left_alone
from dq.gx.metric import METRIC

HOLE = ["2025-11-25T15:40:00Z BTC-USD 1m: 10 bars missing; too little history to say whether that is usual."]


def bars(name="BTC-USD", start="2025-11-25T14:00Z", lost=range(100, 110)):
    """Five hours of calm minutes; some are lost, and the high of one is wrong."""
    stamps = pd.date_range(start, periods=300, freq="1min").delete(lost)
    frame = pd.DataFrame({"instrument": name, "timestamp": stamps, "open": 100.0, "high": 101.0, "low": 99.0})
    frame["close"], frame["volume"] = 100.5, 10.0
    frame.loc[50, "high"] = 90
    return frame


@pytest.fixture(scope="module")
def definition():
    return batch_definition()


@pytest.fixture(scope="module")
def validate(definition):
    def asked(frame, expectation, **more):
        return definition.get_batch({"dataframe": frame}).validate(expectation, **more)

    return asked


def test_every_check_is_an_expectation_with_its_parameters_and_its_page():
    types = {one.expectation_type: one for one in dq.gx.EXPECTATIONS.values()}
    assert set(types) == {f"expect_no_{name}" for name in checks()}
    for name, check in checks().items():
        made = types[f"expect_no_{name}"]
        assert getattr(dq.gx, made.__name__) is made
        assert set(check.parameters) < set(made.__fields__)
        assert {one: made.__fields__[one].default for one in check.parameters} == dict(check.parameters)
        assert "What it finds" in made.__doc__
        assert json.loads(made.schema_json())["title"] == f"Expect no {name.replace('_', ' ')}"


@pytest.mark.parametrize("name", [path.stem for path in SUITES.glob("*.json")])
def test_our_suites_load_unchanged_and_come_back_as_they_went(name):
    suite = suite_of(name, {})
    assert ExpectationSuite(**suite.to_json_dict()) == suite
    assert pickle.loads(pickle.dumps(suite.expectations)) == suite.expectations


def test_an_expectation_tells_what_it_found(validate):
    answer = validate(bars(), dq.gx.ExpectNoMissingBar())
    assert answer.success is False
    result = answer.result
    assert result["observed_value"] == "1 finding, 10 bars missing"
    assert (result["element_count"], result["unexpected_count"]) == (300, 10)
    assert result["unexpected_percent"] == pytest.approx(10 / 3)
    assert result["partial_unexpected_list"] == HOLE
    (finding,) = result["details"]["findings"]
    assert (finding["start"], finding["end"], finding["count"]) == ("2025-11-25T15:40:00Z", "2025-11-25T15:49:00Z", 10)
    json.dumps(answer.to_json_dict())


def test_parameters_and_filters_narrow_what_is_found(validate):
    for said, succeeds in (
        ({"longer_than": "10m"}, False),
        ({"longer_than": "11m"}, True),
        ({"bars": 9}, False),
        ({"bars": 10}, True),
        ({"cause": ["unknown"]}, False),
        ({"cause": ["outage"]}, True),
        ({"leave": ["unknown"]}, True),
    ):
        assert validate(bars(), dq.gx.ExpectNoMissingBar(**said)).success is succeeds, said
    assert validate(bars(), dq.gx.ExpectNoLowCompleteness()).success is False
    assert validate(bars(), dq.gx.ExpectNoLowCompleteness(below=0.9)).success is True


def test_an_entry_without_causes_leaves_those_alone_of_which_our_suites_have_entries(validate):
    case = read_case(FOLDER / "missing_bar__quiet.csv")
    frame, said = frame_of_case(case), said_of(case)
    result = validate(frame, dq.gx.ExpectNoMissingBar(**said)).result
    assert result["observed_value"] == "1 finding, 18 bars missing; 157 left alone (quiet 157)"
    assert result["details"]["left_alone"] == {"quiet": 157}
    assert validate(frame, dq.gx.ExpectNoMissingBar(**said, bars=17, leave=[])).result["details"]["causes"] == {
        "hole": 1
    }
    assert validate(frame, dq.gx.ExpectNoMissingBar(**said, cause=["quiet"])).result["details"]["causes"] == {
        "quiet": 157
    }
    assert set(left_alone("missing_bar")) == {"quiet", "halt", "calendar_suspect", "dst"}
    assert left_alone("price_spike") == ("unsettled",)
    assert left_alone("duplicate_timestamp") == ("dst",)  # judged by causes only: the others are not harmless
    assert left_alone("null_price") == ()


def test_a_note_always_succeeds_and_tells(validate):
    answer = validate(bars(), dq.gx.ExpectNoMissingBar(severity="info"))
    assert answer.success is True
    assert answer.result["partial_unexpected_list"] == HOLE


def test_what_cannot_be_asked_says_so(validate):
    answer = validate(bars(), dq.gx.ExpectNoReferenceMismatch())
    assert answer.success is True
    assert answer.result["observed_value"] == "not checked: no reference is given"
    stale = validate(bars(), dq.gx.ExpectNoStaleSeries()).result["observed_value"]
    assert stale.endswith("(give at to ask how old they are)")
    assert answer.result["details"]["not_checked"] == {"BTC-USD 1m": "no reference is given"}
    tables = validate(
        bars(),
        ExpectationSuite(name="tables", expectations=[dq.gx.ExpectNoUncoveredLevel(), dq.gx.ExpectNoFailedCycle()]),
    )
    assert all(one.success and one.result["observed_value"].startswith("not checked: ") for one in tables.results)


def test_what_could_not_be_looked_at_is_no_success_even_for_a_note(validate):
    both = pd.concat([bars("AAPL", "2025-11-22T00:00Z"), bars()])  # of a Saturday, on which XNYS is closed
    answer = validate(both, dq.gx.ExpectNoMissingBar(severity="info"))
    assert answer.success is False
    contradicted = "AAPL: The calendar XNYS was guessed from the name, and the bars contradict it."
    assert answer.exception_info["raised_exception"] is True
    assert answer.exception_info["exception_message"] == f'{contradicted} Say which one it is: calendar = "24/7".'
    assert answer.result["observed_value"] == f"could not tell: {contradicted}; 1 finding, 10 bars missing"
    assert answer.result["partial_unexpected_list"] == HOLE
    assert validate(both, dq.gx.ExpectNoNullPrice()).success is True  # asks no calendar


@pytest.mark.parametrize(
    ("frame", "said", "sentence"),
    [
        (bars().drop(columns="high"), {}, 'it has no column "high" (it has: instrument, timestamp, open, low'),
        (bars().assign(timestamp=bars()["timestamp"].dt.tz_localize(None)), {}, "have no time zone"),
        (bars().iloc[:0], {}, "There are no bars to check"),
        (bars().iloc[:1], {}, 'Say it: interval = "1m".'),
        (bars(), {"window": "1h", "begin": "2025-11-25T14:00Z"}, "both say where to begin"),
        (bars(), {"reference": "absent.csv"}, "absent.csv does not exist"),
    ],
)
def test_a_frame_that_is_not_bars_gets_a_sentence_and_no_stack(validate, frame, said, sentence):
    kind = dq.gx.ExpectNoReferenceMismatch if "reference" in said else dq.gx.ExpectNoNullPrice
    answer = validate(frame, kind(**said))
    assert answer.success is False
    assert sentence in answer.exception_info["exception_message"]
    assert answer.result["observed_value"].startswith("could not tell: ")
    assert "Traceback" not in json.dumps(answer.to_json_dict())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"longer_than": 120}, "it must be a duration in quotes"),
        ({"cause": ["quit"]}, "did you mean 'quiet'?"),
        ({"leave": ["quit"]}, "did you mean 'quiet'?"),
        ({"bars": True}, "a number of bars"),
        ({"calendar": "XNYZ"}, "There is no calendar 'XNYZ'"),
        ({"tick": -1}, "a number above 0"),
        ({"at": "today"}, "is not an instant"),
        ({"series": {"ES=F": {"tik": 0.25}}}, "did you mean 'tick'?"),
        ({"columns": {"stamp": "ts"}}, "'stamp' is no column"),
        ({"below": 0.5}, "extra fields not permitted"),
    ],
)
def test_a_wrong_value_is_refused_when_it_is_said(said, sentence):
    with pytest.raises(ValueError, match=r"ExpectNoMissingBar") as refused:
        dq.gx.ExpectNoMissingBar(**said)
    assert sentence in str(refused.value)


def test_a_wrong_value_is_refused_when_it_is_put_in_later(validate):
    entry = dq.gx.ExpectNoMissingBar(calendar="24/7")
    for name, value in (("calendar", "XNYZ"), ("longer_than", 120), ("severity", "high"), ("mostly", 0.9)):
        with pytest.raises(ValueError, match="ExpectNoMissingBar"):
            setattr(entry, name, value)
    entry.severity, entry.longer_than = "info", "10m"
    assert entry == dq.gx.ExpectNoMissingBar(calendar="24/7", longer_than="10m", severity="info")
    assert validate(bars(), entry).success is True


def test_a_batch_of_sql_is_told_where_to_go():
    provider, examined = get_sqlalchemy_metric_provider(METRIC)
    (wrong,) = examined(provider, execution_engine=None, metric_value_kwargs={}).errors
    assert wrong.message == "Batches of SQL are not read."
    assert "`dq validate postgresql://" in wrong.hint


def test_a_context_of_files_keeps_its_suites_and_draws_no_progress_bars(tmp_path):
    suite = dq.gx.context("file", project_root_dir=tmp_path).suites.add(suite_of("ohlc_1m", {"calendar": "24/7"}))
    written = tmp_path / "gx" / "great_expectations.yml"
    before = written.read_bytes()
    again = dq.gx.context("file", project_root_dir=tmp_path)
    assert written.read_bytes() == before
    assert "globally: false" in before.decode()
    assert again.suites.get("ohlc_1m") == suite


def test_settings_say_what_the_frame_does_not(validate):
    theirs = bars().rename(columns={"timestamp": "Open time"}).drop(columns="instrument")
    theirs["Open time"] = theirs["Open time"].dt.tz_convert("America/Chicago").dt.tz_localize(None)
    said = {"columns": {"timestamp": "Open time"}, "timezone": "America/Chicago", "instruments": "BTC-USD"}
    assert validate(theirs, dq.gx.ExpectNoMissingBar(**said)).result["partial_unexpected_list"] == HOLE
    late = dq.gx.ExpectNoStaleSeries(at="2025-11-25T20:00Z", delay="10m", longer_than="40m")
    assert validate(bars(), late).result["observed_value"] == "1 finding, 48 bars missing"
    assert "missing" in validate(bars(), dq.gx.ExpectNoStaleSeries(at="now")).result["observed_value"]


def test_suite_parameters_are_filled_in_when_the_suite_is_run(validate):
    entry = dq.gx.ExpectNoStaleSeries(at={"$PARAMETER": "now"}, longer_than={"$PARAMETER": "patience"})
    suite = ExpectationSuite(name="fresh", expectations=[entry])
    for patience, succeeds in (("10m", False), ("2h", True)):
        said = {"now": "2025-11-25T20:00Z", "patience": patience}
        assert validate(bars(), suite, expectation_parameters=said).success is succeeds


def test_findings_are_capped_unless_all_are_asked_for(validate):
    dotted = bars(lost=range(10, 290, 4))
    for kind, shown in (
        ("BASIC", 20),
        ("COMPLETE", 70),
        ({"result_format": "SUMMARY", "partial_unexpected_count": 3}, 3),
    ):
        result = validate(dotted, dq.gx.ExpectNoMissingBar(), result_format=kind).result
        assert (len(result["details"]["findings"]), result["details"]["findings_in_all"]) == (shown, 70)
        assert len(result["partial_unexpected_list"]) == min(shown, 20)
    assert validate(dotted, dq.gx.ExpectNoMissingBar(), result_format="BOOLEAN_ONLY").result == {}


def test_expectations_that_say_the_same_of_the_bars_share_one_metric():
    def metric(expectation):
        (wanted,) = expectation.get_validation_dependencies().get_metric_configurations()
        return wanted.id

    shared = metric(dq.gx.ExpectNoMissingBar(longer_than="2m", calendar="24/7", severity="info"))
    assert metric(dq.gx.ExpectNoLowCompleteness(below=0.5, calendar="24/7")) == shared
    assert metric(dq.gx.ExpectNoMissingBar(calendar="XNYS")) != shared


def test_a_checkpoint_judges_several_batches_of_several_series():
    context = dq.gx.context()
    suite = context.suites.add(suite_of("ohlc_1m", {"calendar": "24/7"}))
    definitions = [
        context.validation_definitions.add(
            great_expectations.ValidationDefinition(name=name, data=batch_definition(context, name), suite=suite)
        )
        for name in ("first", "second")
    ]
    checkpoint = context.checkpoints.add(great_expectations.Checkpoint(name="both", validation_definitions=definitions))
    frame = pd.concat([bars("A"), bars("B", lost=range(20, 25))])
    answer = checkpoint.run(batch_parameters={"dataframe": frame})
    assert answer.success is False
    for one in answer.run_results.values():
        holes = next(each for each in one.results if each.expectation_config.type == "expect_no_missing_bar")
        assert [text.split(":")[-2].split()[-2] for text in holes.result["partial_unexpected_list"]] == ["A", "B"]
        assert one.get_max_severity_failure().value == "critical"


SIDE_EFFECTS = """
import logging, sys, warnings
import dq, dq.api, dq.cli.validate
dq.validate
assert "great_expectations" not in sys.modules
before = list(warnings.filters), warnings.showwarning
import dq.gx
assert (list(warnings.filters), warnings.showwarning) == before
assert logging._warnings_showwarning is None
assert dq.gx.context().variables.progress_bars.globally is False
warnings.warn("heard", stacklevel=1)
"""


def test_the_import_changes_nothing_else():
    heard = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", SIDE_EFFECTS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (heard.returncode, heard.stdout) == (0, "")
    assert "heard" in heard.stderr
