"""Pages as Great Expectations' renderers make them, with what a run knows besides put beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from great_expectations.render.components import (
    CollapseContent,
    RenderedDocumentContent,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

from dq.gx.docs.results import Result
from dq.gx.docs.rows import finding_rows
from dq.gx.docs.shelf import Shelved
from dq.gx.docs.stored import ROWS, answered, in_order, stored, unasked_text
from dq.gx.rendering import BADGES
from dq.reports.words import percent_text

VERDICTS = {"pass": "Succeeded", "fail": "Failed", "unknown": "Could not tell"}
ICONS = {"pass": "fa-check-circle text-success", "fail": "fa-times text-danger"}
UNKNOWN = "fa-exclamation-triangle text-warning"
UNASKED = "fa-question-circle text-muted"


def document(one: Result, suite: Shelved | None, root: str) -> RenderedDocumentContent:
    """The page of a result, as content.

    Args:
        suite: the suite that judged it; None where the site does not have it.
        root: the way from the page to the root of the site, such as `../../`.
    """
    severities = suite.severities if suite else {}
    made: RenderedDocumentContent = _renderer().render(stored(one, severities))
    overview = made.sections[0]
    _tell_verdict(overview.content_blocks[0].subheader.string_template, one.verdict, root + suite.page if suite else "")
    overview.content_blocks += _told(one)
    if one.checks:
        for row, asked in zip(made.sections[1].content_blocks[1].table, in_order(one), strict=True):
            _tell_findings(row, one, asked.check)
            if not answered(asked):  # neither passed nor failed, for which GX has no sign
                row[0], row[2] = icon(UNASKED, "unasked"), unasked_text(asked)
            if asked.verdict != "fail" and asked.check not in severities:
                _without_severity(row)
    return made


def icon(classes: str, cell: str = "") -> RenderedStringTemplateContent:
    """A sign of one character, which the style sheet draws and names; `cell` is a class of what holds it."""
    styling = {"params": {"icon": {"tag": "i", "classes": ["fas", *classes.split()]}}}
    sign = text("$icon", {"icon": ""}, styling)
    sign.styling = {"parent": {"classes": [cell]}} if cell else {}
    return sign


def text(template: str, params: dict[str, str], styling: dict[str, Any] | None = None) -> RenderedStringTemplateContent:
    """A sentence and what fills it."""
    content = {"template": template, "params": params, "styling": styling or {}}
    return RenderedStringTemplateContent(content_block_type="string_template", string_template=content)


def table(header: str, rows: Sequence[Sequence[Any]], columns: Sequence[str] = ()) -> RenderedTableContent:
    """A small table, under a heading where it has one."""
    title = {"template": header, "tag": "h6", "styling": {"classes": ["m-0"]}}
    return RenderedTableContent(
        content_block_type="table",
        header=RenderedStringTemplateContent(content_block_type="string_template", string_template=title)
        if header
        else None,
        header_row=list(columns) or None,
        table=[list(row) for row in rows],
        styling={"classes": ["small"], "body": {"classes": ["table", "table-sm"]}},
    )


def _tell_verdict(template: dict[str, Any], verdict: str, suite_page: str) -> None:
    """GX knows success and failure; dq may also be unable to tell. Its link to the suite supposes GX's own folders."""
    sign = ICONS.get(verdict, UNKNOWN)
    template["params"]["html_success_icon"] = f'<i class="fas {sign}" aria-hidden="true"></i>'
    template["params"]["success"] = VERDICTS.get(verdict, VERDICTS["unknown"])
    styling = template["styling"]["params"]
    styling["data_asset"] = {"classes": ["h6"]}
    if suite_page:
        styling["expectation_suite_name"]["attributes"]["href"] = suite_page
    else:
        del styling["expectation_suite_name"]


def _tell_findings(row: list[Any], one: Result, check: str) -> None:
    """Findings of one check differ in severity, and have their evidence: both are told where GX folds them."""
    folds = [block for block in row[1] if isinstance(block, CollapseContent)] if isinstance(row[1], list) else []
    for fold in folds:
        told = finding_rows(one, one.found[check][:ROWS])
        badges = [[text("$severity", {"severity": each[0]}, _badge(each[0])), *each[1:]] for each in told.rows]
        fold.collapse = [table("", badges, told.columns)]


def _badge(severity: str) -> dict[str, Any]:
    return {"params": {"severity": {"classes": ["badge", BADGES.get(severity, "badge-secondary")]}}}


def _without_severity(row: list[Any]) -> None:
    """Where the suite is not known, a check that found nothing has no severity to show."""
    rule = row[1][0] if isinstance(row[1], list) else row[1]
    rule.string_template["template"] = rule.string_template["template"].removeprefix("$severity ")


def _told(one: Result) -> list[RenderedTableContent]:
    """What was read of the series, and what could not be told."""
    tables = [table("What was read", _read(one))] if one.judged else []
    if one.errors:
        tables.append(
            table("What could not be told, and what to do", [(each.message, each.hint) for each in one.errors])
        )
    return tables


def _read(one: Result) -> list[tuple[str, str]]:
    judged = one.judged
    if judged is None:
        return []
    share, owed = judged.completeness, judged.expected_bars
    return [
        ("Bars judged", f"{judged.bars:,}"),
        ("Bars owed in the window", "unknown" if owed is None else f"{owed:,}"),
        ("Missing", f"{judged.missing_bars:,}"),
        ("Completeness", "unknown" if share is None else percent_text(share)),
        ("Calendar", judged.series.calendar),
        *(("Assumed", each) for each in judged.assumed),
        *(("Note", each) for each in judged.notes),
    ]


@cache
def _renderer() -> ValidationResultsPageRenderer:
    return ValidationResultsPageRenderer(run_info_at_end=True)
