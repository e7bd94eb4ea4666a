"""Rows that belong to no series: told once, of the table."""

from __future__ import annotations

from dq.model import Finding
from dq.run.asked import Asked
from dq.run.market import set_aside_told
from dq.sources import Source
from dq.suites import load_suite

CHECK = "broken_contract"


def unnamed_findings(source: Source, asked: Asked) -> list[Finding]:
    """One finding for the rows without an instrument, if there are any."""
    rows = source.unnamed
    if rows.set_aside == 0:
        return []
    aside = set_aside_told(rows)
    suite = load_suite(asked.suite or asked.settings.suite or "ohlc_1m", asked.folder)
    severities = [entry.severity for entry in suite.expectations if entry.check == CHECK and entry.cause is None]
    return [
        Finding(
            check=CHECK,
            severity=severities[0] if severities else "info",
            series=None,
            start=min(aside.stamps, default=asked.as_of),
            end=max(aside.stamps, default=asked.as_of),
            count=rows.set_aside,
            message=f"{rows.set_aside:,} rows set aside that belong to no series: {aside.details[0]}.",
        )
    ]
