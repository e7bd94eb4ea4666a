"""The same question again and again: one run at a time, on the boundaries of an interval, sparing a source that is down."""

from dq.watch.breaker import FAILURES, Breaker
from dq.watch.rounds import Watch
from dq.watch.timetable import Timetable

__all__ = ["FAILURES", "Breaker", "Timetable", "Watch"]
