"""The page as text: a run and its bars in, HTML out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dq.model import Run
from dq.reports.html.figures import BarsBySeries, figures
from dq.reports.html.views import card, finding_row, series_row, when, worst_findings
from dq.reports.words import headline, percent_text, worst_first
from dq.suites.words import counted

if TYPE_CHECKING:
    from jinja2 import Template

CARDS, SERIES, FINDINGS = 50, 300, 500  # how many of each are listed before a page says "and so many more"


def render(run: Run, bars: BarsBySeries) -> str:
    """The whole page. Same run and bars: same text. Everything that comes from data is escaped."""
    worst = worst_findings(run)
    listed = worst[:FINDINGS]
    incidents = worst_first(run.incidents)
    drawn, undrawn = figures(run, bars)
    numbers = {at: number for number, at in enumerate(worst, 1)}
    shown = {at: numbers[at] for at in listed}
    return _template().render(
        run=run,
        headline=headline(run),
        summary=_summary(run),
        when=when(run),
        cards=[card(run, one, shown) for one in incidents[:CARDS]],
        more_cards=max(len(incidents) - CARDS, 0),
        series=[series_row(one) for one in run.series[:SERIES]],
        more_series=max(len(run.series) - SERIES, 0),
        findings=[finding_row(run, at) for at in listed],
        more_findings=len(worst) - len(listed),
        numbers=numbers,
        figures=drawn,
        figure_of={row.at: figure.findings[0].at for figure in drawn for row in figure.findings},
        undrawn=undrawn,
    )


def _summary(run: Run) -> str:
    """`5 series, 300 bars, 97.2 % complete; 3 critical and 1 warning findings`."""
    share = run.completeness
    told = [counted(len(run.series), "series"), counted(run.bars, "bar")]
    told += [] if share is None else [f"{percent_text(share)} complete"]
    found = [f"{run.count(severity):,} {severity}" for severity in ("critical", "warning", "info")]
    kinds = ", ".join(one for one in found if not one.startswith("0 "))
    return f"{', '.join(told)}; findings: {kinds or 'none'}."


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("dq.reports.html")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")
