"""The end of a log file, read backwards as far as it is needed, into the file before it if need be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dq.sources.figures.entries import Entry, entry_of

BLOCK = 256 << 10
MOST = 64 << 20  # bytes that are read at most
LATE = 60_000_000  # microseconds by which lines may stand out of order


@dataclass
class Tail:
    """What was read.

    Attributes:
        entries: of the window, latest first.
        lines: that were read, and `broken` of them that are no JSON document with a time.
        short: the log is longer than may be read, and the window begins before.
    """

    entries: list[Entry] = field(default_factory=list)
    lines: int = 0
    broken: int = 0
    short: bool = False


def tail(path: Path, start: int, end: int) -> Tail:
    """The entries with times in `[start, end)`.

    Args:
        start, end: microseconds UTC.

    Raises:
        OSError: the file cannot be read.
    """
    found, left = Tail(), MOST
    for at, one in enumerate((path, path.with_name(f"{path.name}.1"))):
        if at and not one.is_file():
            break
        for block, size in _blocks(one, left):
            left -= size
            latest = _take(block, found, start, end)
            if latest is not None and latest < start - LATE:
                return found
        if left <= 0:
            found.short = True
            break
    return found


def _blocks(path: Path, most: int) -> Iterator[tuple[list[bytes], int]]:
    """The lines of a file, block by block from its end, and how many bytes were read for each.

    A last line that has no end is left out: it is being written.
    """
    with path.open("rb") as file:
        position, carried = file.seek(0, 2), b""
        whole = position
        while position > 0 and most > 0:
            size = min(BLOCK, position, most)
            position, most = position - size, most - size
            file.seek(position)
            lines = (file.read(size) + carried).split(b"\n")
            if position + size == whole:
                lines[-1:] = [] if entry_of(lines[-1]) is None else lines[-1:]
            carried = lines.pop(0) if position and lines else b""
            yield lines, size


def _take(lines: list[bytes], found: Tail, start: int, end: int) -> int | None:
    """Add the entries of the window, latest first; the latest time in the block: one line may have a clock of its own."""
    latest = None
    for line in reversed(lines):
        if not line.strip():
            continue
        found.lines += 1
        entry = entry_of(line)
        if entry is None:
            found.broken += 1
            continue
        latest = entry.at if latest is None else max(latest, entry.at)
        if start <= entry.at < end:
            found.entries.append(entry)
    return latest
