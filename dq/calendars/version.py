"""Which sessions a cached file was computed from, found without importing what computed it."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from zlib import crc32

PACKAGES = ("pandas_market_calendars", "exchange_calendars")
OVERRIDES = Path(__file__).with_name("overrides.csv")
_FORMAT = 2  # raised when the layout of a file or the way of computing sessions changes


@cache
def key() -> str:
    """What sessions depend on: our format, the libraries' versions, the overrides."""
    overrides = crc32(OVERRIDES.read_bytes())
    versions = " ".join(f"{package}={_version(package)}" for package in PACKAGES)
    return f"dq-sessions {_FORMAT} {versions} overrides={overrides:08x}"


def library_version() -> str:
    """The installed version of pandas-market-calendars."""
    return _version(PACKAGES[0])


def _version(package: str) -> str:
    """From the name of the folder beside the package: importlib.metadata takes 40 ms to say the same."""
    for folder in map(Path, sys.path):
        with suppress(OSError):  # a folder that cannot be read holds no package either
            if (folder / package).is_dir():
                found = [path.name for path in folder.glob(f"{package}-*.dist-info")]
                if len(found) == 1:
                    return found[0].removeprefix(f"{package}-").removesuffix(".dist-info")
                break
    from importlib.metadata import version

    return version(package)
