"""A log file that several processes write, that is rotated by us or by others, and that never ends a run."""

from __future__ import annotations

import fcntl
import logging
import os
import sys
from contextlib import suppress
from io import FileIO
from logging.handlers import RotatingFileHandler
from pathlib import Path

from dq.cli.log_repeats import Counting
from dq.cli.secrets import discreet


class LogFile(Counting, RotatingFileHandler):
    """Lines at the end of a file of mode 0600, whole ones, whoever else writes there.

    Where it cannot be written (a full disk, a folder that is not ours) the record is lost, stderr says so once, and the
    next record is tried again. Where somebody moved it away, as logrotate does, a new one is begun.

    Args:
        max_bytes: it is rotated before it would be longer; 0: never.
        backups: so many older ones are kept.
    """

    def __init__(self, path: Path, max_bytes: int, backups: int) -> None:
        super().__init__(path, maxBytes=max_bytes, backupCount=max(backups, 1), delay=True)
        self.count()
        self._raw: FileIO | None = None
        self._torn = False
        self._complained = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, if it can be written."""
        try:
            self._write(self.format(record).encode("utf-8", "backslashreplace") + b"\n")
        except Exception as wrong:  # noqa: BLE001  a log never ends what it tells of
            self._complain(wrong)

    def close(self) -> None:
        """Tell what was held back, and let go of the file."""
        super().close()
        self._shut()

    def _write(self, line: bytes) -> None:
        raw = self._current()
        if self.maxBytes and os.fstat(raw.fileno()).st_size + len(line) > self.maxBytes:
            raw = self._rotated(raw)
        line = b"\n" + line if self._torn else line
        # whole lines come from one call each: no other process writes into the middle of one
        self._torn = True
        self._torn = (raw.write(line) or 0) < len(line)
        if self._torn:
            raise OSError("only a part of a line was written")

    def _current(self) -> FileIO:
        """The file of that name, opened again where it is another one by now."""
        if self._raw is not None and not self._is_there(self._raw):
            self._shut()
        if self._raw is None:
            path = Path(self.baseFilename)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._raw = FileIO(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "a+")
            size = os.fstat(self._raw.fileno()).st_size
            self._torn = size > 0 and os.pread(self._raw.fileno(), 1, size - 1) != b"\n"  # whoever wrote it was killed
        return self._raw

    def _is_there(self, raw: FileIO) -> bool:
        with suppress(FileNotFoundError):
            mine, there = os.fstat(raw.fileno()), Path(self.baseFilename).stat()
            return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
        return False

    def _rotated(self, raw: FileIO) -> FileIO:
        """The new file; of two processes that want to rotate, the second finds it done."""
        fcntl.flock(raw, fcntl.LOCK_EX)  # given back when it is closed
        if self._is_there(raw) and os.fstat(raw.fileno()).st_size:
            self.doRollover()
        self._shut()
        return self._current()

    def _shut(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            with suppress(OSError):
                raw.close()

    def _complain(self, wrong: Exception) -> None:
        if not self._complained:
            self._complained = True
            why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
            said = f"dq: the log {self.baseFilename} cannot be written ({why}). What is done goes on without it.\n"
            with suppress(OSError, ValueError):
                sys.stderr.write(discreet(said))
