"""What a chart says of findings where one points at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from textwrap import TextWrapper
from typing import Any

from dq.model import Finding
from dq.reports.advice import cause_text
from dq.reports.words import evidence_text, percent_text, value_text

_LINE = 56  # characters of a line: plotly breaks none by itself
_MOST = 3  # findings told of one place
_LONGEST, _BRIEF = 400, 110  # characters of one message: data may be in it
_WRAPPER = TextWrapper(_LINE)
_CAPITALS = {"dst": "DST", "ohlc": "OHLC"}
_SHARES = {"low_completeness", "failed_cycle", "excessive_retry"}  # checks whose values are shares of 0 to 1
# … seconds, which the message tells in words
_SECONDS = {"out_of_order_timestamp", "future_bar", "dst_shift", "slow_cycle", "slow_upsert"}
_DIGITS = 10  # of a value: more of them are what a 32-bit source made of a decimal number


def title(check: str) -> str:
    """A check's name as words: `price spike`, `DST shift`."""
    return " ".join(_CAPITALS.get(word, word) for word in check.split("_"))


def value_of(finding: Finding, value: Any) -> str:
    """What was observed or expected, in the unit of the check; empty where nobody says, or the message does."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value_text(value)
    if finding.check in _SECONDS:
        return ""
    if finding.check in _SHARES and 0 <= value <= 1:
        return percent_text(value)
    if finding.check == "precision_loss":  # whose point is the last digits
        return value_text(value)
    return value_text(float(f"{value:.{_DIGITS}g}"))


def told(findings: Sequence[Finding], *, briefly: bool = False) -> str:
    """The findings of one place, as plotly's own HTML; all that comes from data is escaped.

    Args:
        briefly: say of the first what it is, and of the others how many there are.
    """
    if briefly:
        more = f" and {len(findings) - 1:,} more" if len(findings) > 1 else ""
        return "<br>".join([f"{_head(findings[0])}{more}", *_wrapped(findings[0].message[:_BRIEF])])
    lines = [line for one in findings[:_MOST] for line in _lines(one)]
    if len(findings) > _MOST:
        lines.append(f"… and {len(findings) - _MOST:,} more")
    return "<br>".join(lines)


def plain(text: str) -> str:
    """Text in which plotly finds neither tags nor entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(finding: Finding) -> str:
    return f"<b>{plain(title(finding.check))}</b> {finding.severity}"


def _lines(finding: Finding) -> Iterator[str]:
    yield _head(finding)
    facts = {
        "value": value_of(finding, finding.observed),
        "expected": value_of(finding, finding.expected),
        "distance": evidence_text(finding.evidence),
        "why": cause_text(finding.cause) if finding.cause else "",
    }
    for text in (finding.message, *(f"{name}: {text}" for name, text in facts.items() if text)):
        yield from _wrapped(text[:_LONGEST])


@lru_cache(maxsize=1_000)  # the charts of a series tell of the same findings, one after the other
def _wrapped(text: str) -> tuple[str, ...]:
    """The lines of a text, escaped; most texts are one line, which the wrapper would take long to find."""
    short = text and len(text) <= _LINE and text.isprintable() and text == text.strip()
    return tuple(plain(line) for line in ([text] if short else _WRAPPER.wrap(text)))
