"""The checks: one file per defect, one function named like the file. Found in this folder, never listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from dq.model import Bars, Market, Suspects

View = Literal["arrival", "ordered", "levels", "errors", "figures"]
VIEWS: Mapping[str, View] = {
    "Bars": "arrival",
    "OrderedBars": "ordered",
    "Levels": "levels",
    "ErrorLog": "errors",
    "Figures": "figures",
}
OF_COLLECTOR: tuple[View, ...] = ("errors", "figures")


@dataclass(frozen=True, slots=True)
class Check:
    """A check as its file declares it.

    Attributes:
        name: the defect, the file and the function.
        function: (bars[, market], **parameters) -> Suspects; `levels`, `errors` or `figures` in the place of bars.
        view: "arrival" where it takes `Bars`, "ordered" where it takes `OrderedBars`; "levels" and "errors" where it
            takes one of the collector's own tables, whole; "figures" where it takes what the collector measured.
        slots: it distrusts slots and clips them to the window itself (SLOTS); the others distrust rows.
        explained: it needs to know which missing slots are excused, so it runs after the causes (EXPLAINED).
        arrived: its neighbours are rows that arrived one after the other (ARRIVED); else those that follow in time.
        after: how many later bars its verdict may wait for (AFTER).
        whole: (candidates, bars, market, **parameters) -> Suspects, which sees the whole series and what the function
            found in all blocks of it, or None where the blocks' answers stand as they are.
        parameters: names and defaults of its keyword-only arguments.
        choices: parameter -> what it may be, of those that are one of several words (`Literal`).
        not_checked: (bars, market) -> the reason why it cannot answer for this series, or None.
        messages: cause -> template; "" is the template of all other causes.
    """

    name: str
    function: Callable[..., Suspects]
    view: View
    needs_market: bool
    slots: bool
    explained: bool
    arrived: bool
    after: int
    whole: Callable[..., Suspects] | None
    parameters: Mapping[str, Any]
    choices: Mapping[str, tuple[str, ...]]
    not_checked: Callable[..., str | None]
    messages: Mapping[str, str]
    page: str

    @property
    def of_bars(self) -> bool:
        """Whether it is asked of bars, and not of one of the collector's own tables."""
        return self.view in {"arrival", "ordered"}

    @property
    def of_collector(self) -> bool:
        """Whether it is asked once of the collector itself, and of no series."""
        return self.view in OF_COLLECTOR


def _never(bars: Bars, market: Market) -> str | None:
    return None


# What a file may say besides: our name, its name, and what holds where it says nothing.
_OPTIONAL: Mapping[str, tuple[str, Any]] = {
    "slots": ("SLOTS", False),
    "explained": ("EXPLAINED", False),
    "arrived": ("ARRIVED", False),
    "after": ("AFTER", 0),
    "whole": ("whole", None),
    "not_checked": ("not_checked", _never),
}


def _declared(name: str) -> Check:
    """The check that a file declares.

    Raises:
        TypeError: the file does not keep the contract of a check; the message says which rule.
    """
    module = import_module(f"{__name__}.{name}")
    function, messages = getattr(module, name, None), getattr(module, "MESSAGES", None)
    arguments = getattr(function, "__annotations__", {})
    view = VIEWS.get(getattr(next(iter(arguments.values()), None), "__name__", ""))
    if function is None or view is None:
        raise TypeError(
            f"dq/checks/{name}.py needs a function {name}(bars: one of {', '.join(VIEWS)}[, market: Market])"
        )
    if not messages:
        raise TypeError(f'dq/checks/{name}.py needs MESSAGES: what people are told, by cause; "" for all other causes')
    return Check(
        name=name,
        function=function,
        view=view,
        needs_market="market" in arguments or "cycles" in arguments,
        parameters=MappingProxyType(dict(function.__kwdefaults__ or {})),
        choices=MappingProxyType(
            {one: get_args(kind) for one, kind in arguments.items() if get_origin(kind) is Literal}
        ),
        messages=MappingProxyType(dict(messages)),
        page=module.__doc__ or "",
        **{ours: getattr(module, theirs, unsaid) for ours, (theirs, unsaid) in _OPTIONAL.items()},
    )


def names() -> list[str]:
    """The name of every check, in alphabetical order; none of their files is read."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


@cache
def checks() -> Mapping[str, Check]:
    """Every check by name, in alphabetical order."""
    return MappingProxyType({name: _declared(name) for name in names()})
