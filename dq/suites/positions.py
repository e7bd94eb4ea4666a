"""Where in a JSON text each value stands. Asked only when something is wrong with one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

Key = tuple[str | int, ...]

_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NO_NUMBER = {"NaN", "Infinity", "-Infinity"}


def positions(text: str) -> Iterator[tuple[Key, str, int]]:
    """The path of every value, its first piece, and where the value (in an object: its key) begins.

    Args:
        text: what Python's parser accepts, so NaN and repeated keys are possible: they come as often as they stand.
    """
    path: list[str | int] = []
    awaits_key, begins = False, 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece in "}]":
            path.pop()
            awaits_key = False
        elif piece == ",":
            last = path[-1]
            awaits_key = isinstance(last, str)
            path[-1] = last if isinstance(last, str) else last + 1
        elif awaits_key:
            path[-1], awaits_key, begins = json.loads(piece), False, match.start()
        elif piece != ":":
            yield tuple(path), piece, begins if path and isinstance(path[-1], str) else match.start()
            if piece in "{[":
                awaits_key = piece == "{"
                path.append("" if awaits_key else 0)


def line_at(text: str, offset: int) -> int:
    """The line, from 1, of a place in the text."""
    return text.count("\n", 0, offset) + 1


def lines_of(text: str, keys: set[Key]) -> dict[Key, int]:
    """The line of each of those values; of the nearest one around it where the value itself is absent."""
    first: dict[Key, int] = {}
    for place, _, offset in positions(text):
        first.setdefault(place, offset)
    lines = {}
    for key in keys:
        around = next(key[:length] for length in range(len(key), -1, -1) if key[:length] in first)
        lines[key] = line_at(text, first[around])
    return lines


def oddities(text: str) -> Iterator[tuple[Key, int, str]]:
    """What Python's parser takes and JSON does not have: path, line, and what is wrong."""
    seen: set[Key] = set()
    repeated: set[Key] = set()
    for place, piece, offset in positions(text):
        if piece in _NO_NUMBER:
            yield place, line_at(text, offset), f"{piece} is no number of JSON"
        if place in seen and not any(place[:length] in repeated for length in range(len(place))):
            repeated.add(place)
            yield place, line_at(text, offset), "the key stands here a second time; keep one"
        seen.add(place)


def key_text(key: Key) -> str:
    """The path as people read it: `expectations[2].kwargs.longer_than`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")
