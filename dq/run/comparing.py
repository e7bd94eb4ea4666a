"""The second source: the same series and windows read from it, so that bars can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from dq.door import Rows
from dq.model import DqError, OrderedBars, RunError, SettingsError, duration_text
from dq.run.asked import Asked
from dq.run.cases import Case
from dq.run.fetch import as_error
from dq.run.inference import infer_interval
from dq.settings import masked
from dq.sources import Access, Source, Wanted, open_source

AROUND = 20  # bars on either side of a window, so that the edges of holes have their neighbours
YAHOO = "yahoo:"
WEB = ("https://", "http://")
ADJUSTED = "the prices are adjusted, and Yahoo's are not"


@dataclass(frozen=True, eq=False)
class Compared:
    """Cases whose markets know what the reference has, or why it has nothing.

    Attributes:
        errors: why the reference could not be read, where it was asked for by a flag.
        notes: what people should know of it.
    """

    cases: Sequence[Case]
    errors: Sequence[RunError] = ()
    notes: Sequence[str] = ()


@dataclass
class _Found:
    """What came of the reference: bars by instrument, why there are none, and what is wrong."""

    bars: dict[str, OrderedBars] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    wrong: list[DqError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare(cases: Sequence[Case], asked: Asked, reference: str) -> Compared:
    """The cases with the bars of the reference.

    A reference that fails leaves its check unanswered, with the reason. Where a flag asked for it, the run could not
    tell what it was asked; where it merely stands in the settings, a note says so.

    Raises:
        SettingsError: a flag named what is no source.
    """
    found = _Found()
    try:
        with open_source(_access(cases, asked, reference)) as source:
            _read(source, cases, reference, found)
            found.notes += [f"Compared with {source.label}."] if found.bars else []
            found.notes += [f"Reference: {note}" for note in source.notes]
    except DqError as wrong:
        if asked.reference_required and wrong.exit_status == SettingsError.exit_status:
            raise
        found.wrong.append(wrong)
    return _told(cases, asked, found)


def _told(cases: Sequence[Case], asked: Asked, found: _Found) -> Compared:
    broken = f"the reference could not be read: {found.wrong[0].message}" if found.wrong else "it was not read"
    markets = [
        replace(
            case.market,
            reference=found.bars.get(case.market.series.instrument),
            no_reference=found.reasons.get(case.market.series.instrument, broken.rstrip(".")),
        )
        for case in cases
    ]
    told = [replace(case, market=market) for case, market in zip(cases, markets, strict=True)]
    if asked.reference_required:
        return Compared(told, [_error(wrong) for wrong in found.wrong], found.notes)
    notes = [f"The reference could not be read: {wrong.message.rstrip('.')}." for wrong in found.wrong]
    return Compared(told, (), [*notes, *found.notes])


def _error(wrong: DqError) -> RunError:
    error = as_error(wrong)
    return replace(error, message=f"The reference could not be read: {error.message}")


def _read(source: Source, cases: Sequence[Case], url: str, found: _Found) -> None:
    adjusted = [case for case in cases if url.startswith(YAHOO) and case.market.series.adjusted]
    found.reasons |= {case.market.series.instrument: ADJUSTED for case in adjusted}
    read = [case for case in cases if case not in adjusted]
    wanted = [Wanted(_name(case, cases, url), (_span(case),)) for case in read]
    for case, rows in zip(read, source.read(wanted), strict=True):
        name = case.market.series.instrument
        if isinstance(rows, DqError):
            found.reasons[name] = f"the reference could not be read: {rows.message.rstrip('.')}"
            found.wrong += [] if rows in found.wrong else [rows]
            continue
        reason = _unfit(case, rows)
        if reason:
            found.reasons[name] = reason
        else:
            found.bars[name] = _ordered(case, rows, url)
    found.wrong += source.errors


def _unfit(case: Case, rows: Rows) -> str:
    """Why those bars cannot be compared with the series; "" where they can."""
    series, stamps = case.market.series, rows.bars.ordered.timestamp
    if len(stamps) == 0:
        return "the reference has no bar of this series in that time"
    theirs = infer_interval(stamps)
    if theirs is not None and theirs != series.interval and not series.daily:
        return f"the reference has bars of {duration_text(theirs)}"
    return ""


def _ordered(case: Case, rows: Rows, url: str) -> OrderedBars:
    """By time, and stamped as the series is: Yahoo names the opens of bars."""
    bars = rows.bars.ordered
    late = case.market.slots.offset if url.startswith(YAHOO) else 0
    return replace(bars, timestamp=bars.timestamp + late, known={}) if late else bars


def _span(case: Case) -> tuple[int, int]:
    market, step = case.market, case.market.series.interval
    stop = min(market.window.end, market.as_of)
    return market.window.start - market.late - AROUND * step, stop + step


def _name(case: Case, cases: Sequence[Case], url: str) -> str:
    """What the reference calls the series: the same, unless it names a single symbol for a single series."""
    own = case.market.series.instrument
    alone = url.removeprefix(YAHOO) if url.startswith(YAHOO) and len(cases) == 1 else ""
    return alone if alone and "," not in alone else own


def _access(cases: Sequence[Case], asked: Asked, url: str) -> Access:
    """How to read the reference: like the source where it is of the same kind, else by its own rules."""
    series = [case.market.series for case in cases]
    names = [_name(case, cases, url) for case in cases]
    framed = (asked.reference_frame is not None, asked.access.frame is not None)
    alike = all(framed) or (not any(framed) and url.partition("://")[0] == asked.access.url.partition("://")[0])
    return replace(
        asked.access,
        url=url,
        key=_key(asked.access, url),
        schema=None,
        columns=asked.access.columns if alike else {},
        order_by=None,
        instrument=series[0].instrument if len(series) == 1 else None,
        intervals={name: one.interval for name, one in zip(names, series, strict=True)},
        extended_hours=frozenset(name for name, one in zip(names, series, strict=True) if one.extended_hours),
        frame=asked.reference_frame,
        now=asked.now,
    )


def _key(access: Access, url: str) -> str | None:
    """The key for the reference: it belongs to one project, and goes to no other.

    Raises:
        SettingsError: the reference is another project than the source.
    """
    if not url.startswith(WEB):
        return None
    if access.url.startswith(WEB) and _project(access.url) != _project(url):
        raise SettingsError(
            f"The reference {masked(url)} is another project than the source: SUPABASE_KEY is not sent there",
            hint="Name its database instead, postgresql://…, or a file.",
        )
    return access.key


def _project(url: str) -> tuple[str, str]:
    """Scheme, and host with port where that is not the usual one."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
