"""Which of a table's columns are those of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dq.door import OHLC_DATA, Column, Form
from dq.door.contract import ACCEPTED
from dq.door.spellings import likely


def matched(
    found: Mapping[str, Form], said: Mapping[str, str] | None = None, contract: Sequence[Column] = OHLC_DATA
) -> dict[str, str] | None:
    """Our name of each column to theirs: as was said, by equal names, by near ones; None where one is wanting.

    Args:
        found: their names, each with its form; `cells` where it is text that is yet to be read.
        said: what somebody said already, our name to theirs.
    """
    names: dict[str, str] = {}
    for column in contract:
        choices = [name for name in ((said or {}).get(column.name), column.name) if name is not None and name in found]
        choices += likely(column.name, found)
        fitting = [name for name in choices if found[name] in ACCEPTED[column.kind] and name not in names.values()]
        if fitting:
            names[column.name] = fitting[0]
        elif column.required or column.name == "instrument":
            return None
    return names


def renamed(names: Mapping[str, str]) -> dict[str, str]:
    """Those that are called otherwise: what [source.columns] has to say."""
    return {ours: theirs for ours, theirs in names.items() if ours != theirs}
