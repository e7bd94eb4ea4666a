"""How our expectations look in Data Docs: the rule in words with its severity, what was found, and a table of it.

Great Expectations escapes the parameters of string templates, and nothing else: whatever comes from bars is such a
parameter here, or is escaped.
"""

from __future__ import annotations

from html import escape
from typing import Any

from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string
from great_expectations.render import (
    CollapseContent,
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererValueType

from dq.gx.outcome import error_words
from dq.gx.words import rule_template

PREFIX = "expect_no_"
BADGES = {"critical": "badge-danger", "warning": "badge-warning", "info": "badge-info"}
HEADER = ("From", "To", "Series", "Bars", "Cause", "What")


class Rendered(BatchExpectation):
    """The renderers of every expectation of ours."""

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        result = renderer_configuration.result
        template, params = _rule(renderer_configuration.configuration or result.expectation_config)
        for name, value in params.items():
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING, value=value)
        renderer_configuration.template_str = template
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[Any]:
        template, params = _rule(configuration or result.expectation_config)
        styled = {
            "severity": {"classes": ["badge", BADGES.get(params["severity"], "badge-secondary")]},
            "check": {"tag": "strong"},
        }
        return [_text(template, params, {"params": styled})]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> str:
        return escape(str((result.result if result else {}).get("observed_value", "--")))

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[Any]:
        details = _details(result)
        if not details:  # of another make: an exception of Great Expectations' own
            told = super()._diagnostic_unexpected_statement_renderer(configuration, result, runtime_configuration)
            return list(told)
        lines = [error_words(one) for one in details.get("errors", ())]
        number, shown = details.get("findings_in_all", 0), len(details.get("findings", ()))
        if number > shown:
            lines.append(f"The first {shown:,} of {number:,} findings are shown.")
        return [_text("\n\n$line", {"line": line}, {"classes": ["text-danger"]}, "strong") for line in lines]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[Any] | None:
        findings = _details(result).get("findings")
        if not findings:
            return None
        table = RenderedTableContent(
            content_block_type="table",
            header_row=list(HEADER),
            table=[[escape(str(cell)) for cell in _row(one)] for one in findings],
            styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
        )
        return [CollapseContent(collapse_toggle_link="Show the findings", collapse=[table])]


def _rule(configuration: Any) -> tuple[str, dict[str, str]]:
    severity = getattr(configuration.severity, "value", configuration.severity)
    return rule_template(configuration.type.removeprefix(PREFIX), configuration.kwargs, str(severity))


def _text(template: str, params: dict[str, str], styling: dict[str, Any], tag: str = "span") -> Any:
    content = {"template": template, "params": params, "styling": styling, "tag": tag}
    return RenderedStringTemplateContent(content_block_type="string_template", string_template=content)


def _details(result: Any) -> dict[str, Any]:
    return ((result.result if result else None) or {}).get("details") or {}


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    series = " ".join(filter(None, (one["instrument"], one["interval"])))
    return one["start"], one["end"], series, f"{one['count']:,}", one["cause"] or "", one["message"]
