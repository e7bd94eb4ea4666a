"""What a displaced span explains: holes, bars outside sessions and doubled bars that are only its shadow."""

from __future__ import annotations

import numpy as np

from dq.displaced.zones import ZONES, apart
from dq.model import DAY, HOUR, SECOND, Int, Market, Mask, Suspects, cause, has_cause

OWNED = (
    *("missing_bar", "stale_series", "off_session_bar", "misaligned_timestamp"),
    *("duplicate_timestamp", "out_of_order_timestamp"),
)
AT_ITS_ENDS = ("duplicate_timestamp", "out_of_order_timestamp")
SUMMER = 240 * DAY  # before the first frozen winter and after the last
NEARLY_ALL = 0.8
MOSTLY = 0.5  # share of a hole that the offset explains
_THURSDAY, _SUNDAY = 3, 6  # 1970-01-01, and the last day of a week, with Monday as 0
EXAMINED = 100_000  # slots of a hole that are looked at


def owned_by_shifts(check: str, found: Suspects, shifts: Suspects, market: Market) -> Mask:
    """Which suspects of a check are explained by spans of `dst_shift`."""
    owned = np.zeros(len(found), np.bool_)
    for at in range(len(shifts)):
        one = shifts.take(slice(at, at + 1))
        if has_cause(one, ["missing_hour", "repeated_hour"])[0]:
            owned |= _inside(found, one)
        elif market.series.daily:
            owned |= _of_days(check, found, one, market)
        elif check in AT_ITS_ENDS:
            owned |= _at_the_ends(found, one)
        elif check == "off_session_bar":
            owned |= _inside(found, one)
        elif check == "misaligned_timestamp":
            owned |= _on_the_true_grid(found, one, market)
        else:
            owned |= _left_behind(check, found, one, market)
    return owned


def with_owners(check: str, found: Suspects, shifts: Suspects, market: Market) -> Suspects:
    """The same suspects; those that a displaced span explains have the cause `dst`."""
    if len(found) == 0 or len(shifts) == 0 or check not in OWNED:
        return found
    owned = owned_by_shifts(check, found, shifts, market)
    return found.with_column("cause", np.where(owned, cause("dst"), found["cause"]))


def _offset(span: Suspects) -> int:
    """Microseconds by which the stamps of a span are late."""
    filled = has_cause(span, ["frozen_winter"])[0] and abs(span["observed"][0]) < HOUR // SECOND
    return -HOUR if filled else int(span["observed"][0] * SECOND)


def _offsets(span: Suspects, slots: Int) -> Int:
    """The same for bars that are stamped like those slots: clocks are set now and then."""
    if not has_cause(span, ["local_time"])[0]:
        return np.full(len(slots), _offset(span))
    return ZONES[int(span["zone"][0])].offset(slots - _offset(span))


def _on_the_true_grid(found: Suspects, span: Suspects, market: Market) -> Mask:
    """Whether bars off the grid, which hours on the wrong side of a pause told, are on it once they are put back."""
    true, opens = found["start"] - _offsets(span, found["start"]), market.sessions.opens
    at = np.searchsorted(opens, true + 1) - 1
    on_grid = (at >= 0) & ((true - opens[np.maximum(at, 0)] - market.slots.offset) % market.series.interval == 0)
    return np.asarray(_inside(found, span) & on_grid)


def _inside(found: Suspects, span: Suspects, room: int = 0) -> Mask:
    return np.asarray((found["start"] >= span["start"][0] - room) & (found["end"] <= span["end"][0] + room))


def _at_the_ends(found: Suspects, span: Suspects) -> Mask:
    """Whether suspects lie where displaced bars meet others: within the offset of the first and the last of them."""
    room = abs(_offset(span))
    near = [np.abs(found["start"] - span[end][0]) <= room for end in ("start", "end")]
    return np.asarray((near[0] | near[1]) & _inside(found, span, room))


def _of_days(check: str, found: Suspects, span: Suspects, market: Market) -> Mask:
    """Days around a displaced one; and of a series cut on a fixed hour, what is lost on Sundays.

    Such a series has rows for Monday to Friday: sessions that begin on a Sunday evening have none, and holidays are
    filled like the winters.
    """
    zone = int(span["zone"][0])
    if zone < 0:
        return _inside(found, span, abs(_offset(span)))
    if check in AT_ITS_ENDS:
        return np.zeros(len(found), np.bool_)
    if check == "off_session_bar":
        return _inside(found, span, SUMMER)
    number = market.slots.number(found["start"])
    opens = market.slots.due_at(number) - DAY  # within the day before it is due, on which its session begins
    sunday = (found["count"] == 1) & ((opens // DAY + _THURSDAY) % 7 == _SUNDAY)
    return np.asarray(_inside(found, span, SUMMER) & sunday)


def _left_behind(check: str, found: Suspects, span: Suspects, market: Market) -> Mask:
    """Whether missing runs are what the displaced bars left behind: slots that no displaced session covers."""
    offset, step = _offset(span), market.series.interval
    near = _inside(found, span, abs(offset) + step)
    owned = np.zeros(len(found), np.bool_)
    for at in np.flatnonzero(near).tolist():
        first = market.slots.number(found["start"][at : at + 1])[0]
        slots: Int = np.arange(first, first + min(int(found["count"][at]), EXAMINED))
        stamps = market.slots.timestamps(slots)
        owned[at] = bool((~market.sessions.touch(stamps - _offsets(span, stamps), step)).mean() >= MOSTLY)
    owned |= _where_stamps_leapt(found, span, offset, step)
    if check == "stale_series" and offset < 0:  # displaced to earlier stamps, the last bar looks old
        behind = found["start"] > span["end"][0]
        owned |= near & behind & (found["end"] - span["end"][0] <= 2 * step - offset)
    return owned


def _where_stamps_leapt(found: Suspects, span: Suspects, offset: int, step: int) -> Mask:
    """Whether missing runs are the hole, as long as the offset, that it leaves where it begins or ends in a session."""
    before, after = found["end"] + step == span["start"][0], found["start"] - step == span["end"][0]
    return np.asarray((after if offset < 0 else before) & (np.abs(found["count"] * step - abs(offset)) <= step))


def by_other_clocks(runs: Suspects, stamps: Int, market: Market) -> Mask:
    """Whether missing runs are the last hour before weekends of the weeks in which New York and London differ.

    A broker that keeps European hours stops an hour early in those weeks, and in no others: the habit has to show in
    nearly all of them, two at least, and hardly ever else.

    Args:
        stamps: ascending timestamps of the series.
    """
    step = market.series.interval
    if len(stamps) == 0 or step > HOUR or not ((runs["count"] * step == HOUR) & apart(runs["start"])).any():
        return np.zeros(len(runs), np.bool_)
    closes = market.sessions.closes[:-1][np.diff(market.sessions.opens) > 2 * DAY]
    closes = closes[(closes > stamps[0] + DAY) & (closes <= stamps[-1])]
    last, hour, day = (np.searchsorted(stamps, closes - back) for back in (0, HOUR, DAY))
    lacks, known, differ = (last == hour), hour > day, apart(closes - 1)
    keeps = int((lacks & differ & known).sum()), int((lacks & ~differ & known).sum())
    habit = keeps[0] >= 2 and keeps[0] >= NEARLY_ALL * (differ & known).sum()
    habit &= keeps[1] <= (1 - NEARLY_ALL) * (~differ & known).sum()
    ends = runs["start"] + runs["count"] * step
    return np.asarray(habit & np.isin(ends, closes[lacks & differ]) & (runs["count"] * step == HOUR))
