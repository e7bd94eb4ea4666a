"""Our expectations in Data Docs as Great Expectations builds them: words, severity, a table, and nothing raw from data."""

import html
import re

import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.render.renderer import ExpectationSuitePageRenderer, ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from gx_support import batch_definition
from test_gx import bars

import dq.gx

HOSTILE = "<img src=x onerror=alert(1)>"
SUITE = [
    dq.gx.ExpectNoMissingBar(longer_than="2m", bars=1, severity="warning", calendar="24/7"),
    dq.gx.ExpectNoInconsistentOhlc(calendar="24/7"),
    dq.gx.ExpectNoPriceJump(cause=["traded", "roll"], sigmas=20.0, severity="info", calendar="24/7"),
    dq.gx.ExpectNoReferenceMismatch(calendar="24/7"),
    dq.gx.ExpectNoLowCompleteness(below={"$PARAMETER": "least"}, calendar="24/7"),
    dq.gx.ExpectNoNullPrice(columns={"high": HOSTILE}),
]


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture(scope="module")
def answer():
    batch = batch_definition().get_batch({"dataframe": bars(HOSTILE, lost=[*range(100, 110), *range(120, 220, 2)])})
    suite = ExpectationSuite(name="mine", expectations=[one.copy() for one in SUITE])
    return batch.validate(suite, expectation_parameters={"least": 0.9})


@pytest.fixture(scope="module")
def page(answer):
    return DefaultJinjaPageView().render(ValidationResultsPageRenderer(run_info_at_end=True).render(answer))


def test_a_result_says_rule_severity_and_findings(page):
    told = text_of(page)
    assert "warning No missing bar . Bars that the calendar owes and that are not there." in told
    assert "Those longer than 2m. Those of more bars than 1. Settings: calendar 24/7." in told
    assert "critical No inconsistent ohlc ." in told
    assert "Those of cause traded and roll. With sigmas 20." in told
    assert "not checked: no reference is given" in told
    assert "Show the findings" in told
    assert "From To Series Bars Cause What 2025-11-25T15:40:00Z 2025-11-25T15:49:00Z" in told
    assert "With below 0.9." in told


def test_what_could_not_be_looked_at_is_told_without_a_stack(page):
    told = text_of(page)
    assert f'cannot become bars: it has no column "{HOSTILE}"' in told
    assert "traceback" not in told.lower()


def test_no_name_of_an_instrument_enters_a_page_raw(page):
    suite = ExpectationSuite(name="mine", expectations=[one.copy() for one in SUITE])
    assert HOSTILE in text_of(page)
    for one in (page, DefaultJinjaPageView().render(ExpectationSuitePageRenderer().render(suite))):
        assert HOSTILE not in one
    assert "With below parameter least." in text_of(one)


def test_the_words_of_a_rule_are_there_without_a_page(answer):
    first = answer.results[0]
    first.render()
    (said,) = first.expectation_config.rendered_content
    assert said.value.template.startswith("$severity $check. $what Those longer than $longer_than.")
    assert said.value.params["what"]["value"] == "Bars that the calendar owes and that are not there."


def test_more_findings_than_are_shown_are_counted():
    batch = batch_definition().get_batch({"dataframe": bars(lost=range(10, 290, 4))})
    answer = batch.validate(ExpectationSuite(name="holes", expectations=[dq.gx.ExpectNoMissingBar()]))
    page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(answer))
    assert "The first 20 of 70 findings are shown." in text_of(page)


def test_an_exception_of_great_expectations_own_is_still_shown():
    configuration = dq.gx.ExpectNoMissingBar().configuration
    raised = {"raised_exception": True, "exception_message": f"no engine {HOSTILE}", "exception_traceback": "line 1"}
    foreign = ExpectationValidationResult(success=False, expectation_config=configuration, exception_info=raised)
    (message, _) = dq.gx.ExpectNoMissingBar._diagnostic_unexpected_statement_renderer(result=foreign)
    assert message.string_template["params"]["exception_message"] == raised["exception_message"]
    assert dq.gx.ExpectNoMissingBar._diagnostic_observed_value_renderer(result=foreign) == "--"
    assert dq.gx.ExpectNoMissingBar._diagnostic_unexpected_table_renderer(result=foreign) is None
