"""From what was judged to what is told: verdicts of series, of the run, and its exit status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dq.explain.causes import EXCUSED
from dq.model import SEVERITIES, Bars, CheckVerdict, Finding, Market, SeriesVerdict, minute_text
from dq.run.judge import Judged

LOUD = "warning"  # from this severity on a run fails, whatever --fail-on says


def series_verdict(judged: Judged, shown_zone: str | None = None, logged: Sequence[CheckVerdict] = ()) -> SeriesVerdict:
    """What is told of one series, on the clocks of its market or of the zone that people asked for.

    Args:
        logged: what the collector's log says, of all series together.
    """
    bars, market = judged.case.bars, judged.market
    calendar_fits = judged.case.trouble is None
    stamps = bars.timestamp[market.owns(bars.timestamp)]
    owed = market.last_slot - market.first_slot if calendar_fits else None
    quiet = judged.slots(("quiet",))
    excused = judged.slots(EXCUSED)
    return SeriesVerdict(
        series=market.series,
        bars=len(stamps),
        expected_bars=owed,
        missing_bars=market.missing_slots - excused,
        quiet_bars=quiet if calendar_fits else None,
        suspect_bars=excused - quiet if calendar_fits else None,
        first=int(stamps.min()) if len(stamps) else None,
        last=int(stamps.max()) if len(stamps) else None,
        verdict="unknown" if not calendar_fits else "fail" if is_loud(judged.findings) else "pass",
        checks=(*judged.checks, *(one for one in logged if one.check in judged.case.suite.checks)),
        zone=shown_zone or market.sessions.zone,
        assumed=judged.case.assumed,
        notes=(*judged.case.notes, *_begun(bars, market), *_closed(market, owed)),
    )


def is_loud(findings: Iterable[Finding], severity: str = LOUD) -> bool:
    """Whether a finding has that severity or a higher one."""
    least = SEVERITIES.index(severity)
    return any(SEVERITIES.index(finding.severity) >= least for finding in findings)


def exit_status(findings: Sequence[Finding], failed: bool, fail_on: str) -> int:
    """0 clean, 1 findings at or above `fail_on`, 3 could not tell; 3 outranks 1."""
    if failed:
        return 3
    return int(fail_on != "never" and is_loud(findings, fail_on))


def _begun(bars: Bars, market: Market) -> list[str]:
    """A series that begins inside the window says so: nothing was owed before."""
    first = bars.ordered.timestamp[:1]
    inside = len(first) and market.live and market.window.start <= first[0] < market.as_of
    earlier = market.slots.due_before(market.window.start)
    return [f"its first bar is that of {minute_text(int(first[0]))}"] if inside and market.first_slot > earlier else []


def _closed(market: Market, owed: int | None) -> list[str]:
    """Why nothing was owed: since when the market is closed, and when it opens."""
    if owed != 0 or market.series.daily:
        return []
    as_of = np.array([market.as_of])
    if market.sessions.contain(as_of)[0]:
        return ["nothing fell due in this window yet"]
    closed, opens = market.sessions.last_close(market.as_of), market.sessions.next_open(market.as_of)
    since = f"closed since {minute_text(closed)}" if closed is not None else "closed"
    return [since + (f", opens {minute_text(opens)}" if opens is not None else "")]
