"""The first page: the verdict, incidents worst first, where bars were missing, the last runs, every series."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from dq.explain.quality import run_score, score_text
from dq.model import OWN, Incident, Life, Run, SeriesVerdict
from dq.reports.charts.past import RUNS, PastChart, as_past, past_charts
from dq.reports.html.incidents import card
from dq.reports.html.layout import rendered
from dq.reports.html.lives import ROWS, life_rows, others
from dq.reports.html.missing import missing
from dq.reports.html.places import Places
from dq.reports.html.site import Site
from dq.reports.words import headline, percent_text, worst_first
from dq.suites.words import counted, length_text, listed

CARDS, SERIES, PAST = 12, 300, 20  # how many of each are listed before the page says where the others are


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series in words; `share` is its completeness in percent, None where no bar was owed."""

    name: str
    page: str
    verdict: str
    calendar: str
    notes: tuple[str, ...]
    bars: str
    expected: str
    share: float | None
    completeness: str
    quiet: str
    suspect: str
    passed: int
    failed: int
    not_checked: int
    findings: int


def index_page(site: Site, places: Places) -> str:
    """The whole page. Same site: same text."""
    run, incidents = site.run, worst_first(site.run.incidents)
    shown = (worst_first(_loud(run)) or incidents)[:CARDS]
    return rendered(
        "index.html",
        "",
        run=run,
        here="overview",
        verdict={"words": heading(site), "tone": tone(site), "summary": summary(run)},
        quality=score_text(run_score(run)),
        length=_length(run),
        zones=sorted({one.zone for one in run.series})[:3],
        cards=[card(run, places, one) for one in shown],
        more_cards=len(incidents) - len(shown),
        others=life_rows(site, places, ROWS),
        missing=missing(site, places),
        past=_past(site),
        past_runs=[*site.past, as_past(run)][-RUNS:],
        runs=[*site.past, as_past(run)][: -PAST - 1 : -1] if site.past else [],
        series=_series(run, places),
        more_series=max(len(run.series) - SERIES, 0),
        assumed=_assumed(run),
    )


def summary(run: Run) -> str:
    """`5 series, 300 bars, 97.2 % complete; findings: 3 critical, 1 warning.`"""
    share = run.completeness
    told = [counted(len(run.series), "series"), counted(run.bars, "bar")]
    told += [] if share is None else [f"{percent_text(share)} complete"]
    found = [f"{run.count(severity):,} {severity}" for severity in ("critical", "warning", "info")]
    kinds = ", ".join(one for one in found if not one.startswith("0 "))
    return f"{', '.join(told)}; findings: {kinds or 'none'}."


def heading(site: Site) -> str:
    """The verdict in words, and what other runs saw that lasts: `All clean in this run; 4 critical incidents of other runs last`."""
    counts, own = _of_others(site), {one.check in OWN for one in others(site) if _is_loud(one)}
    if not counts:
        return headline(site.run)
    many = " and ".join(f"{counts[severity]:,} {severity}" for severity in ("critical", "warning") if counts[severity])
    lasts = "incident {} lasts" if counts.total() == 1 else "incidents {} last"
    whose = " and ".join(["of other runs"] * (False in own) + ["of dq itself"] * (True in own))
    first = "All clean in this run" if site.run.verdict == "pass" and not _loud(site.run) else headline(site.run)
    return f"{first}; {many} {lasts.format(whose)}"


def tone(site: Site) -> str:
    """The colour of the verdict: not green where incidents of other runs last."""
    counts = _of_others(site)
    return site.run.verdict if site.run.verdict != "pass" or not counts else "fail" if counts["critical"] else "warning"


def _of_others(site: Site) -> Counter[str]:
    """Severity -> incidents that last and that the run does not tell."""
    return Counter(one.severity for one in others(site) if _is_loud(one))


def _is_loud(one: Life) -> bool:
    return one.lasts and one.severity != "info"


def _loud(run: Run) -> list[Incident]:
    return [one for one in run.incidents if one.severity != "info" and one.state != "resolved"]


def _length(run: Run) -> str:
    return length_text(run.window.end - run.window.start) if run.window.start < run.window.end else ""


def _past(site: Site) -> list[PastChart]:
    return past_charts([*site.past, as_past(site.run)]) if site.past else []


def _series(run: Run, places: Places) -> list[SeriesRow]:
    findings = Counter(one.series for one in run.findings)
    return [_row(one, places, findings[one.series]) for one in run.series[:SERIES]]


def _row(one: SeriesVerdict, places: Places, findings: int) -> SeriesRow:
    share = one.completeness
    told = Counter(check.verdict for check in one.checks)
    return SeriesRow(
        name=one.series.name,
        page=places.series.get(one.series.name, ""),
        verdict=one.verdict,
        calendar=one.series.calendar + (" (guessed)" if one.series.guessed else ""),
        notes=one.notes,
        bars=f"{one.bars:,}",
        expected=_number(one.expected_bars),
        share=None if share is None else round(min(max(share, 0), 1) * 100, 2),
        completeness="none owed" if share is None else percent_text(share),
        quiet=_number(one.quiet_bars),
        suspect=_number(one.suspect_bars),
        passed=told["pass"],
        failed=told["fail"],
        not_checked=told["not_checked"],
        findings=findings,
    )


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _assumed(run: Run) -> list[tuple[str, str]]:
    """What nobody said and dq took for granted, with the series that it concerns."""
    concerned: dict[str, list[str]] = defaultdict(list)
    for one in run.series:
        for told in one.assumed:
            concerned[told].append(one.series.name)
    return [(told, listed(names, 6)) for told, names in concerned.items()]
