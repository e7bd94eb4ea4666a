"""Runs as dq recorded them before version 3 of the file: most of what they said, and a note of what is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dq.explain.incidents import tell_incidents
from dq.history.packing import tupled
from dq.history.whole import OF_RUN, Row, errors_of
from dq.model import CheckVerdict, Evidence, Finding, Run, Series, SeriesVerdict, Window

LOST = "An older dq recorded this run: the calendars of its series and the reasons of its checks are not known."


def older_run(row: Row, summary: Mapping[str, Any], findings: Iterable[Row]) -> Run:
    """The run, with as much of its series as was written; its incidents are told anew from its findings."""
    series = [Series(one["instrument"], one["interval"], "") for one in summary["series"]]
    known = {(one.instrument, one.interval): one for one in series}
    found = tuple(_finding(one, known) for one in findings)
    verdicts = [_verdict(one, told, found) for one, told in zip(series, summary["series"], strict=True)]
    return Run(
        **{name: row[name] for name in OF_RUN},
        window=Window(row["window_start"], row["window_end"]),
        series=tuple(verdicts),
        findings=found,
        incidents=tell_incidents(found, {}, row["as_of"]),
        errors=errors_of(summary),
        notes=(*summary["notes"], LOST),
    )


def _verdict(series: Series, told: Mapping[str, Any], findings: Iterable[Finding]) -> SeriesVerdict:
    failed = [one.check for one in findings if one.series == series]
    checks = [CheckVerdict(name, "fail", findings=failed.count(name)) for name in dict.fromkeys(failed)]
    checks += [CheckVerdict(name, "not_checked") for name in told["not_checked"]]
    counts = ("bars", "expected_bars", "missing_bars", "quiet_bars", "suspect_bars", "verdict")
    return SeriesVerdict(series, first=None, last=None, checks=tuple(checks), **{name: told[name] for name in counts})


def _finding(row: Row, known: Mapping[tuple[str, int], Series]) -> Finding:
    evidence = _read(row["evidence"])
    place = (row["instrument"], row["interval"])
    return Finding(
        check=row["check_name"],
        severity=row["severity"],
        series=None if row["instrument"] is None else known.get(place) or Series(*place, ""),
        start=row["start_at"],
        end=row["end_at"],
        count=row["count"],
        message=row["message"],
        columns=tupled(_read(row["columns"])),
        cause=row["cause"],
        observed=_read(row["observed"]),
        expected=_read(row["expected"]),
        evidence=None if evidence is None else Evidence(**evidence),
    )


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
