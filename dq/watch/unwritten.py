"""What channels are told, past the history, where it cannot be written: that nobody is told of incidents meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dq.model import SEVERITIES, Message, Run, minute_text
from dq.settings import AlertSettings

PATIENCE = 2  # runs in a row that were not recorded; one that found something does not wait
TITLES = {
    "opened": "CRITICAL dq: its history cannot be written",
    "resolved": "Resolved dq: its history is written again",
}


class Unwritten:
    """Knows since when runs are not recorded, and whether that was told."""

    def __init__(self) -> None:
        self._since = 0
        self._in_a_row = 0
        self._told: tuple[str, ...] = ()

    def messages(self, run: Run, channels: Iterable[AlertSettings], now: int) -> list[Message]:
        """What the channels are to be told after that run, past the history: once when it fails, once when it is back.

        Args:
            now: microseconds UTC.
        """
        if run.recorded:
            names, self._told, self._in_a_row = self._told, (), 0
            return [self._message("resolved", name, now, "Runs that waited are recorded now.") for name in names]
        self._in_a_row += 1
        self._since = self._since if self._in_a_row > 1 else run.as_of
        if self._told or (self._in_a_row < PATIENCE and run.verdict == "pass"):
            return []
        self._told = tuple(one.name for one in channels)
        body = "\n".join(_lines(run, self._since))
        return [self._message("opened", name, now, body) for name in self._told]

    def _message(self, what: str, channel: str, now: int, body: str) -> Message:
        name = f"unwritten-{self._since}"
        return Message(f"{name}-{channel}-{what}", "dq", name, channel, what, "critical", TITLES[what], body, "", now)


def _lines(run: Run, since: int) -> Iterator[str]:
    yield f"Since {minute_text(since)} runs are judged and not recorded, so nobody is told of incidents until they are."
    found = [f"{run.count(name):,} {name}" for name in reversed(SEVERITIES) if run.count(name)]
    yield f"This run of {run.source}: {', '.join((run.verdict, *found))}."
    wrong = next((error for error in run.errors if error.kind == "history"), None)
    yield f"Why: {wrong.message}" if wrong else "Why: " + (run.notes[-1] if run.notes else "not known")
    yield "What to do: dq doctor"
