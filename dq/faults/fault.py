"""Fault: one kind of defect as its file declares it.

Beside the function of its name a file may hold, all of them optional:

`not_applicable(bars, market) -> str | None`: why this defect would be none in these bars, or could not be put in.
`room(ground) -> int`: how many bars in a row it takes; otherwise what its `length` says, or 1.
`places(ground) -> Int`: the rows at which it may begin, where not any stretch of sound bars will do.
`NOWHERE`: what to say where there is no such row.
`sized(site) -> dict`: the options that make it a defect in this market: its size in sigmas or ticks, its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dq.faults.injected import Injected
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market

Put = tuple[Bars, tuple[Injected, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of defect, and how it is fitted to a market.

    Attributes:
        name: of the check that must find it.
        function: (bars, row, **options) -> (bars, injected).
        about: what it imitates, in one sentence.
        not_applicable, room, places, sized, nowhere: as the file declares them; see above.
    """

    name: str
    function: Callable[..., Put]
    about: str
    not_applicable: Callable[[Bars, Market], str | None]
    room: Callable[[Ground], int]
    places: Callable[[Ground], Int]
    sized: Callable[[Site], dict[str, Any]]
    nowhere: str | None

    def __call__(self, bars: Bars, row: int, **options: Any) -> Put:
        """The bars with the defect, and what must be found."""
        return self.function(bars, row, **options)


def declared(name: str) -> Fault:
    """The fault that a file of this folder declares."""
    module = import_module(f"dq.faults.{name}")
    function = getattr(module, name)
    length = int((function.__kwdefaults__ or {}).get("length", 1))

    def usual_room(_ground: Ground) -> int:
        return length

    def stretches(ground: Ground) -> Int:
        return ground.rows(fault.room(ground))

    fault = Fault(
        name=name,
        function=function,
        about=(module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " "),
        not_applicable=getattr(module, "not_applicable", _never),
        room=getattr(module, "room", usual_room),
        places=getattr(module, "places", stretches),
        sized=getattr(module, "sized", _as_it_is),
        nowhere=getattr(module, "NOWHERE", None),
    )
    return fault


def _never(_bars: Bars, _market: Market) -> None:
    return None


def _as_it_is(_site: Site) -> dict[str, Any]:
    return {}
