"""Faults: each puts one kind of defect into bars, and says what dq must find. Found in this folder, never listed.

A fault is named like the check that must find it: `fault(bars, row, **options) -> (bars, injected)`. `row` is where
the defect begins; the rest has defaults, except what the bars cannot tell (`off_session_bar` needs a closed instant).
See `dq.faults.fault` for what its file may say besides: in which bars it can go, where, and how large it must be there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dq.faults.entailment import entailed
from dq.faults.fault import Fault, declared
from dq.faults.injected import Injected
from dq.faults.places import choose_rows
from dq.faults.site import Ground, Site

__all__ = ["Fault", "Ground", "Injected", "Site", "choose_rows", "entailed", "faults"]


@cache
def faults() -> Mapping[str, Fault]:
    """Every fault by the name of the check that must find it, in alphabetical order: the files with such a function."""
    files = sorted(Path(__file__).parent.glob("[!_]*.py"))
    names = [path.stem for path in files if re.search(rf"^def {path.stem}\(", path.read_text("utf-8"), re.MULTILINE)]
    return MappingProxyType({name: declared(name) for name in names})
