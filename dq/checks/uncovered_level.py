"""Reference levels that were not written, or not often enough.

What it finds
    Types of level with too few rows in the window although the market traded: none at all, or fewer than a share of what
    is owed. One finding for each type of each instrument.

Why it matters
    A strategy that watches a daily high keeps watching the one of yesterday, and nothing tells it: the row is there, it
    is merely old.

How
    Owed is what [collector.levels] promises for an hour of trading, times the trading hours of the window. Where it
    promises nothing, what is usual: the median number of rows of that type in the same hours of the last five sessions,
    counted from their open; sessions that closed before are passed over. A type that has stopped is compared with the
    sessions in which it still came.

Parameters
    share: float, share from 0 to 1. Fewer rows than this share of those that are owed are too few.
    slack: duration. Rows that came so long before the window count too: an hourly level is seldom on the second.

Not flagged
    A closed market, which owes none. Types of which less than one row is owed in the window, and types that never had
    rows, unless they are promised. Where nothing is promised and fewer than five sessions were read: not checked, with
    that reason.

Source
    Ours.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from dq.kernels import distinct, median
from dq.model import (
    HOUR,
    About,
    Int,
    Levels,
    Market,
    Suspects,
    concatenated,
    instant_text,
    no_suspects,
    parse_duration,
    suspects,
)

SESSIONS = 5
FARTHEST = 20  # sessions back: beyond them nothing is usual any more
SAY = "say how many an hour should have under [collector.levels]"
MESSAGES = {"": "{found}, where {usual}; the last one came {since}."}

Stretch = tuple[int, int]


def not_checked(levels: Levels, market: Market) -> str | None:
    open_ = _open(market)
    if not open_ or levels.promised:
        return None
    if len(levels.timestamp) == 0:
        return f"no level of {market.series.instrument} is there that says what is usual ({SAY})"
    if not any(len(_alike(one, open_[0], levels, market)) >= SESSIONS for one in open_):
        return f"there are levels of fewer than {SESSIONS} sessions at this time of day ({SAY})"
    return None


def uncovered_level(levels: Levels, market: Market, *, share: float = 0.8, slack: str = "60s") -> Suspects:
    open_ = _open(market)
    if not open_:
        return no_suspects()
    window = open_[0][0], open_[-1][1]
    by_type = _by_type(levels)
    owed = _promised(levels, open_) if levels.promised else _usual(levels, by_type, open_, market)
    found = []
    for kind, expected in sorted(owed.items()):
        stamps = by_type.get(kind, np.zeros(0, np.int64))
        seen = _rows(stamps, (market.window.start - parse_duration(slack), window[1]))
        if expected >= 1 and seen < share * expected:
            words = _words(kind, market.series.instrument, seen, expected, promised=kind in levels.promised)
            found.append(_suspect(About(kind, words), stamps[stamps < window[1]], window, seen, expected))
    return concatenated(found) if found else no_suspects()


def _open(market: Market) -> list[Stretch]:
    """The stretches of the window in which the market trades."""
    start, end, known = market.window.start, min(market.window.end, market.as_of), market.sessions
    inside = slice(*(int(np.searchsorted(known.closes, start, "right")), int(np.searchsorted(known.opens, end))))
    both = zip(known.opens[inside].tolist(), known.closes[inside].tolist(), strict=True)
    return [(max(opens, start), min(closes, end)) for opens, closes in both]


def _alike(stretch: Stretch, first: Stretch, levels: Levels, market: Market) -> list[Stretch]:
    """The same hours of the sessions before the first stretch of the window, as far as levels were read; latest first."""
    known = market.sessions
    opens = known.opens[np.searchsorted(known.day, distinct(known.day)[0])]
    own, before = (int(np.searchsorted(opens, one[0], "right")) - 1 for one in (stretch, first))
    shifts = (opens[own] - opens[:before])[: -FARTHEST - 1 : -1].tolist()
    moved = [(stretch[0] - shift, stretch[1] - shift) for shift in shifts]
    return [one for one in moved if one[0] >= levels.timestamp.min() and _trades(one, market)]


def _trades(stretch: Stretch, market: Market) -> bool:
    known = market.sessions
    at = int(np.searchsorted(known.opens, stretch[0], "right")) - 1
    return at >= 0 and stretch[1] <= int(known.closes[at])


def _by_type(levels: Levels) -> Mapping[str, Int]:
    rows: dict[str, list[int]] = {}
    for row, kind in enumerate(levels.level_type):
        rows.setdefault(kind, []).append(row)
    return {kind: np.sort(levels.timestamp[at]) for kind, at in rows.items()}


def _promised(levels: Levels, open_: Sequence[Stretch]) -> Mapping[str, float]:
    hours = sum(end - start for start, end in open_) / HOUR
    return {kind: each * hours for kind, each in levels.promised.items()}


def _usual(levels: Levels, by_type: Mapping[str, Int], open_: Sequence[Stretch], market: Market) -> Mapping[str, float]:
    owed = dict.fromkeys(by_type, 0.0)
    for stretch in open_:
        alike = _alike(stretch, open_[0], levels, market)
        if len(alike) >= SESSIONS:
            for kind, stamps in by_type.items():
                owed[kind] += _median(stamps, alike, market.window.start)
    return owed


def _median(stamps: Int, alike: Sequence[Stretch], before: int) -> float:
    """The median number of rows of a type in the last sessions in which it still came; 0 where it never came before."""
    earlier = stamps[: np.searchsorted(stamps, before)].tolist()
    counts = [_rows(stamps, one) for one in alike if earlier and one[0] <= earlier[-1]][:SESSIONS]
    return median(np.array(counts, np.float64)) if counts else 0.0


def _rows(stamps: Int, stretch: Stretch) -> int:
    return int(np.diff(np.searchsorted(stamps, stretch))[0])


def _words(kind: str, instrument: str, seen: int, expected: float, *, promised: bool) -> Mapping[str, str]:
    are = "is" if expected == 1 else "are"
    return {
        "found": f"{f'only {seen:,}' if seen else 'no'} {kind} of {instrument}",
        "usual": f"{expected:,.4g} {are} {'promised' if promised else 'usual'}",
    }


def _suspect(about: About, before: Int, window: Stretch, seen: int, expected: float) -> Suspects:
    last = int(before[-1]) if len(before) else None
    since = "before anything that was read" if last is None else f"at {_text(last)}"
    return suspects(
        1,
        start=window[0] if last is None else min(last, window[0]),
        end=window[1],
        count=max(round(expected) - seen, 1),
        bars=max(round(expected) - seen, 1),
        length=window[1] - window[0],
        observed=seen,
        expected=expected,
        about=[About(about.subject, {**about.words, "since": since})],
    )


def _text(instant: int) -> str:
    return f"{instant_text(instant)[:19].replace('T', ' ')} UTC"
