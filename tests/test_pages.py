"""A check's page is whole, and true of the function beside it."""

import dataclasses

import pytest

from dq.checks import checks
from dq.pages import HEADINGS, as_markdown, as_text, page_of

PAGE = """Bars that are made up.

What it finds
    Bars for this test,
    on two lines.

Why it matters
    It does not.

How
    By hand.

Parameters
    below: float, share from 0 to 1. The share
        from which on it passes. It has two sentences.
    longest: duration, market time. What is still allowed.

Not flagged
    Anything real.

Source
    Ours.
"""


def check_with(page, **parameters):
    return dataclasses.replace(checks()["null_price"], page=page, parameters=parameters)


MADE_UP = {"below": 0.98, "longest": 120_000_000}


@pytest.mark.parametrize("name", checks())
def test_every_page_is_whole_and_true(name):
    page = page_of(checks()[name])
    assert tuple(page.sections) == HEADINGS
    assert {parameter.name for parameter in page.parameters} == set(checks()[name].parameters)
    assert page.summary.endswith(".")


def test_parameters_keep_unit_meaning_and_default():
    below, longest = page_of(check_with(PAGE, **MADE_UP)).parameters
    assert (below.kind, below.default) == ("float, share from 0 to 1", "0.98")
    assert below.meaning == "The share from which on it passes. It has two sentences."
    assert longest.default == "2m"


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_page_without_a_heading_is_refused(heading):
    with pytest.raises(ValueError, match="must have the headings"):
        page_of(check_with(PAGE.replace(f"\n{heading}\n", "\n"), **MADE_UP))


def test_headings_out_of_order_are_refused():
    swapped = PAGE.replace("How", "?").replace("Why it matters", "How").replace("?", "Why it matters")
    with pytest.raises(ValueError, match="must have the headings"):
        page_of(check_with(swapped, **MADE_UP))


def test_a_heading_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="says nothing under How"):
        page_of(check_with(PAGE.replace("    By hand.\n", ""), **MADE_UP))


@pytest.mark.parametrize("parameters", [{"below": 0.98}, {**MADE_UP, "silent": 3}], ids=["invented", "undocumented"])
def test_parameters_other_than_the_function_s_are_refused(parameters):
    with pytest.raises(ValueError, match="documents"):
        page_of(check_with(PAGE, **parameters))


def test_a_parameter_of_another_type_is_refused():
    with pytest.raises(ValueError, match="calls below float; its default is 3"):
        page_of(check_with(PAGE, **{**MADE_UP, "below": 3}))


def test_a_parameter_without_a_sentence_is_refused():
    with pytest.raises(ValueError, match=r"type, unit\. Sentence"):
        page_of(check_with(PAGE.replace("below: float, share from 0 to 1. The share", "below: The share"), **MADE_UP))


def test_text_keeps_to_the_width_and_to_the_words():
    page = page_of(check_with(PAGE, **MADE_UP))
    text = as_text(page, 60)
    assert max(map(len, text.splitlines())) <= 60
    assert "    Bars for this test, on two lines.\n" in text
    assert "    below (float, share from 0 to 1; default 0.98): The\n" in text


def test_markdown_has_a_title_a_heading_each_and_an_item_per_parameter():
    text = as_markdown(page_of(check_with(PAGE, **MADE_UP)))
    assert text.startswith("# null_price\n\nBars that are made up.\n\n## What it finds\n")
    assert "- `longest` (duration, market time; default `2m`): What is still allowed.\n" in text
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(HEADINGS)
