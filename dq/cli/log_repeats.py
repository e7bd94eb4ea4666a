"""A library that says the same thing thousands of times a second is written down once, with a count."""

from __future__ import annotations

import logging
from collections.abc import Callable

SPELL = 10.0  # seconds after which what is repeated is written again


class Repeats(logging.Filter):
    """Lets a record pass unless it repeats the one before it; how many did is told when another comes, or after SPELL.

    Args:
        write: writes a record that passed.
    """

    def __init__(self, write: Callable[[logging.LogRecord], object]) -> None:
        super().__init__()
        self._write = write
        self._last: tuple[str, int, str] | None = None
        self._since = 0.0
        self._untold: list[logging.LogRecord] = []  # the newest repetition, if any
        self._count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        said = _message(record)
        same = (record.name, record.levelno, said)
        if same == self._last and 0 <= record.created - self._since < SPELL:
            self._count += 1
            self._untold = [record]
            return False
        self.told()
        self._last, self._since = same, record.created
        return True

    def told(self) -> None:
        """Write down what was held back so far."""
        for record in self._untold:
            said = f"{record.getMessage()} (repeated {self._count:,} times)"
            fields = {**getattr(record, "fields", {}), "repeated": self._count}
            self._write(logging.makeLogRecord({**record.__dict__, "msg": said, "args": (), "fields": fields}))
        self._untold, self._count = [], 0


class Counting(logging.Handler):
    """What writes records, and counts those that repeat the one before."""

    def count(self) -> None:
        """From now on."""
        self.addFilter(Repeats(self.emit))

    def handle(self, record: logging.LogRecord) -> bool:
        """Write the record, or count it: one thread at a time, since counting may write as well."""
        self.acquire()
        try:
            return bool(super().handle(record))
        finally:
            self.release()

    def close(self) -> None:
        """Tell what was held back, and let go."""
        for one in self.filters:
            if isinstance(one, Repeats):
                one.told()
        super().close()


def _message(record: logging.LogRecord) -> str:
    """The message; where its words and its arguments do not fit, both as they are, for good."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  whatever an argument raises when it is printed
        record.msg, record.args = f"{str(record.msg)[:200]!r} (its arguments do not fit)", ()
        return record.getMessage()
