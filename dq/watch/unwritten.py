"""What channels are told, past the history, where it cannot be written: that nobody is told of incidents meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dq.model import SEVERITIES, Message, Run, minute_text
from dq.settings import AlertSettings, masked

PATIENCE = 2  # runs in a row that were not recorded; one that found something does not wait
TITLES = {
    "opened": "CRITICAL dq: its history cannot be written",
    "resolved": "Resolved dq: its history is written again",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """That channels were told.

    Attributes:
        since: `as_of` of the first run that was not recorded, microseconds UTC.
        channels: their names; none where that is not known any more: all.
    """

    since: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A file that says to the next watch what channels were told of a history; where it cannot be kept, it is not.

    Attributes:
        folder: of the user's own; need not exist.
    """

    history: Path | str
    folder: Path

    @property
    def incident(self) -> str:
        """The id of the incident: the same for a history, whichever watch tells it, and however often."""
        return f"unwritten-{hashlib.blake2s(masked(str(self.history)).encode(), digest_size=8).hexdigest()}"

    def read(self) -> Opened | None:
        """What the last watch left here."""
        try:
            content, written = self._path.read_bytes(), self._path.stat().st_mtime_ns // 1000
        except OSError:
            return None
        try:
            said = json.loads(content)
            return Opened(int(said["since"]), tuple(map(str, said["channels"])))
        except (ValueError, TypeError, LookupError):  # a full disk often takes a file, and nothing into it
            return Opened(written, ())

    def keep(self, opened: Opened) -> None:
        """Leave that here."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.write_text(json.dumps({"since": opened.since, "channels": opened.channels}), "utf-8")

    def drop(self) -> None:
        """Channels were told that it is over."""
        with suppress(OSError):
            self._path.unlink()

    @property
    def _path(self) -> Path:
        return self.folder / f"{self.incident}.json"


class Unwritten:
    """Knows since when runs are not recorded, and whether that was told, by this watch or one before it."""

    def __init__(self) -> None:
        self._since = 0
        self._in_a_row = 0
        self._note: Note | None = None
        self._told: tuple[Note, Opened] | None = None

    def messages(self, run: Run, channels: Iterable[AlertSettings], now: int, note: Note) -> list[Message]:
        """What the channels are to be told after that run, past the history: once when it fails, once when it is back.

        Args:
            now: microseconds UTC.
            note: of the history that the run should have been recorded in.
        """
        if note != self._note:
            self._note = note
            self._told = self._told or _told_before(note)
        names = tuple(one.name for one in channels)
        return self._over(names, now) if run.recorded else self._lasts(run, names, now, note)

    def _over(self, names: tuple[str, ...], now: int) -> list[Message]:
        told, self._told, self._in_a_row = self._told, None, 0
        if told is None:
            return []
        note, opened = told
        note.drop()
        body = "Runs that waited are recorded now."
        return [_message("resolved", note, opened, name, now, body) for name in opened.channels or names]

    def _lasts(self, run: Run, names: tuple[str, ...], now: int, note: Note) -> list[Message]:
        self._in_a_row += 1
        self._since = self._since if self._in_a_row > 1 else run.as_of
        if self._told or not names or (self._in_a_row < PATIENCE and run.verdict == "pass"):
            return []
        opened = Opened(self._since, names)
        self._told = note, opened
        note.keep(opened)
        body = "\n".join(_lines(run, self._since))
        return [_message("opened", note, opened, name, now, body) for name in names]


def _told_before(note: Note) -> tuple[Note, Opened] | None:
    opened = note.read()
    return None if opened is None else (note, opened)


def _message(what: str, note: Note, opened: Opened, channel: str, now: int, body: str) -> Message:
    # Who has had a message throws away another of the same id: the next time that this happens is another message.
    identity = f"{note.incident}-{opened.since}-{channel}-{what}"
    return Message(identity, "dq", note.incident, channel, what, "critical", TITLES[what], body, "", now)


def _lines(run: Run, since: int) -> Iterator[str]:
    yield f"Since {minute_text(since)} runs are judged and not recorded, so nobody is told of incidents until they are."
    found = [f"{run.count(name):,} {name}" for name in reversed(SEVERITIES) if run.count(name)]
    yield f"This run of {run.source}: {', '.join((run.verdict, *found))}."
    wrong = next((error for error in run.errors if error.kind == "history"), None)
    yield f"Why: {wrong.message}" if wrong else "Why: " + (run.notes[-1] if run.notes else "not known")
    yield "What to do: dq doctor"
