"""The names of calendars: every one that pandas-market-calendars knows, and ours.

`names.csv` says for each name which calendar it stands for, so that an unknown name is refused, and an override is found,
without the second that importing the library takes. Its first line names the version of the library it was taken from.
Of two calendars of one market the better one stands for both: `CME Globex Equity` (half days at 12:15) for `CME_Equity`,
`NYSE` (pre- and post-market) for `XNYS` and for `IEX`, which lacks holidays, ours for `FX`, `24/5` and `24/7`; those of
exchange_calendars (`XLON`, `XHKG`, `XASX`, `XEUR` ...) for what the library calls `LSE`, `HKEX`, `ASX`, `EUREX`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dq.model import SettingsError

AUTO = "auto"  # learned from the bars (`learned`, `learned_days`): has no sessions of its own


@cache
def known_names() -> Mapping[str, str]:
    """Name -> the calendar it stands for, as `names.csv` has it."""
    return MappingProxyType(dict(line.split(",") for line in _lines()[2:]))


def calendar_names() -> tuple[str, ...]:
    """Every name that a series' calendar may have, sorted; `sessions` takes all but `auto`."""
    return tuple(sorted({AUTO, *known_names(), *_newer_names()}))


def check_calendar(name: str) -> None:
    """Refuse a name that no calendar has.

    Raises:
        SettingsError: with the nearest names.
    """
    if name != AUTO:
        canonical(name)


def canonical(name: str) -> str:
    """The calendar that a name stands for: several names share one.

    Raises:
        SettingsError: no calendar has that name.
    """
    stands_for = known_names().get(name)
    if stands_for is not None:
        return stands_for
    if name in _newer_names():
        return name
    raise SettingsError(
        f"There is no calendar {name!r}.{_nearest(name)}",
        hint="Any name that pandas-market-calendars knows, or 24/7, 24/5, FX, auto; `python -m dq.calendars` lists them all.",
    )


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    names = {known.casefold(): known for known in calendar_names()}
    near = [names[match] for match in get_close_matches(name.casefold(), names, n=3, cutoff=0.6)]
    return f" Did you mean {' or '.join(near)}?" if near else ""


@cache
def _newer_names() -> frozenset[str]:
    """Names that the installed library has and `names.csv` has not; it is imported only if its version is another."""
    from dq.calendars.version import library_version

    if library_version() == _lines()[0].removeprefix("# pandas_market_calendars "):
        return frozenset()
    import pandas_market_calendars

    return frozenset(pandas_market_calendars.get_calendar_names()) - set(known_names())


@cache
def _lines() -> list[str]:
    return Path(__file__).with_name("names.csv").read_text(encoding="utf-8").splitlines()
