"""Sessions on disk: one small file per calendar and year, so that no run waits for the library twice.

A file is two lines of text, the key and the contents' description, and little-endian int64 columns behind them: opens,
closes, days, then starts and ends of halts and of doubts, then their reasons. One that is missing, cut short, damaged or of another
key is not read; the caller computes its year again and writes it over.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from zlib import crc32

import numpy as np

from dq.calendars.version import key
from dq.calendars.year import Year
from dq.model import Halt


def read_year(cache: Path, calendar: str, extended_hours: bool, year: int) -> Year | None:
    """The stored year, or None where there is none that can be trusted."""
    try:
        content = _path(cache, calendar, extended_hours, year).read_bytes()
        header, _, rest = content.partition(b"\n")
        about, _, body = rest.partition(b"\n")
        name, sessions, halts, doubts, checksum, zone = about.decode().split("\t")
        if header.decode() != key() or name != _name(calendar, extended_hours, year) or int(checksum) != crc32(body):
            return None
        return _unpacked(body, int(sessions), int(halts), int(doubts), zone)
    except (OSError, ValueError):
        return None


def write_year(cache: Path, calendar: str, extended_hours: bool, year: int, content: Year) -> None:
    """Store a year: whole or not at all, whoever else writes it. A folder that cannot be written is no error."""
    from tempfile import NamedTemporaryFile

    body = _packed(content)
    name = _name(calendar, extended_hours, year)
    counts = (len(content.opens), len(content.halts), len(content.doubts), crc32(body))
    about = "\t".join([name, *map(str, counts), content.zone])
    with suppress(OSError):
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=cache, prefix=".sessions-", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(f"{key()}\n{about}\n".encode() + body)
                file.flush()
                temporary.replace(_path(cache, calendar, extended_hours, year))
            finally:
                temporary.unlink(missing_ok=True)


def _name(calendar: str, extended_hours: bool, year: int) -> str:
    return f"{calendar}{'+extended' if extended_hours else ''} {year}"


def _path(cache: Path, calendar: str, extended_hours: bool, year: int) -> Path:
    name = _name(calendar, extended_hours, year)
    return cache / f"{''.join(letter if letter.isalnum() or letter in '+-' else '_' for letter in name)}.sessions"


def _packed(content: Year) -> bytes:
    told = (*content.halts, *content.doubts)
    spans = np.array([(halt.start, halt.end) for halt in told], "<i8").reshape(-1, 2)
    columns = np.concatenate([content.opens, content.closes, content.day, spans[:, 0], spans[:, 1]])
    return columns.astype("<i8").tobytes() + "\n".join(halt.why for halt in told).encode()


def _unpacked(body: bytes, sessions: int, halts: int, doubts: int, zone: str) -> Year:
    told = halts + doubts
    columns = np.frombuffer(body, "<i8", 3 * sessions + 2 * told)
    opens, closes, day = columns[: 3 * sessions].reshape(3, sessions)
    starts, ends = columns[3 * sessions :].reshape(2, told).tolist()
    reasons = body[columns.nbytes :].decode().split("\n")
    whole = tuple(Halt(*halt) for halt in zip(starts, ends, reasons[:told], strict=True))
    return Year(opens, closes, day, zone, whole[:halts], whole[halts:])
