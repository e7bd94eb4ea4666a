"""The same questions again and again: one run at a time, on the boundaries of intervals, sparing a source that is down."""

from dq.watch.breaker import FAILURES, Breaker
from dq.watch.rounds import Cadence, Round, Watch
from dq.watch.timetable import Timetable

__all__ = ["FAILURES", "Breaker", "Cadence", "Round", "Timetable", "Watch"]
