"""One line of a collector's log as an entry: what was done, how long it took, whether again, and the memory held."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from dq.logged import retried
from dq.model import SECOND
from dq.settings.instants import parse_instant
from dq.sources.figures.names import printable

# Names of fields, the first that is there counts; those of a document inside the document are taken like its own.
TIMES = ("timestamp", "@timestamp", "time", "ts", "datetime", "asctime", "date")
OPERATIONS = ("operation", "op", "action", "task", "event", "name")
COMPONENTS = ("component", "logger", "logger_name", "module", "service")
MESSAGES = ("message", "msg", "event", "error", "error_message")
STATUSES = ("status", "outcome", "result", "event")
ATTEMPTS = ("attempt", "attempt_number", "try")
RETRIES = ("retries", "retry", "retry_count", "retried", "retry_attempt")
REQUESTS = ("requests", "request_count", "total_requests", "fetches", "calls")
THOUSANDTHS = ("duration_ms", "elapsed_ms", "took_ms", "latency_ms", "time_ms", "durationms")
SECONDS = ("duration_s", "duration_seconds", "elapsed_s", "elapsed_seconds", "duration", "elapsed", "took", "seconds")
MEMORY = re.compile(r"(?:.*_)?(?:rss|mem|memory)(?:_(?:usage|used|rss))?_(bytes|b|kb|kib|mb|mib|gb|gib)")
UNITS = {"bytes": 1.0, "b": 1.0, "kb": 1e3, "kib": 1024.0, "mb": 1e6, "mib": 1048576.0, "gb": 1e9, "gib": 1073741824.0}
SIZES = ((10**17, 1_000), (10**14, 1), (10**11, 1_000))  # from such a number on: it divided by that, or times it
DEEPEST = 2  # documents inside documents


class Fields(NamedTuple):
    """Which fields an entry has, by what they mean."""

    times: tuple[str, ...]
    operations: tuple[str, ...]
    components: tuple[str, ...]
    messages: tuple[str, ...]
    statuses: tuple[str, ...]
    attempts: tuple[str, ...]
    retries: tuple[str, ...]
    requests: tuple[str, ...]
    thousandths: tuple[str, ...]
    seconds: tuple[str, ...]
    memory: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Attributes:
        at: microseconds UTC.
        operation: in the owner's words, without what follows a space or a colon; "" where it names none.
        component: in the owner's words.
        seconds: how long it took, or None.
        retries: that it tells of; requests: the same, None where it has no such field.
        again: it is itself a retry, and no request of its own.
        attempt: it says which attempt it was, as only a request does.
        memory: bytes, or None.
    """

    at: int
    operation: str
    component: str
    seconds: float | None
    retries: int
    requests: float | None
    again: bool
    attempt: bool
    memory: float | None


def entry_of(line: bytes) -> Entry | None:
    """The entry of a line; None where it is no JSON document with a time."""
    try:
        document = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    said = _flat(document)
    fields = _fields(tuple(said))
    at = _instant(_first(said, fields.times))
    return None if at is None else _entry(at, said, fields)


def _entry(at: int, said: Mapping[str, Any], fields: Fields) -> Entry:
    attempt, repeated = _number(_first(said, fields.attempts)), _number(_first(said, fields.retries))
    operation = _text(said, fields.operations)
    unsaid = attempt is None and not repeated
    words = (operation, _text(said, fields.statuses), _text(said, fields.messages))
    again = (attempt is not None and attempt >= 2) or (unsaid and _speaks_of_retry(*words))
    thousandths, seconds = _number(_first(said, fields.thousandths)), _number(_first(said, fields.seconds))
    return Entry(
        at=at,
        operation=_first_word(operation),
        component=_shown(_text(said, fields.components)),
        seconds=thousandths / 1e3 if thousandths is not None else seconds,
        retries=1 if again else round(repeated or 0),
        requests=_number(_first(said, fields.requests)),
        again=again,
        attempt=attempt is not None,
        memory=_memory(said, fields.memory),
    )


@lru_cache(maxsize=1024)  # entries of one kind have the same fields
def _fields(names: tuple[str, ...]) -> Fields:
    known = (TIMES, OPERATIONS, COMPONENTS, MESSAGES, STATUSES, ATTEMPTS, RETRIES, REQUESTS, THOUSANDTHS, SECONDS)
    memory = tuple(name for name in names if name == "rss" or MEMORY.fullmatch(name))
    present = [tuple(one for one in each if one in names) for each in known]
    return Fields._make([*present, memory])


@lru_cache(maxsize=1024)
def _first_word(operation: str) -> str:
    return printable(re.split(r"[\s:(]", operation, maxsplit=1)[0])


_shown = lru_cache(maxsize=1024)(printable)


@lru_cache(maxsize=1024)
def _speaks_of_retry(*words: str) -> bool:
    return retried(" ".join(words).replace("_", " "))


def _flat(document: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Fields by their name in small letters; of two of one name that of the outer document."""
    said: dict[str, Any] = {}
    inside = [name for name, value in document.items() if isinstance(value, dict)]
    for name in inside if depth < DEEPEST else ():
        said |= _flat(document[name], depth + 1)
    return said | {name.lower(): value for name, value in document.items() if name not in inside}


def _first(said: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:  # a thousand times a second: no generator
        if said[name] is not None:
            return said[name]
    return None


def _text(said: Mapping[str, Any], names: tuple[str, ...]) -> str:
    value = _first(said, names)
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    """A number, or text that is one; of a flag 0 or 1; None of all else, and of what is below 0."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever it is
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _memory(said: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    name = next((name for name in names if _number(said[name]) is not None), None)
    if name is None:
        return None
    return float(said[name]) * UNITS.get(name.rpartition("_")[2], 1.0)


def _instant(value: object) -> int | None:
    """Microseconds UTC of text, which is UTC where it has no zone, or of a number since 1970 in whatever unit."""
    if isinstance(value, str) and not re.fullmatch(r"\d+(?:\.\d+)?", value):
        text = value.strip().replace(",", ".")
        try:
            return parse_instant(text if re.search(r"[Zz]$|[+-]\d\d:?\d\d$", text) else f"{text}Z")
        except (ValueError, OverflowError):
            return None
    number = _number(value)
    if number is None or isinstance(value, bool) or number >= 10**20:
        return None
    if number < SIZES[2][0]:
        return int(number * SECOND)
    return int(number * 1_000 if number < SIZES[1][0] else number if number < SIZES[0][0] else number / 1_000)
