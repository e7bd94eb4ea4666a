"""Incidents of dq itself: runs that could not tell, and channels that cannot be reached. No check tells them."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from dq.explain.lives import Lives, events, scope_of
from dq.model import Life, Run

UNTRIED = "not tried: "  # how the error of a run begins that left the source alone
IN_A_ROW = 3  # runs that could not tell: one or two are a restart of the source
BLIND, SILENT = "could_not_tell", "channel_down"
SEVERITY = {BLIND: "critical", SILENT: "warning"}  # a channel that is down is no reason to wake whom the others wake


def blindness(run: Run, place: str, in_a_row: int, known: Life | None) -> Lives:
    """What the run does to the incident that runs of a place cannot tell: opened by several in a row, over with the next that can.

    Args:
        place: the source as it is asked for, secrets masked; what it calls itself is not known while it is down.
        in_a_row: runs that could not tell, this one included.
        known: the incident that lasts, or None.
    """
    told = {}
    if run.blind and (known is not None or in_a_row >= IN_A_ROW):
        said = next((error.message for error in run.errors if not error.message.startswith(UNTRIED)), "")
        if known is None:
            said = said or run.errors[0].message.removeprefix(UNTRIED).partition("; next attempt")[0]
            told[place] = f"{in_a_row} runs in a row could not tell: {said}"
        else:  # a run that left the source alone knows nothing new of it
            told[place] = said or known.message
    return _lived(run, BLIND, place, told, {} if known is None else {place: known})


def unread(run: Run, failing: Container[str], known: Mapping[str, Life]) -> Lives:
    """What the run does to the incidents that single series cannot be judged, while others can.

    Args:
        failing: instruments that this run and those right before it could not judge, several in a row.
        known: instrument to its incident that lasts.
    """
    troubles = {error.series: error.message for error in run.errors if error.series is not None}
    told = {name: said for name, said in troubles.items() if run.series and (name in known or name in failing)}
    judged = {one.series.instrument for one in run.series if one.verdict != "unknown"} - set(told)
    concerned = {name: life for name, life in known.items() if name in told or name in judged}
    return _lived(run, BLIND, run.source, told, concerned)


def silence(run: Run, down: Mapping[str, str], known: Mapping[str, Life]) -> Lives:
    """What the run does to the incidents that channels cannot be reached.

    Args:
        down: channel to a sentence that says so.
        known: channel to its incident that lasts.
    """
    return _lived(run, SILENT, run.source, down, known)


def subject_of(life: Life) -> str:
    """The channel, or the place, that an incident of dq itself is about."""
    return life.kind.split("|", 2)[-1]


def _lived(run: Run, check: str, source: str, told: Mapping[str, str], known: Mapping[str, Life]) -> Lives:
    changed = list(_changed(run, check, source, told, known))
    before = {life.id: life for life in known.values()}
    return Lives(tuple(changed), tuple(events(run, changed, before)))


def _changed(run: Run, check: str, source: str, told: Mapping[str, str], known: Mapping[str, Life]) -> Iterator[Life]:
    for subject, message in told.items():
        life = known.get(subject)
        if life is None:
            yield _opened(run, check, source, subject, message)
        else:
            yield replace(life, state="ongoing", last_seen=run.as_of, end=run.as_of, message=message)
    for subject, life in known.items():
        if subject not in told:
            yield replace(life, state="resolved", resolved=run.as_of, ending="mended")


def _opened(run: Run, check: str, source: str, subject: str, message: str) -> Life:
    kind = f"{check}||{subject}"
    return Life(
        id=hashlib.blake2s(f"{kind}|{source}|{run.as_of}".encode(), digest_size=6).hexdigest(),
        source=source,
        kind=kind,
        check=check,
        cause=None,
        severity=SEVERITY[check],
        worst=SEVERITY[check],
        state="open",
        first_seen=run.as_of,
        last_seen=run.as_of,
        start=run.window.start,
        end=run.as_of,
        series=(),
        message=message,
        scope=scope_of(run),
    )
