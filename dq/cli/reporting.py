"""What `dq report` does once its options are read: runs from the history, their figures, tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from dq.cli.instants import now
from dq.cli.stored import HOW, history_of, known_settings, nothing_recorded
from dq.cli.tables import sentence_text, table_text
from dq.history import RunRecord
from dq.history.figures import Figures, SeriesFigures, figures
from dq.model import SEVERITIES, instant_text
from dq.reports.clocks import span_text, utc_text
from dq.reports.json import error_document
from dq.reports.words import percent_text
from dq.suites.words import counted

MOST = 20  # series, and of runs the newest
RUNS = 5


def answer(window: int, at: int | None, style: str) -> Iterator[str]:
    """The lines of the answer.

    Raises:
        HistoryError: the history cannot be read.
    """
    until = now() if at is None else at
    settings = known_settings()
    history = history_of(settings)
    runs: Sequence[RunRecord] = ()
    newest: Sequence[RunRecord] = ()
    if history is not None:
        with history:
            runs, newest = history.runs_between(until - window, until), history.runs(1)
    told = figures(runs)
    if style == "json":
        yield json.dumps(document(runs, told, until - window, until), indent=1, ensure_ascii=False)
    elif runs:
        yield from _text(runs, told, until - window, until)
    elif newest:
        told_last = f"the last one recorded is as of {utc_text(newest[0].as_of)}."
        yield sentence_text(f"No run as of {span_text(until - window, until)}; {told_last}")
        yield f"    dq report --at {instant_text(newest[0].as_of)}"
    else:
        yield sentence_text(f"{nothing_recorded(settings)} {HOW}")


def document(runs: Sequence[RunRecord], told: Figures, since: int, until: int) -> dict[str, Any]:
    """The report as JSON has it; shares are 0 to 1, seconds are seconds, instants are UTC."""
    return {
        "since": instant_text(since),
        "until": instant_text(until),
        "runs": told.runs,
        "verdicts": told.verdicts,
        "success_rate": told.told,
        "completeness": told.completeness,
        "seconds": {f"p{each}": seconds for each, seconds in told.seconds.items()},
        "findings": {"severities": told.severities, "checks": told.checks},
        "series": [asdict(one) | {"completeness": one.completeness} for one in told.series],
        "newest": [
            {"id": run.id, "as_of": instant_text(run.as_of), "verdict": run.verdict, "source": run.source}
            | {"errors": [error_document(error) for error in run.errors]}
            for run in runs[: -RUNS - 1 : -1]
        ],
    }


def _text(runs: Sequence[RunRecord], told: Figures, since: int, until: int) -> Iterator[str]:
    yield sentence_text(f"{counted(told.runs, 'run')} as of {span_text(since, until)}")
    yield ""
    yield from _lines(told)
    if told.checks:
        yield ""
        yield table_text(("check", ">findings"), [(name, f"{count:,}") for name, count in told.checks.items()])
    if told.series:
        yield ""
        yield _series_table(told.series)
    if len(told.series) > MOST:
        more = counted(len(told.series) - MOST, "series")
        yield sentence_text(f"… and {more} more, none of them worse: --format json has them.")
    yield ""
    yield _runs_table(runs)


def _lines(told: Figures) -> Iterator[str]:
    verdicts = ", ".join(f"{count:,} {name}" for name, count in told.verdicts.items() if count)
    seconds = ", ".join(f"p{each} {value:.3g} s" for each, value in told.seconds.items())
    counts = ", ".join(
        f"{told.severities[name]:,} {name}" for name in reversed(SEVERITIES) if told.severities.get(name)
    )
    could = told.runs - told.verdicts["unknown"]
    lines = {
        "could tell": f"{could:,} of {counted(told.runs, 'run')}, {percent_text(told.told or 0.0)}",
        "verdicts": verdicts,
        "completeness": _percent(told.completeness),
        "run time": seconds,
        "findings": counts or "none",
    }
    for name, text in lines.items():
        yield sentence_text(text, lead=name, indent=14)


def _series_table(series: Sequence[SeriesFigures]) -> str:
    several = len({one.source for one in series}) > 1
    heads = ("series", "last", ">fail", ">unknown", ">of runs", ">complete", ">findings", *(("source",) * several))
    return table_text(heads, [_row(one) + ((one.source,) * several) for one in series[:MOST]])


def _row(one: SeriesFigures) -> tuple[str, ...]:
    counts = (one.verdicts["fail"], one.verdicts["unknown"], one.runs)
    told = (f"{each:,}" if each else "·" for each in counts)
    return one.name, one.last, *told, _percent(one.completeness), f"{one.findings:,}" if one.findings else "·"


def _runs_table(runs: Sequence[RunRecord]) -> str:
    rows = [
        (run.id, instant_text(run.as_of)[:16].replace("T", " "), run.verdict, f"{run.seconds:.3g} s", _why(run))
        for run in runs[: -RUNS - 1 : -1]
    ]
    return table_text(("newest runs", "as of (UTC)", "verdict", ">took", "found"), rows)


def _why(run: RunRecord) -> str:
    if run.errors:
        return run.errors[0].message
    found = [f"{run.findings[name]:,} {name}" for name in reversed(SEVERITIES) if run.findings[name]]
    return ", ".join(found) or "nothing"


def _percent(share: float | None) -> str:
    return "nothing was owed" if share is None else percent_text(share)
