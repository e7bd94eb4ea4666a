"""Columns by other names: which of a table's are those of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dq.door import OHLC_DATA, Column, Form
from dq.door.contract import ACCEPTED

NEAR: Mapping[str, tuple[str, ...]] = {
    "instrument": ("symbol", "ticker", "asset", "pair", "contract", "security", "product", "market", "s"),
    "timestamp": (
        "ts",
        "time",
        "datetime",
        "dt",
        "opentime",
        "bartime",
        "barstart",
        "starttime",
        "date",
        "bucket",
        "t",
    ),
    "open": ("o", "openprice", "priceopen", "pxopen", "op"),
    "high": ("h", "highprice", "pricehigh", "pxhigh", "hi", "max"),
    "low": ("l", "lowprice", "pricelow", "pxlow", "lo", "min"),
    "close": ("c", "closeprice", "priceclose", "pxclose", "last", "cl"),
    "volume": ("v", "vol", "volumetraded", "basevolume", "qty"),
}


def matched(
    found: Mapping[str, Form], said: Mapping[str, str] | None = None, contract: Sequence[Column] = OHLC_DATA
) -> dict[str, str] | None:
    """Our name of each column to theirs: as was said, by equal names, by near ones; None where one is wanting.

    Args:
        found: their names, each with its form; `cells` where it is text that is yet to be read.
        said: what somebody said already, our name to theirs.
    """
    plain = {plain_name(name): name for name in reversed(list(found))}
    names: dict[str, str] = {}
    for column in contract:
        choices = [name for name in ((said or {}).get(column.name), column.name) if name is not None and name in found]
        choices += [plain[near] for near in (plain_name(column.name), *NEAR.get(column.name, ())) if near in plain]
        fitting = [name for name in choices if found[name] in ACCEPTED[column.kind] and name not in names.values()]
        if fitting:
            names[column.name] = fitting[0]
        elif column.required or column.name == "instrument":
            return None
    return names


def renamed(names: Mapping[str, str]) -> dict[str, str]:
    """Those that are called otherwise: what [source.columns] has to say."""
    return {ours: theirs for ours, theirs in names.items() if ours != theirs}


def plain_name(name: str) -> str:
    """A name without what writers of names differ in."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
