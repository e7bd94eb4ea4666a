"""Cycles of the collector that failed, by its own error log.

What it finds
    Too small a share of cycles without an error, too many errors in a stretch of time, too many cycles that had to try
    again: for each operation of each component, and over all of them where several have errors.

Why it matters
    The log knows before the bars do, and knows why: a hole says that bars are missing, the log that the source refused
    the key. Retries that grow in number are the last warning before bars are lost.

How
    Cycles are counted from the start of the window: those in which any market trades, and those outside with an entry.
    One with an error counts once, however often it is told. An entry fails its cycle where its severity is error,
    critical, fatal, severe, alert, emergency, panic, exception or failed, or short for one, and where it has none; it
    does not where it is debug, trace, verbose, info, notice, warning, success or ok. Entries of any other severity fail
    no cycle and are told in the finding. Operations are grouped as they are written. What `errors` judges is the share
    of failed cycles in every stretch of that length, and each cluster of such stretches is one finding. A retry is an
    entry that names one ("retry 1 of 3", "attempt 2/3"), and not that there was none ("attempt 1/3", "retries: 0", "no
    retry was needed"). The commonest message is told with its numbers taken as one.

Parameters
    rate: str, one of success, errors and retries. What is judged: the share of cycles that did not fail, the share that
        failed in a stretch, the share that had to try again.
    limit: float, share from 0 to 1. Less success is a suspect, or more errors, or more retries.
    over: duration. The stretch in which `errors` counts; the others count in the whole window.

Not flagged
    Retries that succeed, below their limit; what happened before the window; a collector that is dead and logs nothing,
    of which `stale_series` tells. Without [collector] cycle nobody knows how many cycles there should be: not checked,
    with that reason; nor where the severities of all entries in the window are other words than those above.

Source
    Ours.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import numpy as np

from dq.kernels import beyond, distinct, moving_rate, runs
from dq.logged import failed, retried
from dq.model import (
    About,
    Cycles,
    ErrorLog,
    Int,
    Mask,
    Suspects,
    cause,
    concatenated,
    no_suspects,
    parse_duration,
    suspects,
)

ALL, NAMELESS = "all operations", "an operation without a name"
LONGEST = 120  # characters of a message that is told
MESSAGES = {"": "{count} of {cycles} cycles {judged} in {subject}; most often: “{commonest}”.{strange}"}
JUDGED = {
    "success": "failed ({rate} succeeded, {limit} are needed)",
    "errors": "failed (up to {rate} within {over}, {limit} are allowed)",
    "retries": "had to try again ({rate}, {limit} are allowed)",
}


def not_checked(errors: ErrorLog, cycles: Cycles) -> str | None:
    if cycles.length is None:
        return "nobody says how often the collector works (set [collector] cycle, or FETCH_INTERVAL_SECONDS)"
    _, rows, _ = cycles.placed(errors.timestamp)
    strange, told = _strange(errors, rows, cycles)
    return f"no severity in the log says whether a cycle failed: {told}" if 0 < len(rows) == strange else None


def failed_cycle(
    errors: ErrorLog,
    cycles: Cycles,
    *,
    rate: Literal["success", "errors", "retries"] = "success",
    limit: float = 0.95,
    over: str = "30m",
) -> Suspects:
    length = cycles.length or 1
    due, rows, at = cycles.placed(errors.timestamp)
    strange, told = _strange(errors, rows, cycles)
    beside = f" Not counted: {strange:,} of severity {told}." if strange and rate != "retries" else ""
    counts = [_counts(rate, errors, row) for row in rows.tolist()]
    rows, at = rows[counts], at[counts]
    found = []
    for subject, members in _groups(errors, rows):
        hits = np.isin(np.arange(len(due)), at[members])
        for share, span in _exceeding(rate, hits, int(due.sum()), limit, max(parse_duration(over) // length, 1)):
            inside = members[(at[members] >= span.start) & (at[members] < span.stop)]
            judged = JUDGED[rate].format(rate=_percent(share), limit=_percent(limit), over=over)
            words = {"cycles": f"{int(due.sum()):,}", "judged": judged, "strange": beside}
            about = _about(subject, words, errors, rows[inside], at[inside], cycles)
            found.append(_suspect(about, errors.timestamp[rows[inside]], rate, share, limit, length))
    return concatenated(found) if found else no_suspects()


def _counts(rate: str, errors: ErrorLog, row: int) -> bool:
    return retried(errors.message[row]) if rate == "retries" else failed(errors.severity[row]) is True


def _strange(errors: ErrorLog, rows: Int, cycles: Cycles) -> tuple[int, str]:
    """How many of the entries have a severity that says nothing to us, and three of those at most."""
    strange = [errors.severity[row].strip() for row in rows.tolist() if failed(errors.severity[row]) is None]
    each = [f"“{cycles.shown(one)[:20]}”" for one in dict.fromkeys(strange)]
    return len(strange), ", ".join([*each[:3], "…"] if len(each) > 3 else each)


def _groups(errors: ErrorLog, rows: Int) -> Iterator[tuple[str, Int]]:
    """Positions in `rows` by component and operation; all of them first, where there are several."""
    groups: dict[str, list[int]] = {}
    for position, row in enumerate(rows.tolist()):
        named = filter(None, (errors.component[row].strip(), errors.operation[row].strip()))
        groups.setdefault(": ".join(named) or NAMELESS, []).append(position)
    if len(groups) > 1:
        yield ALL, np.arange(len(rows))
    for subject, members in groups.items():
        yield subject, np.array(members, np.int64)


def _exceeding(rate: str, hits: Mask, owed: int, limit: float, width: int) -> Iterator[tuple[float, slice]]:
    """The shares that break the limit, and the cycles in which they do."""
    if rate == "errors":
        for first, count in zip(*(column.tolist() for column in runs(beyond(hits, width, limit))), strict=True):
            yield float(moving_rate(hits[first : first + count], width).max()), slice(first, first + count)
        return
    whole, count = slice(0, len(hits)), int(hits.sum())
    if rate == "success" and (owed - count) / max(owed, 1) < limit:
        yield (owed - count) / max(owed, 1), whole
    if rate == "retries" and count / max(owed, 1) > limit:
        yield count / max(owed, 1), whole


def _about(subject: str, words: dict[str, str], errors: ErrorLog, rows: Int, at: Int, cycles: Cycles) -> About:
    commonest, names = _commonest(errors, rows, cycles), _names(errors, rows, cycles)
    return About(cycles.shown(subject), {**words, "commonest": commonest}, _parts(at, cycles), names)


def _names(errors: ErrorLog, rows: Int, cycles: Cycles) -> tuple[str, ...]:
    """The instruments that those operations name; none where one of them names none, and may concern all."""
    operations = {f"{errors.component[row]} {errors.operation[row]}" for row in rows.tolist()}
    named = [set(re.split(r"[\s,;:()]+", one)) & set(cycles.instruments) for one in operations]
    return tuple(sorted(set().union(*named))) if all(named) else ()


def _commonest(errors: ErrorLog, rows: Int, cycles: Cycles) -> str:
    """The first of those messages that differ most often in their numbers alone."""
    messages = [" ".join(errors.message[row].split()) for row in rows.tolist()]
    kinds = [re.sub(r"\d+", "0", message) for message in messages]
    example = cycles.shown(messages[kinds.index(Counter(kinds).most_common(1)[0][0])]).rstrip(".") or "no message"
    return example if len(example) <= LONGEST else example[: LONGEST - 1] + "…"


def _parts(at: Int, cycles: Cycles) -> tuple[tuple[int, int], ...]:
    failed, length = distinct(at)[0], cycles.length or 1
    together = np.split(failed, np.flatnonzero(np.diff(failed) > 1) + 1)
    return tuple(
        (cycles.window.start + int(run[0]) * length, cycles.window.start + int(run[-1] + 1) * length)
        for run in together
    )


def _suspect(about: About, stamps: Int, rate: str, share: float, limit: float, length: int) -> Suspects:
    failed = sum((end - start) // length for start, end in about.parts)
    return suspects(
        1,
        start=stamps.min(),
        end=stamps.max(),
        count=failed,
        bars=failed,
        length=failed * length,
        observed=share,
        expected=limit,
        cause=cause("retries" if rate == "retries" else ""),
        about=[about],
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
