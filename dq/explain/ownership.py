"""Which finding makes which: a defect that explains others answers for them, so that people are told once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from dq.model import SEVERITIES, Finding

# What is owned -> whose it is where both speak of the same time, the first one that does.
OWNED_BY: Mapping[str, tuple[str, ...]] = {
    "missing_bar": ("broken_contract",),
    "null_volume": ("null_price",),
    "out_of_order_timestamp": ("duplicate_timestamp",),
    "off_session_bar": ("future_bar", "stuck_price"),
    "misaligned_timestamp": ("future_bar",),
    "zero_volume_run": ("stuck_price",),
    "stuck_price": ("future_bar",),
    "inconsistent_ohlc": ("non_positive_price", "scale_error", "price_spike"),
    "price_spike": ("non_positive_price", "scale_error", "split_jump"),
    "price_jump": ("scale_error", "split_jump", "price_spike"),
    "split_jump": ("scale_error",),
    "off_tick_price": ("scale_error", "split_jump", "price_spike", "price_jump"),
    "precision_loss": ("scale_error", "split_jump", "price_spike", "price_jump"),
    "reference_mismatch": ("non_positive_price", "scale_error", "split_jump", "price_spike", "stuck_price"),
}
SHIFT = "dst_shift"  # owns whatever was given the cause `dst`, and what is frozen or incomplete because of it
FROZEN = frozenset({"stuck_price", "zero_volume_run"})
SUM = "low_completeness"  # says in one figure what others say in full
PARTS = ("missing_bar", "stale_series")
LOG = "failed_cycle"  # the collector's own word for why bars did not come, at whatever severity
LOST = (None, "hole", "outage", "unknown")  # causes of missing bars that leave open what happened


@dataclass
class _Spans:
    """Findings of one check in one series, by start, and which of those so far reaches farthest."""

    starts: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    farthest: list[int] = field(default_factory=list)


class Owners:
    """The findings of a run, by series and check, so that the one that owns another is found quickly."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._spans: dict[tuple[str, str], _Spans] = defaultdict(_Spans)
        for at in sorted(range(len(findings)), key=lambda position: findings[position].start):
            spans = self._spans[series_name(findings[at]), findings[at].check]
            spans.starts.append(findings[at].start)
            spans.positions.append(at)
        for spans in self._spans.values():
            spans.farthest = list(accumulate(spans.positions, self._later))

    def root(self, at: int) -> int:
        """The finding that answers for the one at that position: its owner, or the owner's owner; else itself."""
        seen = {at}
        while (owner := self._owner(at)) is not None and owner not in seen:
            seen.add(owner)
            at = owner
        return at

    def _owner(self, at: int) -> int | None:
        finding = self._findings[at]
        if finding.check == SUM or finding.cause == "dst":
            shift = self._worst(finding, (SHIFT,))
            return self._worst(finding, PARTS) if shift is None and finding.check == SUM else shift
        checks = OWNED_BY.get(finding.check, ())
        found = (
            self._overlapping(finding, check) for check in ((SHIFT, *checks) if finding.check in FROZEN else checks)
        )
        owner = next((owner for owner in found if owner is not None), None)
        unexplained = owner is None and finding.check in PARTS and finding.cause in LOST
        return self._logged(finding) if unexplained else owner

    def _overlapping(self, finding: Finding, check: str) -> int | None:
        """A finding of that check at the same time, give or take a bar, and no less severe."""
        spans = self._spans.get((series_name(finding), check))
        room = finding.series.interval if finding.series else 0
        last = bisect_right(spans.starts, finding.end + room) - 1 if spans else -1
        if spans is None or last < 0:
            return None
        at = spans.farthest[last]
        owner = self._findings[at]
        severe = SEVERITIES.index(owner.severity) >= SEVERITIES.index(finding.severity)
        return at if severe and owner.end >= finding.start - room else None

    def _logged(self, lost: Finding) -> int | None:
        """A finding of the log with a failed cycle that should have brought those bars, of this instrument or of any."""
        series = lost.series
        if series is None:
            return None
        latest = lost.end + 2 * series.interval + series.delay  # a bar is fetched when it is over
        for at in self._spans.get(("", LOG), _Spans()).positions:
            log = self._findings[at]
            concerned = log.cause is None and (not log.names or series.instrument in log.names)
            if concerned and any(start <= latest and end >= lost.start for start, end in log.parts):
                return at
        return None

    def _worst(self, finding: Finding, checks: Iterable[str]) -> int | None:
        """The worst finding of those checks in the same series, at whatever time."""
        found = [at for check in checks for at in self._spans.get((series_name(finding), check), _Spans()).positions]
        return max(found, key=lambda at: SEVERITIES.index(self._findings[at].severity), default=None)

    def _later(self, one: int, other: int) -> int:
        return other if self._findings[other].end >= self._findings[one].end else one


def series_name(finding: Finding) -> str:
    """The name of its series; empty for a finding about the whole table."""
    return finding.series.name if finding.series else ""
