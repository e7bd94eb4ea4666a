"""Columns by other names: which of a table's may well be one of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def likely(ours: str, found: Iterable[str]) -> list[str]:
    """Their names that may mean our column, the likeliest first: its own, then near ones, however they are written."""
    plain = {plain_name(theirs): theirs for theirs in reversed(list(found))}
    return [plain[near] for near in (plain_name(ours), *NEAR.get(ours, ())) if near in plain]


def plain_name(name: str) -> str:
    """A name without what writers of names differ in."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
