"""The tables of a report: checks, ways of looking, series and the newest runs, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dq.cli.report_document import spark_text
from dq.cli.tables import GAP, sentence_text, table_text
from dq.cli.tables import MOST as WIDEST
from dq.cli.terminal import columns, signs
from dq.model import SECOND, SEVERITIES
from dq.reports.sparks import BLOCKS, DIGITS
from dq.reports.words import percent_text
from dq.suites.words import counted, length_text

MOST = 20  # series
NONE = "·"

Column = tuple[str, Sequence[str]]  # its head, as `table_text` takes it, and its cells


def checks_table(told: Mapping[str, Any]) -> str:
    """Findings by check, most first; "" where there are none."""
    rows = [(name, f"{count:,}") for name, count in told["findings"]["checks"].items()]
    return table_text(("check", ">findings"), rows) if rows else ""


def kinds_table(told: Mapping[str, Any]) -> str:
    """Ways of looking, where there are several; else ""."""
    if len(told["kinds"]) < 2:
        return ""
    named = any(one["cadence"] for one in told["kinds"])
    heads = (*["cadence"] * named, "suite", "window", ">runs", ">could tell", ">p50", ">p95", ">p99")
    rows = [
        (
            *[one["cadence"] or NONE] * named,
            one["suite"],
            length_text(round(one["window_seconds"] * SECOND)),
            f"{one['runs']:,}",
            percent_text(one["success_rate"]),
            *(f"{value:.3g} s" for value in one["seconds"].values()),
        )
        for one in told["kinds"]
    ]
    return table_text(heads, rows)


def series_table(told: Mapping[str, Any]) -> str:
    """The worst series, and how many more there are; "" where there is none."""
    series = told["series"]
    if not series:
        return ""
    shown = _columns(series[:MOST], several=len({one["source"] for one in series}) > 1)
    table = table_text([head for head, _ in shown], list(zip(*(cells for _, cells in shown), strict=True)))
    if len(series) <= MOST:
        return table
    more = counted(len(series) - MOST, "series")
    return f"{table}\n" + sentence_text(f"… and {more} more, none of them worse: --format json has them.")


def runs_table(told: Mapping[str, Any]) -> str:
    """The newest runs, the latest first."""
    named = any(run["cadence"] for run in told["newest"])
    rows = [
        (
            run["id"],
            *[run["cadence"] or NONE] * named,
            run["as_of"][:16].replace("T", " "),
            run["verdict"],
            f"{run['seconds']:.3g} s",
            _why(run),
        )
        for run in told["newest"]
    ]
    return table_text(("newest runs", *["cadence"] * named, "as of (UTC)", "verdict", ">took", "found"), rows)


def _columns(series: Sequence[Mapping[str, Any]], *, several: bool) -> list[Column]:
    """As many as the terminal has room for: what is named last here goes first."""
    row = signs(BLOCKS, DIGITS)
    known: dict[str, Column] = {
        "series": ("series", [one["name"] for one in series]),
        "last": ("last", [one["last"] for one in series]),
        "complete": (">complete", [_percent(one["completeness"]) for one in series]),
        "fail": (">failed", [_many(one["verdicts"]["fail"]) for one in series]),
        "unknown": (">unknown", [_many(one["verdicts"]["unknown"]) for one in series]),
        "runs": (">of runs", [f"{one['runs']:,}" for one in series]),
        "quality": (">quality", [NONE if one["quality"] is None else f"{one['quality']:.1f}" for one in series]),
        "stale": (">stale", [_stale(one["staleness_seconds"]) for one in series]),
        "findings": (">findings", [_many(one["findings"]) for one in series]),
        "source": ("source", [one["source"] for one in series if several]),
        "spark": ("completeness", [spark_text(one["completeness_parts"], row) for one in series]),
    }
    fitting = [name for name in known if name != "source" or several]
    while len(fitting) > 6 and _wide(known[name] for name in fitting) > min(columns(), WIDEST):
        fitting.pop()
    order = ("series", "last", "spark", "complete", "fail", "unknown", "runs", "quality", "stale", "findings", "source")
    return [known[name] for name in order if name in fitting]


def _wide(shown: Any) -> int:
    return sum(max(map(len, (head.lstrip(">"), *cells))) + GAP for head, cells in shown) - GAP


def _stale(ages: Mapping[str, float]) -> str:
    return length_text(round(ages["worst"] * SECOND)) if ages.get("worst") else NONE


def _many(count: int) -> str:
    return f"{count:,}" if count else NONE


def _why(run: Mapping[str, Any]) -> str:
    if run["errors"]:
        return str(run["errors"][0]["message"])
    found = [f"{run['findings'][name]:,} {name}" for name in reversed(SEVERITIES) if run["findings"][name]]
    return ", ".join(found) or "nothing"


def _percent(share: float | None) -> str:
    return "none owed" if share is None else percent_text(share)
