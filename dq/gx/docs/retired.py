"""Results of checks that dq no longer has: a class holds their place, so that their pages can still be drawn.

Great Expectations draws a result only where a class of its type is registered; one that is missing costs the whole page.
"""

from __future__ import annotations

from typing import Any

from great_expectations.expectations.registry import list_registered_expectation_implementations
from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

from dq.gx.rendering import BADGES, PREFIX, Rendered


def hold_place(expectation: str) -> None:
    """Register a class for results of that type (`expect_no_…`), where there is none."""
    if expectation not in list_registered_expectation_implementations():
        name = "".join(word.capitalize() for word in expectation.split("_"))
        made: Any = type(_Retired)  # registers what it makes
        made(name, (_Retired,), {"__module__": __name__, "__doc__": _GONE, "_validate": _refuse})


_GONE = "A check that this dq does not have: results of it can be read, and no new ones made."


def _refuse(self: Any, *_: Any, **__: Any) -> Any:
    raise NotImplementedError(_GONE)


class _Retired(Rendered):
    """What all of them share: they take any parameter; abstract, so that it is not registered itself."""

    class Config:
        extra = "allow"

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[Any]:
        told = configuration or result.expectation_config
        severity = str(getattr(told.severity, "value", told.severity))
        content = {
            "template": "$severity $check. This dq does not have the check any more.",
            "params": {"severity": severity, "check": f"No {told.type.removeprefix(PREFIX).replace('_', ' ')}"},
            "styling": {
                "params": {"severity": {"classes": ["badge", BADGES.get(severity, "")]}, "check": {"tag": "strong"}}
            },
        }
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=content)]
