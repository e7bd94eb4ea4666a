"""From the entries of a log to figures: durations, retries, memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dq.model import Figure, Measure
from dq.sources.figures.entries import Entry
from dq.sources.figures.names import chosen, is_yahoo, speaks_of
from dq.sources.figures.quantiles import of_values

Entries = Sequence[Entry]
Names = Mapping[str, str]
OF_CYCLE = {"cycle": "cycles", "upsert": "upserts"}


class UnloggedError(ValueError):
    """A measure that the log does not tell; the message says why."""


def figure_of(measure: Measure, entries: Entries, names: Names, since: int) -> Figure:
    """That measure, of the entries of the window, latest first.

    Args:
        names: measure -> the operation that its owner named for it.

    Raises:
        ValueError: the log does not tell it, or several operations may; the message says which.
    """
    if not entries:
        raise UnloggedError("it has no entry in the window")
    read: Mapping[str, Callable[[Entries, Names, int], Figure]] = {"retries": _retries, "memory": _memory}
    return read[measure](entries, names, since) if measure in read else _duration(measure, entries, names, since)


def _duration(measure: str, entries: Entries, names: Names, since: int) -> Figure:
    timed = [(one.operation, one.seconds) for one in entries if one.seconds is not None]
    operation = chosen((name for name, _ in timed), measure, names)
    if operation is None:
        meant = f"{names[measure]}" if measure in names else f"{measure}"
        raise UnloggedError(f"no entry of the window has an operation named {meant} and a duration")
    seconds = [seconds for name, seconds in timed if name == operation]
    return Figure(of_values(seconds), len(seconds), f"its log ({operation})", since)


def _retries(entries: Entries, names: Names, since: int) -> Figure:
    """Retries by requests: as single entries tell them, else as summaries of many do."""
    requests = [one for one in entries if not one.again and _is_request(one, names)]
    of_yahoo = [one for one in requests if _is_of_yahoo(one)]
    others = {one.component for one in requests if not _is_of_yahoo(one)} if of_yahoo else set()
    again = [one for one in entries if one.again and (_is_of_yahoo(one) or one.component not in others)]
    requests = of_yahoo or requests
    retries, number = sum(one.retries for one in [*again, *requests]), len(requests)
    if not requests:
        sums = [(one.retries, one.requests) for one in entries if one.requests is not None and not one.again]
        retries, number = sum(one for one, _ in sums), round(sum(one for _, one in sums))
    if not number:
        raise UnloggedError("no entry of the window has an operation named request, fetch or download, or an attempt")
    return Figure(retries / number, number, "its log", since)


def _is_of_yahoo(one: Entry) -> bool:
    return is_yahoo(f"{one.component} {one.operation}")


def _is_request(one: Entry, names: Names) -> bool:
    """Whether it tells how a request ended; one that merely begins has neither a duration nor an attempt."""
    if "requests" in names:
        return one.operation == names["requests"]
    return one.attempt or (one.seconds is not None and speaks_of(one.operation, "requests") is not None)


def _memory(entries: Entries, names: Names, since: int) -> Figure:
    last = next((one for one in sorted(entries, key=lambda one: -one.at) if one.memory is not None), None)
    if last is None or last.memory is None:
        raise UnloggedError("no entry of the window has a field such as rss_bytes or memory_mb")
    return Figure(last.memory, 1, "its log", last.at)
