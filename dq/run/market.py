"""From a series, its bars and the window to the market that checks may know."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dq.calendars import AUTO, sessions
from dq.door import Rows
from dq.explain.habits import learn_habits
from dq.model import DAY, NO_INSTANT, Int, Market, Series, Sessions, SetAside, Slots, lay_slots
from dq.run.inference import infer_phase
from dq.run.windows import Look

CONTEXT = 500  # bars before the window that feed the statistics
PROFILE_DAYS = 45  # hold 20 sessions of any market
AHEAD = 10 * DAY  # to say when a closed market opens


def sessions_around(series: Series, start: int, end: int, cache: Path | None) -> Sessions:
    """The sessions from well before `start` to some days after `end`; around the clock where they are to be learned."""
    back = max(PROFILE_DAYS * DAY, 3 * CONTEXT * series.interval if series.daily else 0)
    calendar = "24/7" if series.calendar == AUTO else series.calendar
    return sessions(calendar, start - back, end + AHEAD, extended_hours=series.extended_hours, cache=cache)


def context_start(series: Series, known: Sessions, start: int, grace: int, cache: Path | None) -> int:
    """The instant from which bars have to be read so that 500 of them stand before the window."""
    back = start
    for _ in range(6):  # each turn looks twice as far back
        slots = lay_slots(series, known, 0, grace)
        first = slots.due_before(start)
        if first >= CONTEXT or len(slots) == 0:
            break
        back -= (start - known.start) or PROFILE_DAYS * DAY
        known = sessions_around(series, back, known.end, cache)
    if len(slots) == 0:
        return start - CONTEXT * series.interval
    stamp = int(slots.timestamps(np.array([max(first - CONTEXT, 0)]))[0])
    return min(stamp, start - series.interval - grace - series.delay)


def build_market(series: Series, rows: Rows, look: Look, known: Sessions, grace: int) -> Market:
    """The market around one series in one run."""
    bars = rows.bars
    ordered = bars.ordered
    phase = infer_phase(series, ordered.timestamp, known)
    slots = lay_slots(series, known, phase, grace)
    first, last = _owed(slots, ordered.timestamp, look)
    return Market(
        series=series,
        window=look.window,
        as_of=look.as_of,
        sessions=known,
        slots=slots,
        first_slot=min(first, last),
        last_slot=last,
        habits=learn_habits(ordered, slots),
        late=series.interval - slots.offset + grace + series.delay,
        live=look.live,
        phase=phase,
        set_aside=set_aside_told(rows),
    )


def _owed(slots: Slots, stamps: Int, look: Look) -> tuple[int, int]:
    """The slots that fall due in the window; of a whole file those from its first bar on."""
    last = slots.due_before(min(look.window.end, look.as_of))
    if look.whole and not look.live and len(stamps):  # the last bar is there, so those before it could have been
        last = max(last, int(slots.number(stamps[-1:])[0]) + 1)
    if look.whole:
        begun = slots.number(stamps[:1])
        return (int(begun[0] + (not slots.holds(stamps[:1], begun)[0])) if len(begun) else last), last
    first = slots.due_before(look.window.start)
    begun = slots.number(stamps[:1])  # nothing is owed before the first bar that a series ever had
    return (max(first, int(begun[0])) if len(begun) and stamps[0] < look.as_of else first), last


def set_aside_told(rows: Rows) -> SetAside:
    """What the door kept out, in words."""
    told = tuple(
        f"{f'line {one.row}, ' if one.row else ''}{one.column or 'the row'}: {one.value!r} {one.why}"
        for one in rows.unreadable
    )
    stamps = tuple(one.at for one in rows.unreadable if one.at != NO_INSTANT)
    return SetAside(rows.set_aside, stamps, told)
