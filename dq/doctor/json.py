"""The examination as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from dq.doctor.line import VERDICTS, Line, exit_status

SCHEMA = "dq.doctor/1"


def render(lines: Sequence[Line]) -> str:
    """The document."""
    document = {
        "schema": SCHEMA,
        "exit_code": exit_status(list(lines)),
        "summary": {verdict: sum(line.verdict == verdict for line in lines) for verdict in VERDICTS},
        "lines": [_line(line) for line in lines],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _line(line: Line) -> dict[str, str | None]:
    known = asdict(line)
    known.pop("question")
    return {name: text or None if name in {"hint", "paste"} else text for name, text in known.items()}
