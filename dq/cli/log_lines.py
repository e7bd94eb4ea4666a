"""Records of the log as lines: a JSON document each, or text with the instant before it. No secret in any field."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from numbers import Integral
from typing import Any

from dq.cli.secrets import Discreet, known_secrets
from dq.settings import masked_text
from dq.settings.scrubbing import secrets_of

ALWAYS = ("timestamp", "level", "component", "operation", "duration_ms", "status", "event")
LONGEST = 32_768  # characters of one field: collectors of logs cut lines at 256 KiB, and then they are no JSON
OF_STRUCTLOG = ("_record", "_from_structlog", "fields", "told")

Fields = MutableMapping[str, Any]


def as_json() -> logging.Formatter:
    """Formats whatever logger a record is of: one line, the fields of `ALWAYS` first, null where nobody said."""
    from structlog.processors import JSONRenderer, StackInfoRenderer, format_exc_info
    from structlog.stdlib import ExtraAdder, ProcessorFormatter

    return ProcessorFormatter(
        foreign_pre_chain=[ExtraAdder(), StackInfoRenderer(), format_exc_info, _laid_out],
        processors=[_Hidden(), JSONRenderer(ensure_ascii=False)],
    )


class Stamped(Discreet):
    """Text as on stderr, after the instant in UTC and the component."""

    def __init__(self) -> None:
        super().__init__("%(stamp)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.stamp = stamp(record)
        return super().format(record)


def stamp(record: logging.LogRecord) -> str:
    """When it was made: RFC 3339 in UTC, with microseconds."""
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _laid_out(_logger: object, _name: str, said: Fields) -> Fields:
    record: logging.LogRecord = said["_record"]
    fields = said.get("fields")
    given: dict[str, Any] = {**said, **(fields if isinstance(fields, Mapping) else {})}
    given = {name: value for name, value in given.items() if name not in OF_STRUCTLOG}
    fixed = {
        "timestamp": stamp(record),
        "level": record.levelname.lower(),
        "component": record.name,
        "event": said["event"],
    }
    return dict.fromkeys(ALWAYS) | given | fixed


class _Hidden:
    """Makes every field plain, of bounded length and without secrets; known ones are looked up at the first record."""

    def __init__(self) -> None:
        self._secrets: frozenset[str] | None = None

    def __call__(self, _logger: object, _name: str, said: Fields) -> Fields:
        if self._secrets is None:
            self._secrets = known_secrets()
        return {str(name): self._plain(value, str(name)) for name, value in said.items()}

    def _plain(self, value: Any, name: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Integral):  # NumPy's too
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else None
        if isinstance(value, Mapping):
            return {self._text(str(key), ""): self._plain(one, str(key)) for key, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._plain(one, name) for one in value]
        return self._text(str(value), name)

    def _text(self, text: str, name: str) -> str:
        secrets: Iterable[str] = {*(self._secrets or ()), *secrets_of({name: text})}  # a field called password is one
        return masked_text(text if len(text) <= LONGEST else f"{text[:LONGEST]}…", secrets)
