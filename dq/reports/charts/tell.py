"""What a chart says of findings where one points at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from dq.model import Finding
from dq.reports.advice import cause_text
from dq.reports.words import evidence_text, value_text

_LINE = 56  # characters of a line: plotly breaks none by itself
_MOST = 3  # findings told of one place
_LONGEST, _BRIEF = 400, 110  # characters of one message: data may be in it


def told(findings: Sequence[Finding], *, briefly: bool = False) -> str:
    """The findings of one place, as plotly's own HTML; all that comes from data is escaped.

    Args:
        briefly: say of the first what it is, and of the others how many there are.
    """
    if briefly:
        more = f" and {len(findings) - 1:,} more" if len(findings) > 1 else ""
        return "<br>".join([f"{_head(findings[0])}{more}", *map(plain, wrap(findings[0].message[:_BRIEF], _LINE))])
    lines = [line for one in findings[:_MOST] for line in _lines(one)]
    if len(findings) > _MOST:
        lines.append(f"… and {len(findings) - _MOST:,} more")
    return "<br>".join(lines)


def plain(text: str) -> str:
    """Text in which plotly finds neither tags nor entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(finding: Finding) -> str:
    return f"<b>{plain(finding.check.replace('_', ' '))}</b> {finding.severity}"


def _lines(finding: Finding) -> Iterator[str]:
    yield _head(finding)
    facts = {
        "value": value_text(finding.observed),
        "expected": value_text(finding.expected),
        "distance": evidence_text(finding.evidence),
        "why": cause_text(finding.cause) if finding.cause else "",
    }
    for text in (finding.message, *(f"{name}: {text}" for name, text in facts.items() if text)):
        yield from map(plain, wrap(text[:_LONGEST], _LINE))
