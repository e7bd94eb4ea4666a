"""What the collector measured of itself: from the file of its log, and from the address of its metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dq.model import MEASURES, MINUTE, UNMEASURED, Figure, Figures, Measure, Window, minute_text
from dq.settings import masked, masked_text
from dq.sources.doing import note
from dq.sources.said import said_by

__all__ = ["Places", "read_figures"]

PAST = 5 * MINUTE  # a window that ended longer ago is none of which metrics tell: they are those of now
Read = Callable[[Measure], Figure]


@dataclass(frozen=True, slots=True)
class Places:
    """Where to read.

    Attributes:
        metrics: an address that may hold a password, or None.
        log: a file, or None.
        names: measure (and "requests") -> the metric or operation that its owner named for it.
        cache: the folder in which earlier looks at counters are; None: none are, and none is kept.
    """

    metrics: str | None = field(default=None, repr=False)
    log: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    cache: Path | None = None


def read_figures(places: Places, window: Window, now: int) -> Figures:
    """Every measure that can be had; the log is asked first, because it says when.

    Nothing is raised: what cannot be read is unknown, and why.

    Args:
        now: microseconds UTC.
    """
    known: dict[Measure, Figure] = {}
    reasons: dict[Measure, list[str]] = {measure: [] for measure in MEASURES}
    notes: list[str] = []
    if places.log is not None:
        _ask(_of_log(places, window, notes), known, reasons, f"{places.log.name}: ")
    if places.metrics is not None and len(known) < len(MEASURES):
        _ask(
            _of_metrics(places, places.metrics, window, now), known, reasons, "its metrics: " * (places.log is not None)
        )
    unknown = {measure: "; ".join(said) or UNMEASURED for measure, said in reasons.items() if measure not in known}
    return Figures(known, unknown, tuple(notes))


def _ask(read: Read | str, known: dict[Measure, Figure], reasons: dict[Measure, list[str]], place: str) -> None:
    """Take what a place tells of measures that are not known yet."""
    for measure in MEASURES:
        if measure in known:
            continue
        try:
            if isinstance(read, str):
                raise ValueError(read)  # noqa: TRY004  why nothing can be read there
            known[measure] = read(measure)
        except ValueError as wrong:
            reasons[measure].append(masked_text(f"{place}{wrong}"))  # labels and operations may be anything


def _of_log(places: Places, window: Window, notes: list[str]) -> Read | str:
    from dq.sources.figures.log import figure_of
    from dq.sources.figures.tail import MOST, tail

    path = places.log or Path()
    note(f"reading the collector's log {path}")
    try:
        found = tail(path, window.start, window.end)
    except FileNotFoundError:
        return f"there is no file {path}"
    except OSError as wrong:
        return f"{path} cannot be read: {wrong.strerror or said_by(wrong)}"
    if found.lines == found.broken:
        return "it has no line that is a JSON document with a timestamp" if found.lines else "it is empty"
    if found.broken:
        notes.append(f"{found.broken:,} of {found.lines:,} lines of {path.name} are no JSON with a timestamp.")
    if found.short:
        notes.append(f"Of {path.name} the last {MOST >> 20} MB were read; the window begins before.")
    return lambda measure: figure_of(measure, found.entries, places.names, window.start)


def _of_metrics(places: Places, url: str, window: Window, now: int) -> Read | str:
    if now - window.end > PAST:
        return f"they tell of now, and the window ended at {minute_text(window.end)}"
    from dq.sources.figures import asking, scrapes
    from dq.sources.figures.metrics import figure_of
    from dq.sources.figures.samples import counted, samples_of, since

    note(f"reading the collector's metrics at {masked(url)}")
    try:
        samples = samples_of(asking.fetched(url))
    except asking.UnreadableError as wrong:
        return str(wrong)
    except ValueError as wrong:
        return f"{masked(url)} does not answer with metrics: {wrong}"
    if not samples:
        return f"{masked(url)} does not answer with metrics: there are none"
    look = scrapes.Look(now, counted(samples, places.names))
    before = None
    if places.cache is not None:
        path = scrapes.place_of(places.cache, url)
        before = scrapes.earlier(path, look, window.start)
        scrapes.keep(path, look)
    grown = list(since(samples, before.counted if before else {}).values())
    return lambda measure: figure_of(measure, grown, places.names, before.at if before else None)
