"""Whether the watch turns, and whether it can tell: what `/healthz` and `/readyz` say."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dq.model import SECOND, instant_text
from dq.serving.told import Due, Round, could_tell

TURNS = 120.0  # seconds; the watch looks at its clock twice a minute, and says so when it will be away for longer


@dataclass(frozen=True, slots=True)
class _Cadence:
    """What is known of one cadence; instants in microseconds UTC."""

    every: int
    since: int
    verdict: str | None = None
    last_run: int | None = None
    last_success: int | None = None
    next_run: int | None = None

    def late(self, now: int, grace: int) -> bool:
        """Whether a run that could tell is overdue: twice the interval, and the grace, since the last or the start."""
        return now - (self.since if self.last_success is None else self.last_success) > self.limit(grace)

    def limit(self, grace: int) -> int:
        return 2 * self.every + grace


class Health:
    """What the watch said of itself.

    Args:
        grace: microseconds that a run may come late.
        clock: microseconds UTC.
    """

    def __init__(self, version: str, grace: int, clock: Callable[[], int]) -> None:
        self._version, self._grace, self._clock = version, grace, clock
        self._lock = threading.Lock()
        self._began = self._turned = time.monotonic()
        self._allowed = TURNS
        self._breaker = "closed"
        self._cadences: dict[str, _Cadence] = {}

    def turned(self, allowing: float) -> None:
        """The watch is alive, and may be silent for that many seconds, TURNS at least."""
        with self._lock:
            self._turned, self._allowed = time.monotonic(), max(allowing, TURNS)

    def told(self, name: str, one: Round) -> None:
        """A round of that cadence is over."""
        with self._lock:
            before = self._cadences.get(name)
            success = one.began if could_tell(one.outcome.run) else before.last_success if before is not None else None
            since = before.since if before is not None else one.began
            verdict = one.outcome.run.verdict
            self._cadences[name] = _Cadence(one.every, since, verdict, one.began, success, one.next_at)
            self._breaker = one.breaker

    def expect(self, cadences: Mapping[str, Due]) -> frozenset[str]:
        """From now on there are these cadences; the names of those that are no more."""
        now = self._clock()
        with self._lock:
            known, self._cadences = self._cadences, {}
            for name, due in cadences.items():
                same = known.get(name)
                kept = same if same is not None and same.every == due.every else _Cadence(due.every, now)
                self._cadences[name] = replace(kept, next_run=due.at)
        return frozenset(known) - set(cadences)

    def silence(self) -> float:
        """Seconds since the watch was last seen to turn."""
        return time.monotonic() - self._turned

    def alive(self) -> tuple[bool, dict[str, Any]]:
        """Whether it turns, and the document that says so."""
        with self._lock:
            silent, allowed = self.silence(), self._allowed
        well = silent <= allowed
        return well, {"alive": well, "silent_seconds": round(silent, 3), "limit_seconds": allowed, **self._itself()}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether every cadence could tell of late, and the document that says so."""
        now = self._clock()
        with self._lock:
            cadences, breaker = dict(self._cadences), self._breaker
        why = [f"{name}: no run could tell in time" for name, one in cadences.items() if one.late(now, self._grace)]
        if all(one.last_success is None for one in cadences.values()):
            why.append("no run could tell yet")
        listed = [self._document(name, one, now) for name, one in cadences.items()]
        return not why, {"ready": not why, "why": why, "cadences": listed, "breaker": breaker, **self._itself()}

    def _itself(self) -> dict[str, Any]:
        uptime = round(time.monotonic() - self._began, 3)
        return {"version": self._version, "pid": os.getpid(), "uptime_seconds": uptime}

    def _document(self, name: str, one: _Cadence, now: int) -> dict[str, Any]:
        age = None if one.last_success is None else (now - one.last_success) / SECOND
        return {
            "cadence": name,
            "every_seconds": one.every / SECOND,
            "verdict": one.verdict,
            "last_run": _text(one.last_run),
            "last_success": _text(one.last_success),
            "last_success_age_seconds": age,
            "limit_seconds": one.limit(self._grace) / SECOND,
            "next_run": _text(one.next_run),
        }


def _text(instant: int | None) -> str | None:
    return None if instant is None else instant_text(instant)
