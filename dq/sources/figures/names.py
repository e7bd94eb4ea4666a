"""Which metric, or which operation of a log, tells of a measure: by its name, as its owner wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

# The words that a name may have, the best first.
WORDS: Mapping[str, tuple[str, ...]] = {
    "cycle": ("cycle", "iteration", "loop", "poll"),
    "upsert": ("upsert", "insert", "write", "store", "save", "persist"),
    "retries": ("retry", "retrie"),
    "requests": ("request", "fetch", "download", "call", "attempt"),
    "memory": ("rss", "resident", "memory", "mem"),
}
YAHOO = ("yahoo", "yfinance", "yf")
# A name with one of these speaks of something else: of pauses, of numbers, of other memory.
OTHERWISE = frozenset(
    [
        "sleep",
        "wait",
        "waiting",
        "idle",
        "interval",
        "pause",
        "delay",
        "lag",
        "age",
        "since",
        "created",
        "virtual",
        "limit",
        "max",
        "peak",
        "available",
        "free",
        "swap",
        "shared",
        "heap",
        "gc",
    ]
)
LONG = 5  # letters of a word from which on longer forms of it are taken, too: upserts, cycles, requested
SHOWN = 4  # candidates that are named
LONGEST = 80  # characters of a name


class AmbiguousError(ValueError):
    """Several names are equally good."""


def printable(name: str) -> str:
    """A name as people may be shown it, whoever wrote it."""
    return "".join(sign for sign in name if sign.isprintable())[:LONGEST]


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name: `fetchCycle_seconds` has fetch, cycle and seconds."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name))


def speaks_of(name: str, measure: str) -> int | None:
    """How well a name fits a measure, 0 best; None where it does not."""
    said = words_of(name)
    if OTHERWISE.intersection(said):
        return None
    known = enumerate(WORDS[measure])
    return next((rank for rank, word in known if any(_is(one, word) for one in said)), None)


def is_yahoo(name: str) -> bool:
    """Whether it names Yahoo."""
    return bool(set(YAHOO).intersection(words_of(name)))


def chosen(names: Iterable[str], measure: str, asked: Mapping[str, str]) -> str | None:
    """The one name that tells of the measure; None where there is none.

    Of several the one with the best word, with Yahoo in it where requests are counted, and the plainest one.

    Args:
        asked: measure -> the name that its owner gave it; it then decides alone.

    Raises:
        AmbiguousError: several are equally good; the message names them.
    """
    there = sorted(set(names))
    if measure in asked:
        return next((name for name in there if asked[measure] in {name, name.partition("{")[0]}), None)
    ranked = [(rank, name) for name in there if (rank := speaks_of(name, measure)) is not None]
    best = [name for rank, name in ranked if rank == min(ranked)[0]]
    if measure in {"retries", "requests"} and any(map(is_yahoo, there)):
        best = [name for _, name in ranked if is_yahoo(name)] or best
    plain = [name for name in best if len(words_of(name)) == min(len(words_of(one)) for one in best)]
    if len(plain) > 1:
        raise AmbiguousError(f"{_listed(plain)} may all tell of it: say which under [collector.names] {measure}")
    return plain[0] if plain else None


def _is(said: str, word: str) -> bool:
    return said in {word, f"{word}s"} or (len(word) >= LONG and said.startswith(word))


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - SHOWN:,} more"] if len(names) > SHOWN else []
    return ", ".join([*names[:SHOWN], *more])
