"""Earlier looks at counters, so that a later one can tell what came since: kept where all is that can be made again.

Counters grow from the start of the collector. What a fast month says of a slow hour is nothing, so the values that
matter are kept: one look a minute for a good hour, one an hour for two days.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dq.model import DAY, HOUR, MINUTE

FINE, COARSE = 75 * MINUTE, 2 * DAY
MOST = 5_000  # samples of a look that is kept: more are not those of one collector
LATE = 0.05  # of the window, by which an earlier look may miss its start: no two runs begin equally late
ENOUGH = 0.5  # of the window, which an earlier look has to cover to stand for it


@dataclass(frozen=True, slots=True)
class Look:
    """What was counted at an instant.

    Attributes:
        at: microseconds UTC.
        counted: sample -> its value.
    """

    at: int
    counted: Mapping[str, float]


def place_of(cache: Path, url: str) -> Path:
    """The file of the looks at that address, whose name tells nobody the address."""
    return cache / "collector" / f"{sha256(url.encode()).hexdigest()[:16]}.json"


def earlier(path: Path, now: Look, start: int) -> Look | None:
    """The look since which counters tell of the window that begins at `start`.

    None where there is none that covers half of it, or where the collector was started anew since.
    """
    known = [one for one in _read(path) if one.at < now.at]
    before = [one for one in known if one.at <= start + LATE * (now.at - start)]
    best = before[-1] if before else next(iter(known), None)
    if best is None or now.at - best.at < ENOUGH * (now.at - start) or _anew(best, now):
        return None
    return best


def keep(path: Path, now: Look) -> None:
    """Add a look; where that is not possible there is one less, and nothing else happens."""
    if len(now.counted) > MOST:
        return
    kept = [one for one in _read(path) if now.at - COARSE <= one.at < now.at and not _anew(one, now)]
    looks = [*_thinned(kept, now.at), now]
    document = json.dumps([[one.at, dict(one.counted)] for one in looks], separators=(",", ":"))
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(document)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _thinned(looks: Iterable[Look], now: int) -> list[Look]:
    """The first look of every minute, of older ones that of every hour."""
    kept: dict[int, Look] = {}
    for one in looks:
        step = MINUTE if now - one.at <= FINE else HOUR
        kept.setdefault(one.at // step * step, one)
    return sorted(kept.values(), key=lambda one: one.at)


def _anew(before: Look, now: Look) -> bool:
    """Whether a counter went back: its process is another one."""
    return any(now.counted.get(key, value) < value for key, value in before.counted.items())


def _read(path: Path) -> list[Look]:
    """The looks that are kept, by time; none where the file is not there or holds something else."""
    try:
        said = json.loads(path.read_text("utf-8"))
        looks = [Look(int(at), {str(key): float(value) for key, value in counted.items()}) for at, counted in said]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    return sorted(looks, key=lambda one: one.at)
