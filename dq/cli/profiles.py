"""What `dq profile` does once its options are read: settings, the profiles, a row for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from dq.cli.deadline import within
from dq.cli.progress import progress_shown
from dq.cli.questions import UNASKED, asked_by
from dq.cli.terminal import coloured, columns, log_from, signs
from dq.model import SECOND, duration_text, instant_text
from dq.reports.clocks import city, utc_text
from dq.reports.json import error_document
from dq.reports.lines import error_text, printable
from dq.reports.words import percent_text
from dq.run.profiling import Profile, Profiled, profile
from dq.suites.words import counted

DEADLINE = 120 * SECOND
BLOCKS, DIGITS = "·▁▂▃▄▅▆▇█", ".12345678"
NARROW = 60  # columns, up to which the rest of a row begins at the margin
FULL = 0.995  # a share that is drawn as the full block
HOURS, WEEKDAYS = "0     6     12    18    ", "MTWTFSS"


def answer(*, style: str, log_level: str, deadline: int | None, progress: bool | None, **options: Any) -> int:
    """Learn, show, and return the exit status."""
    log_from(log_level)
    asked = asked_by({**UNASKED, **options})
    with progress_shown(progress):
        known = within(deadline or asked.settings.deadline or DEADLINE, lambda: profile(asked))
    if style == "json":
        click.echo(json.dumps(as_json(known), indent=2, ensure_ascii=False))
    else:
        for line in as_text(known, columns(), blocks=signs(BLOCKS, DIGITS), coloured=coloured()):
            click.echo(line)
    return 3 if known.errors else 0


def as_json(known: Profiled) -> dict[str, Any]:
    """The profiles as one document."""
    return {
        "source": known.source,
        "series": [_document(one) for one in known.profiles],
        "errors": [error_document(one) for one in known.errors],
    }


def _document(one: Profile) -> dict[str, Any]:
    return {
        "instrument": one.series.instrument,
        "interval": duration_text(one.series.interval),
        "calendar": one.series.calendar,
        "zone": one.zone,
        "since": instant_text(one.since),
        "until": instant_text(one.until),
        "sessions": one.sessions,
        "bars": one.bars,
        "slots": one.slots,
        "share": one.completeness,
        "shares_by": "weekday" if one.series.daily else "hour",
        "shares": one.shares,
        "quiet": one.quiet,
    }


def as_text(known: Profiled, width: int, *, blocks: str = BLOCKS, coloured: bool = False) -> Iterator[str]:
    """A line per series, or two where the terminal is narrow, under a scale of its hours or weekdays."""
    yield f"{counted(len(known.profiles), 'series')} · {known.source}"
    names = max((len(one.series.name) for one in known.profiles), default=0)
    for daily, scale in ((False, HOURS), (True, WEEKDAYS)):
        alike = [one for one in known.profiles if one.series.daily is daily]
        if alike:
            yield ""
            yield f"{'':{names}}  {scale}".rstrip()
        for one in alike:
            row = "".join(_cell(share, blocks, coloured) for share in one.shares)
            yield from _folded(printable(f"{one.series.name:{names}}"), row, len(one.shares), _told(one), width)
    for error in known.errors:
        yield ""
        yield printable(error_text(error))
        if error.hint:
            yield f"  → {error.hint}"


def _folded(name: str, row: str, cells: int, told: Sequence[str], width: int) -> Iterator[str]:
    """Name and row, and what is told of them beside it as far as it fits, the rest below."""
    line, used = f"{name}  {row}", len(name) + cells + 2
    indent = f"{'':{len(name) if width > NARROW else 0}}"
    for at, part in enumerate(told):
        ending = "," if at + 1 < len(told) else ""
        gap = "  " if at == 0 else " "
        if used + len(gap + part + ending) > width:
            yield line
            line, used, gap = indent, len(indent), "  "
        line, used = f"{line}{gap}{part}{ending}", used + len(gap + part + ending)
    yield line


def _told(one: Profile) -> list[str]:
    share = one.completeness
    told = [f"{percent_text(share)} of {counted(one.slots, 'slot')}" if share is not None else "nothing was due"]
    told.append(f"{counted(one.sessions, 'session')} to {utc_text(one.until)}")
    if not one.series.daily and one.zone != "UTC":
        told.append(f"hours of {city(one.zone)}")
    if one.quiet:
        told.append("quiet " + " ".join(_spans(one.quiet, daily=one.series.daily)))
    return told


def _spans(places: Sequence[int], *, daily: bool) -> Iterator[str]:
    """`02–05` for three hours; weekdays by their letters."""
    if daily:
        yield from (("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at] for at in places)
        return
    for at in places:
        if at - 1 not in places:
            end = next(hour for hour in range(at, 25) if hour not in places)
            yield f"{at:02}–{end:02}"


def _cell(share: float | None, blocks: str, coloured: bool) -> str:
    """A dot where nothing is due; else a block as high as the share, the full one for (nearly) all bars."""
    level = 0 if share is None else 8 if share >= FULL else min(int(share * 7) + 1, 7)
    colour = "90" if share is None else "32" if share >= FULL else "36" if share < 0.5 else "33"
    return f"\x1b[{colour}m{blocks[level]}\x1b[0m" if coloured else blocks[level]
