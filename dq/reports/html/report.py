"""The report over many runs as one page, whole in one file: it loads nothing, and all it tells is in the JSON too."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from dq.model import SECOND, SEVERITIES, duration_text
from dq.reports.html.drawings import TALL, line, stacks
from dq.reports.html.layout import rendered
from dq.reports.html.places import ASSETS
from dq.reports.words import percent_text
from dq.suites.words import counted, length_text

if TYPE_CHECKING:
    from markupsafe import Markup

MOST = 1_000  # series in the table
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: its name, its value in words, what it is made of, and how it differs from the span before.

    Attributes:
        tone: pass, fail or "": whether the difference is for the better.
    """

    name: str
    value: str
    about: str
    trend: str = ""
    tone: str = ""


def report_page(told: Document) -> str:
    """The page as text, of the document that `dq report --format json` prints."""
    style = (ASSETS / "dq.css").read_text("utf-8")
    script = (ASSETS / "dq.js").read_text("utf-8")
    return rendered(
        "report.html",
        "",
        told=told,
        style=_verbatim(style),
        script=_verbatim(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        tiles=tiles(told),
        charts=charts(told),
        step=duration_text(round(told["step_seconds"] * SECOND)),
        rows=[_row(one) for one in told["series"][:MOST]],
        more=len(told["series"][MOST:]),
        cadences=any(one["cadence"] for one in told["kinds"]),
        several=len({one["source"] for one in told["series"]}) > 1,
        severities=list(reversed(SEVERITIES)),
        length=seconds_text,
    )


def tiles(told: Document) -> list[Tile]:
    """The figures of the whole span."""
    could, ages, took = told["runs"] - told["verdicts"]["unknown"], told["staleness_seconds"], told["seconds"]
    cycles = told["cycles"]
    worst = f" ({told['stalest']})" if told["stalest"] else ""
    return [
        _tile(told, "Incidents opened", "incidents_opened", _of_incidents(told["incidents"])),
        _tile(told, "Runs that could tell", "success_rate", f"{could:,} of {counted(told['runs'], 'run')}"),
        _tile(told, "Runs that passed", "pass_rate", f"{told['verdicts']['pass']:,} of {could:,} that could tell"),
        _tile(told, "Collector's cycles", "cycles_success_rate", _of_cycles(cycles)),
        _tile(told, "Completeness", "completeness", "bars there ÷ bars owed, each counted once"),
        _tile(told, "Quality", "quality", "mean score of the runs (of each its worst series), of 100"),
        _tile(
            told, "Stalest", "staleness_seconds_worst", f"of market time{worst}; p95 {seconds_text(ages.get('p95'))}"
        ),
        _tile(told, "Run time", "run_seconds_p95", ", ".join(f"{name} {_brief(each)}" for name, each in took.items())),
    ]


def charts(told: Document) -> list[tuple[str, Markup, str]]:
    """Title, drawing and words of what changed over the span: completeness of all series together, scores of the runs."""
    complete, quality = _together(told["series"], "completeness_parts"), told["quality_parts"]
    lowest = min((each for each in complete if each is not None), default=1.0)
    ground = min(0.99, lowest)
    known = [each for each in quality if each is not None]
    words = f"From {percent_text(ground)} (ground) to 100 % (top); the lowest is {percent_text(lowest)}."
    scores = "No run has a score."
    if known:
        scores = f"The mean score of the runs of each step, from 0 to 100; the lowest is {min(known):.1f}."
    verdicts = ", ".join(f"{count:,} {name}" for name, count in told["verdicts"].items())
    return [
        ("Verdicts of runs", stacks(told["parts"], f"Verdicts of runs: {verdicts}"), f"{verdicts}."),
        ("Completeness", line(complete, ground, 1.0, f"Completeness. {words}", TALL), words),
        ("Quality", line(quality, 0.0, 100.0, f"Quality. {scores}", TALL), scores),
    ]


def seconds_text(seconds: float | None) -> str:
    """`45 s`, `21 min`, `3 d 4 h`; `not known` for None."""
    return "not known" if seconds is None else length_text(round(seconds * SECOND))


def _tile(told: Document, name: str, figure: str, about: str) -> Tile:
    value, change = told[figure], told["trends"][figure]
    if value is None:
        return Tile(name, "not known", about)
    if not change:
        return Tile(name, _value(figure, value), about, "as before" if change == 0 else "")
    better = (change > 0) == (figure in {"success_rate", "pass_rate", "cycles_success_rate", "completeness", "quality"})
    sign = "↑" if change > 0 else "↓"
    return Tile(
        name, _value(figure, value), about, f"{sign} {_change(figure, abs(change))}", "pass" if better else "fail"
    )


def _value(figure: str, value: float) -> str:
    if figure.endswith("_rate") or figure == "completeness":
        return percent_text(value)
    if figure == "quality":
        return f"{value:.1f}"
    if figure == "run_seconds_p95":
        return _brief(value)
    return f"{value:,}" if figure == "incidents_opened" else seconds_text(value)


def _change(figure: str, change: float) -> str:
    if figure.endswith("_rate") or figure == "completeness":
        return f"{round(change * 100, 2):g} points"
    return f"{change:.2g}" if figure == "quality" else _value(figure, change)


def _of_incidents(lives: Document) -> str:
    """How many last, and how bad those are; how many are over."""
    counts = lives["lasting_severities"]
    worst = ", ".join(f"{counts[name]:,} {name}" for name in reversed(SEVERITIES) if counts.get(name))
    after = lives["seconds_to_resolve"]["median"]
    took = "" if after is None else f" after {seconds_text(after)} (median)"
    return f"{lives['lasting']:,} lasting{f' ({worst})' if worst else ''}, {lives['resolved']:,} resolved{took}"


def _of_cycles(cycles: Document | None) -> str:
    if cycles is None:
        return "no run counted them: they need `cycle` under [collector]"
    return f"{cycles['due'] - cycles['failed']:,.0f} of {cycles['due']:,.0f} without an error"


def _together(series: Sequence[Document], name: str) -> list[float | None]:
    """The mean over series, part by part."""
    columns = zip(*(one[name] for one in series), strict=True)
    known = [[each for each in column if each is not None] for column in columns]
    return [sum(column) / len(column) if column else None for column in known]


def _row(one: Document) -> dict[str, Any]:
    """A series as the table shows it."""
    complete, quality = one["completeness_parts"], one["quality_parts"]
    ground = min(0.99, min((each for each in complete if each is not None), default=1.0))
    share = one["completeness"]
    return {
        **one,
        "share": share,
        "complete": "none owed" if share is None else percent_text(share),
        "complete_line": line(
            complete, ground, 1.0, f"Completeness of {one['name']} over time, from {percent_text(ground)}"
        ),
        "quality_line": line(quality, 0.0, 100.0, f"Quality of {one['name']} over time, from 0 to 100"),
        "stale": one["staleness_seconds"].get("worst"),
    }


def _brief(seconds: float) -> str:
    return f"{seconds:.3g} s"


def _verbatim(text: str) -> Markup:
    """A file of our own as it is: its `<` are code."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704
