"""`dq.toml` as a table, and where in it a key stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

Key = tuple[str | int, ...]

# Compiled when first used, which is when something is wrong.
_HEADER = r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?"
_ASSIGNED = r"""\s*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""


class Fault(NamedTuple):
    """One thing that is wrong with settings.

    Attributes:
        where: the file (with the line, where it is known) or the environment.
        key: the setting, as people write it; empty where the whole file is meant.
        elsewhere: its value stands in a variable that is not set, or in a file that cannot be read.
    """

    where: str
    key: str
    said: str
    elsewhere: bool = False

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.key, self.said) if part)


def read_document(path: Path) -> tuple[Mapping[str, Any], str] | Fault:
    """The table of a TOML file and its text, or what keeps it from being read."""
    import tomllib

    content = ""
    try:
        content = path.read_text("utf-8-sig")
        return tomllib.loads(content), content
    except UnicodeDecodeError as wrong:
        return Fault(str(path), "", f"it is not UTF-8 text: byte {wrong.start} cannot be read; save it as UTF-8")
    except OSError as wrong:
        return Fault(str(path), "", f"it cannot be read: {wrong.strerror}")
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        said, line = _syntax(str(wrong))
        return Fault(f"{path}{line}", "", f"it is not TOML: {said}{_unquoted(content, line)}")


def _syntax(message: str) -> tuple[str, str]:
    """What tomllib says, apart from where it says it."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if found is None:
        return message, ""
    if found[1] == r"Illegal character '\n'" and found[2]:
        return "a text is not closed with its quote on that line", f":{found[2]}"
    return (f"{found[1]}, column {found[3]}", f":{found[2]}") if found[2] else (f"{found[1]}, at its end", "")


def _unquoted(content: str, line: str) -> str:
    """What people forget most: quotes around an instrument."""
    lines = content.splitlines()
    number = int(line.lstrip(":") or 0)
    found = re.match(r"\s*\[\s*(\w+)\.([^\]\"']+)\]", lines[number - 1]) if 0 < number <= len(lines) else None
    return f'; a name such as {found[2].strip()} needs quotes: [{found[1]}."{found[2].strip()}"]' if found else ""


def key_text(key: Key) -> str:
    """The key as it stands in TOML: `series."NQ=F".tick`, `alert[2].url`."""
    parts = ""
    for part in key:
        if isinstance(part, int):
            parts += f"[{part + 1}]"
        else:
            parts += f".{part}" if re.fullmatch(r"[\w-]+", part) else f'."{part}"'
    return parts.lstrip(".")


def lines_of_keys(content: str) -> dict[Key, int]:
    """The line, from 1, of every key that begins one; keys inside inline tables share that of their table."""
    lines: dict[Key, int] = {}
    table: Key = ()
    entries: dict[Key, int] = {}
    for number, line in enumerate(content.splitlines(), 1):
        header, assigned = re.fullmatch(_HEADER, line), re.match(_ASSIGNED, line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                entries[table] = entries.get(table, -1) + 1
                table = (*table, entries[table])
            lines.setdefault(table, number)
        elif assigned:
            lines.setdefault((*table, *_parts(assigned[1])), number)
    return lines


def _parts(dotted: str) -> Key:
    """The parts of a dotted key, its quotes taken off."""
    import tomllib

    try:
        table: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:  # a line of a text that only looks like a key
        return (dotted,)
    parts: Key = ()
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts = (*parts, part)
    return parts
