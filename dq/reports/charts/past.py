"""The last runs as small charts: how complete, how many findings, how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dq.model import SEVERITIES, PastRun, Run
from dq.reports.charts.colours import COLOURS, theme
from dq.reports.clocks import utc_text
from dq.reports.words import percent_text
from dq.suites.words import counted

RUNS = 60  # the last of them are drawn
VERDICTS = {"pass": "good", "fail": "critical", "unknown": "warning"}  # verdict -> name of its colour
SIGNS = {"pass": "circle", "fail": "x", "unknown": "diamond"}
_VERDICT_SIGNS = (("pass", "●", "pass"), ("fail", "✖", "fail"), ("unknown", "◆", "could not tell"))
_TALL = 170


@dataclass(frozen=True, slots=True)
class PastChart:
    """A figure with what it shows, in words for those who do not see it.

    Attributes:
        legend: sign, CSS class of its colour and meaning of each kind that the figure tells apart.
    """

    name: str
    title: str
    told: str
    figure: dict[str, Any]
    legend: tuple[tuple[str, str, str], ...] = ()


def as_past(run: Run) -> PastRun:
    """This run as later ones will see it."""
    return PastRun(
        id=run.id,
        as_of=run.as_of,
        window=run.window,
        verdict=run.verdict,
        exit_code=run.exit_code,
        seconds=run.seconds,
        bars=run.bars,
        completeness=run.completeness,
        findings={severity: run.count(severity) for severity in SEVERITIES},
        series={one.series.name: (one.verdict, one.completeness) for one in run.series},
    )


def past_charts(runs: Sequence[PastRun]) -> list[PastChart]:
    """The charts of those runs, which come oldest first."""
    shown = list(runs)[-RUNS:]
    return [_complete(shown), _found(shown), _took(shown)]


def _complete(runs: Sequence[PastRun]) -> PastChart:
    known = [one.completeness for one in runs if one.completeness is not None]
    trace = _trace(runs, [one.completeness and round(one.completeness * 100, 3) for one in runs]) | {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"color": COLOURS["candle"], "width": 1},
        "marker": {
            "size": 7,
            "color": [COLOURS[VERDICTS.get(one.verdict, "soft")] for one in runs],
            "symbol": [SIGNS.get(one.verdict, "circle") for one in runs],
        },
        "customdata": [one.verdict for one in runs],
        "hovertemplate": "%{text}<br>%{y:.4~g} % complete, %{customdata}<extra></extra>",
    }
    least = min(known, default=0.0)
    failed = sum(one.verdict != "pass" for one in runs)
    told = f"{failed:,} of {counted(len(runs), 'run')} did not pass"
    told += f"; the least complete had {percent_text(least)} of its bars." if known else "."
    low = max(min(least * 100 - 1, 99), 0)
    figure = _figure([trace], {"range": [low - (101 - low) * 0.06, 100 + (101 - low) * 0.1], "ticksuffix": " %"})
    met = {one.verdict for one in runs}
    legend = tuple((sign, name, words) for name, sign, words in _VERDICT_SIGNS if name in met)
    return PastChart("complete", "Verdict and completeness", told, figure, legend)


def _found(runs: Sequence[PastRun]) -> PastChart:
    traces = [
        _trace(runs, [one.findings.get(severity, 0) for one in runs])
        | {
            "type": "bar",
            "name": severity,
            "marker": {"color": COLOURS[severity]},
            "textposition": "none",
            "hovertemplate": f"%{{text}}<br>%{{y}} {severity}<extra></extra>",
        }
        for severity in reversed(SEVERITIES)
    ]
    most = max((sum(one.findings.values()) for one in runs), default=0)
    told = f"At most {counted(most, 'finding')} in one run; {sum(runs[-1].findings.values()):,} in this one."
    figure = _figure(traces, {"rangemode": "tozero", "nticks": 4, "tickformat": ",d"})
    figure["layout"] |= {"barmode": "stack", "bargap": 0.25}
    legend = tuple(("■", one, one) for one in reversed(SEVERITIES) if any(run.findings.get(one) for run in runs))
    return PastChart("found", "Findings", told, figure, legend)


def _took(runs: Sequence[PastRun]) -> PastChart:
    trace = _trace(runs, [round(one.seconds, 3) for one in runs]) | {
        "type": "bar",
        "marker": {"color": COLOURS["candle"]},
        "textposition": "none",
        "hovertemplate": "%{text}<br>%{y:.3~g} s<extra></extra>",
    }
    told = f"The longest took {max(one.seconds for one in runs):.2f} s, this one {runs[-1].seconds:.2f} s."
    figure = _figure([trace], {"rangemode": "tozero", "nticks": 4, "ticksuffix": " s"})
    figure["layout"]["bargap"] = 0.25
    return PastChart("took", "Seconds of a run", told, figure)


def _trace(runs: Sequence[PastRun], values: Sequence[float | None]) -> dict[str, Any]:
    """A value for each run, one beside the other: how far apart they were does not matter here."""
    return {"x": list(range(len(runs))), "y": list(values), "text": [utc_text(one.as_of) for one in runs]}


def _figure(traces: Sequence[dict[str, Any]], up: dict[str, Any]) -> dict[str, Any]:
    plain = {"zeroline": False, "fixedrange": True}
    layout = {
        "height": _TALL,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"size": 11, "color": COLOURS["soft"]},
        "paper_bgcolor": COLOURS["paper"],
        "plot_bgcolor": COLOURS["paper"],
        "dragmode": False,
        "showlegend": False,
        "xaxis": plain | {"showticklabels": False, "showgrid": False},
        "yaxis": plain | {"automargin": True, "gridcolor": COLOURS["grid"], "nticks": 4} | up,
        "meta": {"colours": theme(), "clock": "utc"},
    }
    return {"data": list(traces), "layout": layout}
