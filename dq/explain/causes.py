"""Why bars are missing: the causes, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dq.explain.gaps import Gaps
from dq.explain.quiet import SHORT, Quiet, judge_quiet
from dq.explain.recurrence import told_once
from dq.explain.testimony import Testimony, testimony
from dq.explain.trial import on_trial
from dq.model import Byte, Int, Mask, Suspects, cause

EXCUSED = ("quiet", "halt", "calendar_suspect", "dst")  # slots of these causes were not owed for certain


def explain_gaps(series: Sequence[Gaps], witnesses: Sequence[tuple[str, Int]] = ()) -> list[Suspects]:
    """The same runs with their causes, series by series; causes that need several series look at all of them.

    Holes in the same slots of several sessions become one, in which `observed` says how many sessions miss them.

    Args:
        witnesses: calendar and timestamps of series that miss nothing, which show that the source was alive.
    """
    alive = [*witnesses, *((one.market.series.calendar, one.stamps) for one in series)]
    judgements = [_judged_quiet(one) for one in series]
    told = [testimony(one) for one in series]
    judged = [
        np.where(one.displaced, cause("dst"), _confirmed(_quiet_or_hole(judgement), said, one.runs))
        for one, judgement, said in zip(series, judgements, told, strict=True)
    ]
    loud = [one.runs.take(codes == cause("hole")) for one, codes in zip(series, judged, strict=True)]
    explained = []
    for at, one in enumerate(series):
        own = one.market.series
        others = [runs for other, runs in zip(series, loud, strict=True) if other.market.series != own]
        codes = judged[at]
        codes = np.where((codes == cause("hole")) & _overlapped(one.runs, others), cause("outage"), codes)
        owed = told[at].lost | (judged[at] == cause("dst"))
        for name, applies in (("calendar_suspect", on_trial(one, series, alive)), ("halt", _halted(one))):
            codes = np.where(applies & ~owed, cause(name), codes)
        sessions = np.where(codes == cause("hole"), judgements[at].sessions, 0)
        runs = one.runs.with_column("cause", codes).with_column("filled", told[at].filled)
        explained.append(told_once(runs, sessions, one.market.slots))
    return explained


def _judged_quiet(gaps: Gaps) -> Quiet:
    return judge_quiet(gaps.stamps, gaps.market.slots, gaps.first, gaps.runs["count"], gaps.bars)


def _quiet_or_hole(judged: Quiet) -> Byte:
    """quiet, hole, or unknown where fewer than five sessions can say."""
    return np.where(judged.known, np.where(judged.quiet, cause("quiet"), cause("hole")), cause("unknown"))


def _confirmed(codes: Byte, said: Testimony, runs: Suspects) -> Byte:
    """What the reference proves: bars that it has were lost, and where nobody has them there was no trade.

    Of long runs in which this market always trades it proves nothing by lacking them too: both may have one origin.
    """
    short = runs["count"] <= SHORT
    codes = np.where(said.lost, cause("hole"), codes)
    return np.where(said.nobody & ((codes == cause("unknown")) | short), cause("quiet"), codes)


def _overlapped(runs: Suspects, others: Sequence[Suspects]) -> Mask:
    """Whether each run shares an instant with a run of another series that is not quiet there."""
    overlapped = np.zeros(len(runs), np.bool_)
    for other in others:
        if len(other):
            at = np.searchsorted(other["end"], runs["start"])
            overlapped |= (at < len(other)) & (other["start"][np.minimum(at, len(other) - 1)] <= runs["end"])
    return overlapped


def _halted(gaps: Gaps) -> Mask:
    """Whether a dated halt of the market explains each run, give or take one bar at its edges."""
    halted = np.zeros(len(gaps.runs), np.bool_)
    step = gaps.market.series.interval
    for halt in gaps.market.sessions.halts:
        halted |= (gaps.runs["start"] >= halt.start - step) & (gaps.runs["end"] <= halt.end)
    return halted
