"""The checks: one file per defect, one function named like the file. Found in this folder, never listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from dq.model import Bars, Market, Suspects

View = Literal["arrival", "ordered"]


@dataclass(frozen=True, slots=True)
class Check:
    """A check as its file declares it.

    Attributes:
        name: the defect, the file and the function.
        function: (bars[, market], **parameters) -> Suspects.
        view: "arrival" where it takes `Bars`, "ordered" where it takes `OrderedBars`.
        slots: it distrusts slots and clips them to the window itself (SLOTS); the others distrust rows.
        explained: it needs to know which missing slots are excused, so it runs after the causes (EXPLAINED).
        after: how many later bars its verdict may wait for (AFTER).
        whole: (candidates, bars, market, **parameters) -> Suspects, which sees the whole series and what the function
            found in all blocks of it, or None where the blocks' answers stand as they are.
        parameters: names and defaults of its keyword-only arguments.
        not_checked: (bars, market) -> the reason why it cannot answer for this series, or None.
        messages: cause -> template; "" is the template of all other causes.
    """

    name: str
    function: Callable[..., Suspects]
    view: View
    needs_market: bool
    slots: bool
    explained: bool
    after: int
    whole: Callable[..., Suspects] | None
    parameters: Mapping[str, Any]
    not_checked: Callable[[Bars, Market], str | None]
    messages: Mapping[str, str]
    page: str


def _never(bars: Bars, market: Market) -> str | None:
    return None


def _declared(name: str) -> Check:
    """The check that a file declares.

    Raises:
        TypeError: the file does not keep the contract of a check; the message says which rule.
    """
    module = import_module(f"{__name__}.{name}")
    function, messages = getattr(module, name, None), getattr(module, "MESSAGES", None)
    arguments = getattr(function, "__annotations__", {})
    if function is None or "bars" not in arguments:
        raise TypeError(f"dq/checks/{name}.py needs a function {name}(bars: Bars or OrderedBars[, market: Market])")
    if not messages:
        raise TypeError(f'dq/checks/{name}.py needs MESSAGES: what people are told, by cause; "" for all other causes')
    return Check(
        name=name,
        function=function,
        view="ordered" if "OrderedBars" in str(arguments["bars"]) else "arrival",
        needs_market="market" in arguments,
        slots=getattr(module, "SLOTS", False),
        explained=getattr(module, "EXPLAINED", False),
        after=getattr(module, "AFTER", 0),
        whole=getattr(module, "whole", None),
        parameters=MappingProxyType(dict(function.__kwdefaults__ or {})),
        not_checked=getattr(module, "not_checked", _never),
        messages=MappingProxyType(dict(messages)),
        page=module.__doc__ or "",
    )


@cache
def checks() -> Mapping[str, Check]:
    """Every check by name, in alphabetical order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    return MappingProxyType({name: _declared(name) for name in names})
