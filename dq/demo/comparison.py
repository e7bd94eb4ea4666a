"""What dq found beside what was put in."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from dq.demo.story import Chapter
from dq.faults import Injected
from dq.model import MINUTE, duration_text, instant_text

_ALARMS = ("warning", "critical")

Told = tuple[str, Injected]


def alarms(report: dict[str, Any]) -> list[Told]:
    """Instrument and finding, for every finding at warning or critical of a run as JSON."""
    return [
        (
            str(finding["instrument"]),
            Injected(finding["check"], _instant(finding["start"]), _instant(finding["end"]), finding["count"]),
        )
        for finding in report["findings"]
        if finding["severity"] in _ALARMS
    ]


def differences(chapter: Chapter, found: list[Told]) -> tuple[str, ...]:
    """Where the findings are not exactly what the chapter owes; none where they are, in whatever order."""
    owed, given = Counter(chapter.expected), Counter(found)
    return (
        *(f"not found: {_line(one)}" for one in (owed - given).elements()),
        *(f"found, but not put in: {_line(one)}" for one in (given - owed).elements()),
    )


def _line(told: Told) -> str:
    name, finding = told
    span = "" if finding.start == finding.end else f", {duration_text(finding.end - finding.start + MINUTE)}"
    return f"{name} {finding.check}, {finding.count} from {instant_text(finding.start)}{span}"


def _instant(text: str) -> int:
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))
