"""Schedules that people write: a TOML file with a table for each trouble.

[[trouble]]
kind = "outage"              # one of KINDS
instruments = ["NQ=F"]       # not for those that concern all
after = "5m"                 # from the beginning
length = "12m"
mended = "3m"                # after its end; left out: never
lag = "4m"                   # of bars that come late
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dq.demo.live.feed import LIVE
from dq.demo.live.schedule import KINDS, Schedule, Trouble
from dq.model import MINUTE, SettingsError, parse_duration

_LENGTHS = ("after", "length", "mended", "lag")
_ALONE = ("errors", "pause", "blackout")  # they are of no instrument in particular


def read_schedule(path: Path, begin: int, end: int) -> Schedule:
    """The schedule of a file, from that instant on.

    Raises:
        SettingsError: with everything that is wrong with the file.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        why = getattr(wrong, "strerror", None) or wrong
        raise SettingsError(f"{path} cannot be read as a schedule: {why}.", hint="It is a file of TOML.") from None
    tables = told.get("trouble")
    faults: list[str] = [f"there is no {name!r}: only [[trouble]]" for name in told if name != "trouble"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append("it has no [[trouble]]")
        tables = []
    found = [_trouble(number, table, begin, faults) for number, table in enumerate(tables, 1)]
    if faults:
        hint = f"A trouble has kind ({', '.join(KINDS)}), instruments, after, length, mended and lag."
        raise SettingsError("\n".join(f"{path}: {fault}" for fault in faults), hint=hint)
    return Schedule(begin, end, tuple(sorted(found, key=lambda one: one.start)))


def _trouble(number: int, table: Mapping[str, Any], begin: int, faults: list[str]) -> Trouble:
    """A table's trouble; what is wrong with it is added to the faults."""
    where = f"trouble {number}"
    faults += [f"{where}: there is no {name!r}" for name in table if name not in {"kind", "instruments", *_LENGTHS}]
    kind, names = table.get("kind"), table.get("instruments", [])
    if kind not in KINDS:
        faults.append(f"{where}: kind = {kind!r} is none")
    known = {one.name for one in LIVE}
    if not isinstance(names, list) or not set(map(str, names)) <= known:
        faults.append(f"{where}: instruments = {names!r} must be a list of {', '.join(sorted(known))}")
        names = []
    elif not names and kind in KINDS and kind not in _ALONE:
        faults.append(f"{where}: {kind} needs instruments")
    lengths = {name: _length(where, name, table[name], faults) for name in _LENGTHS if name in table}
    length = max(MINUTE, lengths.get("length", MINUTE) // MINUTE * MINUTE)
    start = begin + lengths.get("after", MINUTE) // MINUTE * MINUTE
    mended = start + length + lengths["mended"] if "mended" in lengths else None
    return Trouble(str(kind), tuple(map(str, names)), start, length, mended, lengths.get("lag", 0))


def _length(where: str, name: str, value: object, faults: list[str]) -> int:
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except ValueError:
        faults.append(f"{where}: {name} = {value!r} must be a length of time such as 5m")
        return MINUTE
