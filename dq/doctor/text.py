"""The examination as a person reads it: a line per step, below it what to do, at the end a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dq.doctor.line import FAILED, NOT_TRIED, OK, VERDICTS, WARNING, Line
from dq.reports.lines import folded, painted, printable

SIGNS = {OK: "ok", WARNING: "!", FAILED: "x", NOT_TRIED: "-"}
COLOURS = {OK: "pass", WARNING: "warning", FAILED: "fail", NOT_TRIED: "dim"}
NAMES = 10  # the longest name of a step


def line_text(line: Line, *, width: int, coloured: bool) -> str:
    """The line, its hint and its statements; statements are never folded, for they are to be copied."""
    sign = f"{SIGNS[line.verdict]:2}"
    said = f"not tried: {line.said}" if line.verdict == NOT_TRIED else line.said
    margin = " " * (NAMES + 6)
    shown = [*_parts(f"{sign}  {line.step:{NAMES}}", said, width, margin)]
    shown[0] = painted(sign, COLOURS[line.verdict], coloured=coloured) + shown[0][len(sign) :]
    if line.hint:
        shown += folded(f"→ {line.hint}", width, first=margin, indent=f"{margin}  ")
    shown += [f"{margin}  {printable(statement)}" for statement in line.paste.splitlines()]
    return "\n".join(shown)


def count_text(lines: Sequence[Line], then: str, *, coloured: bool) -> str:
    """`12 ok, 1 warning, 2 failed, 3 not tried: …`.

    Args:
        then: the command to go on with where all is in order.
    """
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in VERDICTS}
    words = {OK: "ok", WARNING: "warning", FAILED: "failed", NOT_TRIED: "not tried"}
    told = [
        f"{count} {words[name]}{'s' if name == WARNING and count != 1 else ''}"
        for name, count in counts.items()
        if count
    ]
    if counts[FAILED] or counts[NOT_TRIED]:
        ending, colour = "dq cannot judge yet: begin with the first x.", "fail"
    elif counts[WARNING]:
        ending, colour = "dq can judge; what is marked ! is worth a look.", "warning"
    else:
        ending, colour = f"all is in order: {then}", "pass"
    return f"{painted(', '.join(told), colour, coloured=coloured)}: {ending}"


def _parts(first: str, said: str, width: int, margin: str) -> Iterator[str]:
    """What was said line by line: several faults begin a line each, and what of one is folded hangs below it."""
    head, *faults = said.splitlines() or [""]
    yield from folded(head.strip(), width, first=f"{first}  ", indent=margin)
    for fault in faults:
        yield from folded(fault.strip(), width, first=f"{margin}  ", indent=f"{margin}    ")
