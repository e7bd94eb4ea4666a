"""The first line of a CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from dq.model import BarsError

DELIMITERS = (",", ";", "\t", "|")
HINT = "The first line of a CSV names its columns: instrument,timestamp,open,high,low,close,volume"


@dataclass(frozen=True)
class Header:
    """The names in the first line that is no comment, and its 1-based number."""

    names: list[str]
    line: int
    delimiter: str


def header_of(text: Iterable[bytes], place: str) -> Header:
    """The first line that is neither empty nor a comment; the text stands behind it afterwards.

    Raises:
        BarsError: there is none, it is not text, or it holds numbers instead of names.
    """
    for number, line in enumerate(text, 1):
        plain = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip("\r\n")
        if plain.strip() and not plain.startswith("#"):
            break
    else:
        raise BarsError(f"{place} is empty", hint=HINT)
    if "\0" in plain or "�" in plain:
        raise BarsError(f"{place} is not text in UTF-8")
    delimiter = max(DELIMITERS, key=plain.count)
    names = [name.strip() for name in next(csv.reader([plain], delimiter=delimiter))]
    if any(_is_number(name) for name in names):
        raise BarsError(
            f'{place} has no header: its first line is "{plain[:60]}"',
            hint=HINT,
        )
    return Header(names, number, delimiter)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.lower() not in ("nan", "inf", "infinity")
