"""What the page shows of a run, as words: one value per card and row, so that the template decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dq.model import NO_INSTANT, Finding, Incident, Run, SeriesVerdict
from dq.reports.advice import advice, cause_text, speaks_sql, sql_to_look, sql_to_mend
from dq.reports.clocks import local_span_text, local_text, span_text, stamps_text, utc_text
from dq.reports.words import evidence_text, percent_text, value_text, zone_of
from dq.suites.words import counted, length_text, listed

_RANK = {"critical": 0, "warning": 1, "info": 2}
_NOUNS = {"uncovered_level": "missing row", "failed_cycle": "cycle"}  # what checks count that judge no bars


@dataclass(frozen=True, slots=True)
class Card:
    """One incident; `findings` are positions in the run and numbers on the page."""

    severity: str
    state: str
    title: str
    message: str
    series: str
    since: str
    local: str
    length: str
    many: str
    why: str
    todo: str
    sql: str
    findings: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series; `share` is its completeness in percent, None where no bar was owed."""

    verdict: str
    name: str
    calendar: str
    bars: str
    expected: str
    share: float | None
    completeness: str
    quiet: str
    suspect: str
    notes: tuple[str, ...]
    checks: str
    passed: str
    failed: tuple[tuple[str, str], ...]
    not_checked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding; `at` is its position in the run, `facts` the evidence by name."""

    at: int
    severity: str
    title: str
    series: str
    when: str
    local: str
    many: str
    message: str
    facts: tuple[tuple[str, str], ...]
    sql: str


def worst_findings(run: Run) -> list[int]:
    """Positions of the run's findings, worst first; then by series and time."""
    order = {one.series: at for at, one in enumerate(run.series)}
    last = len(order)

    def rank(at: int) -> tuple[int, int, int, str]:
        finding = run.findings[at]
        place = order.get(finding.series, last) if finding.series else last
        return _RANK.get(finding.severity, 3), place, finding.start, finding.check

    return sorted(range(len(run.findings)), key=rank)


def card(run: Run, incident: Incident, numbers: Mapping[int, int]) -> Card:
    """An incident in words; `numbers` are those of the findings that the page shows, by position: these are linked."""
    found = [run.findings[at] for at in incident.findings]
    names = list(dict.fromkeys(one.series.name for one in found if one.series)) or list(incident.series)
    interval = max((one.series.interval for one in found if one.series), default=0)
    lasted = incident.end - incident.start + interval
    zone = zone_of(run, incident.series[0]) if incident.series else "UTC"
    first = next((one for one in found if one.series), None)
    since, local = stamps_text(first.series if first else None, incident.start, incident.end, zone)
    return Card(
        severity=incident.severity,
        state=incident.state,
        title=_words(incident.check),
        message=incident.message,
        series=listed(names, 6),
        since=since,
        local=local,
        length="" if NO_INSTANT in (incident.start, incident.end) else length_text(lasted),
        many=_many([one for one in found if one.check == incident.check]),
        why=cause_text(incident.cause) if incident.cause else "",
        todo=advice(incident.check, incident.cause),
        sql=_sql(run, first, incident.check),
        findings=tuple((at, numbers[at]) for at in incident.findings if at in numbers)[:6],
    )


def series_row(one: SeriesVerdict) -> SeriesRow:
    """A series in words, with what each check said of it."""
    told = {name: [check for check in one.checks if check.verdict == name] for name in ("pass", "fail", "not_checked")}
    share = one.completeness
    named = (("pass", "passed"), ("fail", "failed"), ("not_checked", "not checked"))
    return SeriesRow(
        verdict=one.verdict,
        name=one.series.name,
        calendar=one.series.calendar + (" (guessed)" if one.series.guessed else ""),
        bars=f"{one.bars:,}",
        expected=_number(one.expected_bars),
        share=None if share is None else round(min(max(share, 0), 1) * 100, 1),
        completeness="none owed" if share is None else percent_text(share),
        quiet=_number(one.quiet_bars),
        suspect=_number(one.suspect_bars),
        notes=one.notes,
        checks=", ".join(f"{len(told[name])} {word}" for name, word in named if told[name]) or "no check ran",
        passed=", ".join(_words(check.check) for check in told["pass"]),
        failed=tuple((_words(check.check), counted(check.findings, "finding")) for check in told["fail"]),
        not_checked=tuple((_words(check.check), check.reason) for check in told["not_checked"]),
    )


def finding_row(run: Run, at: int) -> FindingRow:
    """A finding in words."""
    finding = run.findings[at]
    zone = zone_of(run, finding.series.instrument) if finding.series else "UTC"
    stamped, local = stamps_text(finding.series, finding.start, finding.end, zone)
    return FindingRow(
        at=at,
        severity=finding.severity,
        title=_words(finding.check),
        series=finding.series.name if finding.series else "",
        when=stamped,
        local=local,
        many=f"{finding.count:,}",
        message=finding.message,
        facts=tuple(_facts(finding)),
        sql=sql_to_look(finding) if speaks_sql(run.source) else "",
    )


def when(run: Run) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Name, UTC and the markets' own clocks of the window and of the instant that the run pretends it is."""
    start, end = run.window.start, run.window.end
    zones = sorted({one.zone for one in run.series})[:3]
    spans = filter(None, (local_span_text(start, end, zone) for zone in zones))
    instants = filter(None, (local_text(run.as_of, zone) for zone in zones))
    window = f"{span_text(start, end)} ({length_text(end - start)})" if start < end else utc_text(start)
    return ("Window", window, tuple(spans)), ("As of", utc_text(run.as_of), tuple(instants))


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    named: Sequence[tuple[str, str]] = (
        ("Value", value_text(finding.observed)),
        ("Expected", value_text(finding.expected)),
        ("Distance", evidence_text(finding.evidence)),
        ("Columns", ", ".join(finding.columns)),
        ("Why", cause_text(finding.cause) if finding.cause else ""),
    )
    return (pair for pair in named if pair[1])


def _sql(run: Run, first: Finding | None, check: str) -> str:
    told = (sql_to_look(first) if first else "", sql_to_mend(check)) if speaks_sql(run.source) else ()
    return "\n\n".join(filter(None, told))


def _many(found: Sequence[Finding]) -> str:
    told = counted(sum(one.count for one in found), _NOUNS.get(found[0].check, "bar")) if found else ""
    return f"{told} in {counted(len(found), 'finding')}" if len(found) > 1 else told


def _words(check: str) -> str:
    return check.replace("_", " ")


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
