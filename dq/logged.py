"""What an entry of a log says: whether something failed, and whether it was tried again."""

from __future__ import annotations

import re

HARMLESS = frozenset({"debug", "trace", "verbose", "info", "information", "informational", "notice"})
HARMLESS |= {"warn", "warning", "success", "ok"}
FAILING = frozenset({"", "err", "error", "crit", "critical", "fatal", "severe", "alert", "emerg", "emergency"})
FAILING |= {"panic", "exception", "fail", "failed", "failure"}
_AGAIN = r"(?:re-?tr(?:y|ies|ied|ying)|try(?:ing)? again|back(?:ing|ed)? ?off)\b"
_RETRY = re.compile(rf"(?i)\b{_AGAIN}|\battempt\s*[#:=]?\s*0*(?:[2-9]|1\d)")
_NONE = re.compile(  # what names a retry to say that there was none
    rf"(?i)\b(?:no|not|never|without|zero|0|\w+n't)(?:\s+(?:any|be|have|need(?:ed)?|to))*\s+{_AGAIN}"
    r"|\bre-?tr(?:y|ies)\b(?:\s+(?:is|was|were))?[\"']?\s*[:=]?\s*(?:0|no|none|not|zero|false)\b(?!\.\d)"
)


def failed(severity: str) -> bool | None:
    """Whether an entry of that severity tells of a failure, as one without any does; None for a word we do not know."""
    word = severity.strip().lower()
    return True if word in FAILING else False if word in HARMLESS else None


def retried(message: str) -> bool:
    """Whether it tells of another attempt: of the first one it does not, nor where it says that there was none."""
    return _RETRY.search(_NONE.sub("", message)) is not None
