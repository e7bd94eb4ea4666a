"""Line: what one step of the examination found."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, FAILED, NOT_TRIED = "ok", "warning", "failed", "not_tried"
VERDICTS = (OK, WARNING, FAILED, NOT_TRIED)


@dataclass(frozen=True, slots=True)
class Line:
    """One step and what came of it.

    Attributes:
        step: its name, in a word or two.
        verdict: ok; warning: dq can judge all the same; failed: it cannot; not_tried: an earlier step has to succeed.
        said: what is so, in a sentence without a full stop.
        hint: what to do about it; "" where nothing is to be done.
        paste: statements to copy as they stand; "" where there are none.
        question: the question was wrong (settings, an address), rather than what was asked.
    """

    step: str
    verdict: str
    said: str
    hint: str = ""
    paste: str = ""
    question: bool = False


def exit_status(lines: list[Line]) -> int:
    """0 where dq can judge, 2 where the question was wrong, 3 where something else keeps it from judging."""
    failed = [line for line in lines if line.verdict == FAILED]
    if any(line.question for line in failed):
        return 2
    return 3 if failed or any(line.verdict == NOT_TRIED for line in lines) else 0
