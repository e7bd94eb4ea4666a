"""Why bars are missing: the causes, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dq.explain.quiet import judge_quiet
from dq.model import Byte, Int, Market, Mask, Suspects, cause

EXCUSED = ("quiet", "halt", "calendar_suspect")  # slots of these causes were not owed for certain
TOGETHER = 3  # series of one calendar that stop at one instant put the calendar on trial


@dataclass(frozen=True, eq=False)
class Gaps:
    """The missing runs of one series, and what is known around them.

    Attributes:
        runs: suspects of `missing_bar` or `stale_series`.
        stamps: ascending timestamps of the series, 20 sessions back where they are known.
    """

    market: Market
    runs: Suspects
    stamps: Int

    @property
    def first(self) -> Int:
        """Number of the first missing slot of each run."""
        return self.market.slots.number(self.runs["start"])


def explain_gaps(series: Sequence[Gaps]) -> list[Suspects]:
    """The same runs with their causes, series by series; causes that need several series look at all of them."""
    judged = [_quiet_or_hole(one) for one in series]
    loud = [one.runs.take(codes == cause("hole")) for one, codes in zip(series, judged, strict=True)]
    explained = []
    for at, one in enumerate(series):
        own = one.market.series
        others = [runs for other, runs in zip(series, loud, strict=True) if other.market.series != own]
        codes = judged[at]
        codes = np.where((codes == cause("hole")) & _overlapped(one.runs, others), cause("outage"), codes)
        for name, applies in (("calendar_suspect", _on_trial(one, series)), ("halt", _halted(one))):
            codes = np.where(applies, cause(name), codes)
        explained.append(one.runs.with_column("cause", codes))
    return explained


def _quiet_or_hole(gaps: Gaps) -> Byte:
    """quiet, hole, or unknown where fewer than five sessions can say."""
    quiet, known = judge_quiet(gaps.stamps, gaps.market.slots, gaps.first, gaps.runs["count"])
    return np.where(known, np.where(quiet, cause("quiet"), cause("hole")), cause("unknown"))


def _overlapped(runs: Suspects, others: Sequence[Suspects]) -> Mask:
    """Whether each run shares an instant with a run of another series that is not quiet there."""
    overlapped = np.zeros(len(runs), np.bool_)
    for other in others:
        if len(other):
            at = np.searchsorted(other["end"], runs["start"])
            overlapped |= (at < len(other)) & (other["start"][np.minimum(at, len(other) - 1)] <= runs["end"])
    return overlapped


def _on_trial(gaps: Gaps, series: Sequence[Gaps]) -> Mask:
    """Runs to the end of a session at which three series of this calendar stop, while another calendar goes on."""
    calendar = gaps.market.series.calendar
    peers = [one for one in series if one.market.series.calendar == calendar]
    strangers = [one for one in series if one.market.series.calendar != calendar]
    on_trial = np.zeros(len(gaps.runs), np.bool_)
    if len(peers) < TOGETHER or not strangers:
        return on_trial
    for at in np.flatnonzero(_to_the_close(gaps)).tolist():
        start, end = int(gaps.runs["start"][at]), int(gaps.runs["end"][at])
        stopped = sum(bool(((one.runs["start"] == start) & _to_the_close(one)).any()) for one in peers)
        alive = any(bool(((one.stamps >= start) & (one.stamps <= end)).any()) for one in strangers)
        on_trial[at] = stopped >= TOGETHER and alive
    return on_trial


def _to_the_close(gaps: Gaps) -> Mask:
    """Whether each run ends with a session that is over."""
    slots, step = gaps.market.slots, gaps.market.series.interval
    following = slots.number(gaps.runs["end"]) + 1
    last = (following >= len(slots)) | (slots.timestamps(following) > gaps.runs["end"] + step)
    return np.asarray(last & (gaps.runs["end"] + step <= gaps.market.as_of))


def _halted(gaps: Gaps) -> Mask:
    """Whether a dated halt of the market explains each run, give or take one bar at its edges."""
    halted = np.zeros(len(gaps.runs), np.bool_)
    step = gaps.market.series.interval
    for halt in gaps.market.sessions.halts:
        halted |= (gaps.runs["start"] >= halt.start - step) & (gaps.runs["end"] <= halt.end)
    return halted
