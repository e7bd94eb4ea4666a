"""The page of one series: its verdict, its bars with all that is said of them, its findings and its checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dq.explain.quality import score_text, series_score
from dq.model import Market, Run, SeriesVerdict
from dq.reports.advice import speaks_sql, sql_to_look
from dq.reports.charts.completeness import completeness_figure
from dq.reports.charts.tell import title
from dq.reports.coverage import coverage, step_of
from dq.reports.html.bars import Charts, charts_of, placed
from dq.reports.html.findings import FindingRow, finding_rows, worst_first
from dq.reports.html.layout import rendered
from dq.reports.html.places import Places
from dq.reports.html.site import Site
from dq.reports.words import percent_text
from dq.suites.words import counted

FINDINGS = 150  # rows of the table
SQL = 50  # of them, those that have SQL to copy


@dataclass(frozen=True, slots=True)
class Row:
    """A finding of the table.

    Attributes:
        drawn: it has a place on the chart.
        sql: shows its rows; empty where the source speaks no SQL.
    """

    finding: FindingRow
    drawn: bool
    check: str
    sql: str


def series_pages(site: Site, places: Places) -> dict[str, Callable[[], str]]:
    """Path -> what writes the page, of every judged series."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(site.run.findings):
        if one.series:
            found[one.series.name].append(at)
    return {
        places.series[one.series.name]: partial(_page, site, places, one, found[one.series.name])
        for one in site.run.series
        if one.series.name in places.series
    }


def _page(site: Site, places: Places, judged: SeriesVerdict, positions: Sequence[int]) -> str:
    run = site.run
    key = judged.series.instrument, judged.series.interval
    market = site.markets.get(key)
    listed = worst_first(run, positions)[:FINDINGS]
    charts = _charts(site, judged, market, positions, listed)
    return rendered(
        "series.html",
        "../",
        run=run,
        here="series",
        places=places,
        judged=judged,
        facts=_facts(judged, series_score(judged, [run.findings[at] for at in positions])),
        charts=charts,
        undrawn=site.undrawn or "No bars of this series were read, so there is nothing to draw.",
        rows=_rows(run, places, listed, drawn=charts is not None),
        more=len(positions) - len(listed),
        checks=_checks(judged, places),
        complete=_complete(site, market, positions),
        incidents=_incidents(run, places, positions),
    )


def _charts(
    site: Site, judged: SeriesVerdict, market: Market | None, positions: Sequence[int], listed: Sequence[int]
) -> Charts | None:
    bars = site.bars.get((judged.series.instrument, judged.series.interval))
    if bars is None or len(bars) == 0:
        return None
    place = {at: spot for spot, at in enumerate(positions)}
    findings = [site.run.findings[at] for at in positions]
    return charts_of(bars, market, findings, positions, [place[at] for at in listed], judged.zone)


def _facts(judged: SeriesVerdict, score: float | None) -> list[tuple[str, str]]:
    """Name and value of what is known of the series, besides its first and last bar."""
    share, series = judged.completeness, judged.series
    return [
        ("Calendar", series.calendar + (" (guessed)" if series.guessed else "")),
        ("Interval", series.name.removeprefix(series.instrument).strip()),
        ("Quality", score_text(score)),
        ("Complete", "none owed" if share is None else percent_text(share)),
        ("Bars", f"{judged.bars:,}"),
        ("Expected", "–" if judged.expected_bars is None else f"{judged.expected_bars:,}"),
        ("Missing", f"{judged.missing_bars:,}"),
        ("Quiet", "–" if judged.quiet_bars is None else f"{judged.quiet_bars:,}"),
        ("Suspect", "–" if judged.suspect_bars is None else f"{judged.suspect_bars:,}"),
    ]


def _rows(run: Run, places: Places, listed: Sequence[int], *, drawn: bool) -> list[Row]:
    sql = speaks_sql(run.source)
    rows: list[Row] = []
    for row in finding_rows(run, places, listed):
        finding = run.findings[row.at]
        look = sql_to_look(finding) if sql and len(rows) < SQL else ""
        rows.append(Row(row, drawn and placed(finding), places.checks.get(finding.check, ""), look))
    return rows


def _checks(judged: SeriesVerdict, places: Places) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Verdict in words, and title, page and reason of each check that gave it: what failed comes first."""
    told: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for one in judged.checks:
        why = counted(one.findings, "finding") if one.verdict == "fail" else one.reason
        told[one.verdict].append((title(one.check), places.checks.get(one.check, ""), why))
    named = (("fail", "failed"), ("not_checked", "could not answer"), ("pass", "passed"))
    return [(words, told[verdict]) for verdict, words in named if told[verdict]]


def _complete(site: Site, market: Market | None, positions: Sequence[int]) -> Mapping[str, Any] | None:
    """Completeness stretch by stretch; None where nothing was owed, or nobody can say what was."""
    if market is None:
        return None
    key = market.series.instrument, market.series.interval
    step = step_of(site.run.window, market.series.interval)
    told = coverage(market, site.bars[key], [site.run.findings[at] for at in positions], step)
    if not len(told.starts):
        return None
    short = int((told.present < told.owed).sum())
    words = f"{short:,} of {len(told.starts):,} stretches of one {step.removesuffix('s')} lack bars."
    return {"figure": completeness_figure(told, step), "told": words, "step": step}


def _incidents(run: Run, places: Places, positions: Sequence[int]) -> list[tuple[str, str, str, str]]:
    """Severity, title, page and message of the incidents that findings of this series belong to."""
    mine = set(positions)
    concerned = [one for one in run.incidents if mine & set(one.findings)]
    return [(one.severity, title(one.check), places.incidents.get(one.id, ""), one.message) for one in concerned[:12]]
