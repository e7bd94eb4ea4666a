"""The run in Markdown, for the page that GitHub Actions shows of a job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dq.model import Incident, Run, SeriesVerdict
from dq.reports.advice import advice
from dq.reports.clocks import span_text
from dq.reports.lines import Spark, error_text, printable
from dq.reports.words import bracketed, headline, names_of, percent_text, when_of, worst_first
from dq.suites.words import counted

MOST = 100  # rows of each table
LONGEST = 400  # characters of a cell
LIMIT = 1_048_576  # bytes that GitHub takes of a step; of one that says more it shows nothing
ICONS = {"pass": "✅", "fail": "❌", "unknown": "❓", "critical": "🔴", "warning": "🟡", "info": "⚪"}
_SIGNS = re.compile(r"[\\`*_\[\]|~#@$!]|:(?=[^\s\d])")  # a colon begins an emoji or ends the scheme of a link
_HTML = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def markdown(run: Run, *, limit: int = LIMIT, sparks: Mapping[str, Spark] | None = None) -> str:
    """Verdict, incidents with what to do, and series, as far as they fit.

    Args:
        limit: bytes of UTF-8 that the text may have at most.
        sparks: the series whose completeness is drawn, by name.
    """
    lines: list[str] = []
    left = limit - 200  # for the line that says what is left out
    for line in _lines(run, sparks or {}):
        left -= len(line.encode("utf-8", "replace")) + 1
        if left < 0:
            lines += ["", "_The rest does not fit: see `--format json`._"]
            break
        lines.append(line)
    return "\n".join(lines) + "\n" if limit > 1000 else ""


def escaped(text: str) -> str:
    """The text as Markdown shows it sign by sign, on one line: no table, tag, link or emoji comes of it."""
    text = _SIGNS.sub(r"\\\g<0>", printable(text[:LONGEST]))
    for sign, escape in _HTML:
        text = text.replace(sign, escape)
    return text


def _lines(run: Run, sparks: Mapping[str, Spark]) -> Iterator[str]:
    yield f"## {ICONS.get(run.verdict, '')} dq: {run.verdict}"
    yield ""
    yield f"{escaped(headline(run))} · {escaped(span_text(run.window.start, run.window.end))}"
    yield f"· {escaped(run.source)} · {escaped(run.suite)}"
    for error in run.errors[:MOST]:
        yield ""
        yield f"**Could not tell:** {escaped(error_text(error))} {escaped(error.hint)}".rstrip()
    told = [one for one in worst_first(run.incidents) if one.severity != "info" and one.state != "resolved"]
    if told:
        yield from _table(("", "series", "when", "what", "what to do"), [_incident(one, run) for one in told[:MOST]])
        yield from _more(len(told), "incident")
    if run.series:
        ranked = sorted(run.series, key=lambda one: one.verdict == "pass")
        rows = [_series(one, sparks) for one in ranked[:MOST]]
        yield from _table(("", "series", "bars", "complete", "", "notes"), rows)
        yield from _more(len(ranked), "series")
    for note in run.notes[:MOST]:
        yield ""
        yield escaped(note)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _more(number: int, noun: str) -> Iterator[str]:
    if number > MOST:
        yield ""
        yield f"… and {counted(number - MOST, noun)} more."


def _incident(one: Incident, run: Run) -> tuple[str, ...]:
    severity = f"{ICONS.get(one.severity, '')} {one.severity}"
    what = f"**{escaped(one.check + bracketed(one.cause))}** {escaped(one.message)}"
    return (
        severity,
        escaped(names_of(one, run)),
        escaped(when_of(one, run)),
        what,
        escaped(advice(one.check, one.cause)),
    )


def _series(one: SeriesVerdict, sparks: Mapping[str, Spark]) -> tuple[str, ...]:
    share = "" if one.completeness is None else percent_text(one.completeness)
    drawn = "".join(sign for sign, _ in sparks.get(one.series.name, ()))
    row = f"<code>{drawn.replace(' ', '&nbsp;')}</code>" if drawn else ""
    notes = escaped("; ".join(one.notes))
    return f"{ICONS.get(one.verdict, '')} {one.verdict}", escaped(one.series.name), f"{one.bars:,}", share, row, notes
