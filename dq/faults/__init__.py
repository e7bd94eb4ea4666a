"""Faults: each puts one kind of defect into bars, and says what dq must find. Found in this folder, never listed.

A fault is named like the check that must find it: `fault(bars, row, **options) -> (bars, injected)`. `row` is where
the defect begins; the rest has defaults, except what the bars cannot tell (`off_session_bar` needs a closed instant).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from dq.faults.injected import Injected
from dq.faults.places import choose_rows
from dq.model import Bars

__all__ = ["Fault", "Injected", "choose_rows", "faults"]

Fault = Callable[..., tuple[Bars, tuple[Injected, ...]]]
_NOT_FAULTS = {"injected", "places", "rows"}


@cache
def faults() -> Mapping[str, Fault]:
    """Every fault by the name of the check that must find it, in alphabetical order."""
    names = sorted({path.stem for path in Path(__file__).parent.glob("[!_]*.py")} - _NOT_FAULTS)
    return MappingProxyType({name: getattr(import_module(f"{__name__}.{name}"), name) for name in names})
