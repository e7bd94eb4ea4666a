"""Where bars were missing: the heat map of the first page, and the same as a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from dq.model import DAY, HOUR, Finding, Market
from dq.reports.charts.colours import of_cause
from dq.reports.charts.heatmap import LETTERS, Row, families, family_text, heatmap
from dq.reports.clocks import span_text, utc_text
from dq.reports.coverage import LENGTHS, coverage, step_of
from dq.reports.html.places import Places
from dq.reports.html.site import Key, Site
from dq.suites.words import counted, listed

ROWS = 40  # series of the heat map: the least complete of them
LINES = 100  # of the list


@dataclass(frozen=True, slots=True)
class Hole:
    """Stretches of one series, one after the other, that are not complete, in words."""

    series: str
    page: str
    when: str
    lacks: str
    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The heat map with what explains it.

    Attributes:
        legend: letter, name of the colour and words of each cause that occurs.
        more_rows: series that the heat map leaves out, all of them at least as complete as those that it shows.
        more_holes: lines that the list leaves out.
    """

    figure: dict[str, Any]
    step: str
    legend: list[tuple[str, str, str]]
    more_rows: int
    holes: list[Hole]
    more_holes: int


def missing(site: Site, places: Places) -> Missing | None:
    """What was missing when; None where no market is at hand that could say what was owed."""
    rows, step = _rows(site, places)
    if not rows:
        return None
    chosen = _least_complete(rows)
    holes = [hole for row in rows for hole in _holes(row, step)]
    legend = [(LETTERS[name], name, family_text(name)) for name in families(chosen)]
    return Missing(heatmap(chosen, step), step, legend, len(rows) - len(chosen), holes[:LINES], len(holes[LINES:]))


def _rows(site: Site, places: Places) -> tuple[list[Row], str]:
    by_series: dict[Key, list[Finding]] = defaultdict(list)
    for one in site.run.findings:
        if one.series:
            by_series[one.series.instrument, one.series.interval].append(one)
    keys = [(one.series.instrument, one.series.interval) for one in site.run.series]
    known = [key for key in keys if key in site.markets and key in site.bars]
    within = [interval for _, interval in known if interval < DAY]
    step = step_of(site.run.window, max(within, default=HOUR))
    rows = []
    for key in known:
        market: Market = site.markets[key]
        told = coverage(market, site.bars[key], by_series[key], step)
        if len(told.starts):
            rows.append(Row(market.series.name, told, places.series.get(market.series.name, "")))
    return rows, step


def _least_complete(rows: list[Row]) -> list[Row]:
    """As many as are drawn, in the order in which they came."""
    worst = sorted(range(len(rows)), key=lambda at: rows[at].coverage.present.sum() / rows[at].coverage.owed.sum())
    return [rows[at] for at in sorted(worst[:ROWS])]


def _holes(row: Row, step: str) -> list[Hole]:
    """Its stretches that are not complete; those that follow one another for the same reasons are told as one."""
    told = row.coverage
    runs: list[tuple[list[int], str]] = []
    for spot in (told.present < told.owed).nonzero()[0].tolist():
        causes = [cause for cause, counts in told.missing.items() if counts[spot]]
        why = listed(list(dict.fromkeys(family_text(of_cause(cause)) for cause in causes)))
        if runs and runs[-1][0][-1] == spot - 1 and runs[-1][1] == why:
            runs[-1][0].append(spot)
        else:
            runs.append(([spot], why))
    return [_hole(row, spots, why, step) for spots, why in runs]


def _hole(row: Row, spots: list[int], why: str, step: str) -> Hole:
    told = row.coverage
    owed, there = int(told.owed[spots].sum()), int(told.present[spots].sum())
    when = _stretches(int(told.starts[spots[0]]), int(told.starts[spots[-1]]), step)
    return Hole(row.name, row.page, when, f"{owed - there:,} of {counted(owed, 'bar')}", why)


def _stretches(start: int, end: int, step: str) -> str:
    """By the beginnings of the first and the last: `2026-03-12 14:00 – 14:07 UTC`, `2026-03-12`, `weeks of …`."""
    if step in LENGTHS:
        return span_text(start, end)
    first, last = (utc_text(one)[: 7 if step == "month" else 10] for one in (start, end))
    weeks = ("weeks of " if first != last else "week of ") if step == "week" else ""
    return weeks + (first if first == last else f"{first} – {last}")
