"""One class a check, made from the check itself: its parameters are fields, its page is the docstring."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Union

from dq.checks import Check, checks
from dq.gx.expectation import CHOSEN, OF_BARS, BarsExpectation, Parameter, judged
from dq.pages import as_text, page_of

STRICT: Mapping[str, Any] = {"validate_assignment": True}  # a wrong value that is saved keeps its suite from loading
MODULE = "dq.gx"  # where a pickle finds the classes again
WIDTH = 100
METADATA: Mapping[str, Any] = {
    "maturity": "production",
    "tags": ["dq", "ohlc", "bars", "time series"],
    "contributors": [],
    "requirements": ["dq"],
    "has_full_test_suite": True,
    "manually_reviewed_code": True,
}


def class_name(check: str) -> str:
    """`ExpectNoMissingBar` of `missing_bar`."""
    return "ExpectNo" + "".join(word.capitalize() for word in check.split("_"))


def _made(check: Check) -> type[Any]:
    own = {name: Union[type(default), Parameter] for name, default in check.parameters.items()}  # noqa: UP007  pydantic 1
    fields = (*check.parameters, *CHOSEN, *OF_BARS)
    meta: Any = type(BarsExpectation)  # registers what it makes
    made: type[Any] = meta(
        class_name(check.name),
        (BarsExpectation,),
        {
            "__module__": MODULE,
            "__qualname__": class_name(check.name),
            "__doc__": as_text(page_of(check), WIDTH),
            "__annotations__": own,
            **check.parameters,
            "success_keys": fields,
            "args_keys": fields,
            "library_metadata": dict(METADATA),
            "_library_metadata": dict(METADATA),
            "_validate": judged,
            "Config": type("Config", (), {"title": f"Expect no {check.name.replace('_', ' ')}", **STRICT}),
        },
    )
    return made


EXPECTATIONS: Mapping[str, type[Any]] = MappingProxyType(
    {class_name(name): _made(check) for name, check in checks().items()}
)
