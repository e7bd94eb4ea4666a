"""What a run changes in the history, in one transaction: the run, the lives of incidents, and what channels are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dq.explain.incidents import tell_incidents
from dq.explain.lives import Lives, lived, scope_of
from dq.explain.own import BLIND, IN_A_ROW, SILENT, blindness, silence, subject_of, unread
from dq.model import DAY, HOUR, OWN, Life, Parcel, Run, Scope
from dq.run.asked import Asked
from dq.settings import masked

if TYPE_CHECKING:
    from dq.alerts import Words
    from dq.history.profiles import ProfileRecord
    from dq.history.store import History

REACH = 2 * HOUR  # at most: what a nightly audit finds anew is news, whatever it found of the weeks before
CHANNELS = "alerts"  # the source of incidents about channels: they belong to no place


def settle(run: Run, asked: Asked, history: History, profiles: Sequence[ProfileRecord]) -> Run:
    """Write the run and all that follows from it, or nothing, and return it with its incidents.

    A run of the past (`--at`, before the newest of its source that could tell) changes no life and tells nobody. Where
    it is the clock that went back, lives go on.

    Raises:
        HistoryError: it cannot be written.
    """
    with history.alone():
        newest = history.newest(run.source)
        scope = scope_of(run, asked.usual)
        known = history.known_lives(run, run.as_of - max(DAY, scope.restless))
        goes_on = [life for life in known if life.check not in OWN and (life.lasts or life.ending == "passed")]
        reach, used = min(scope.length, REACH), history.life_ids(run.source)
        run = replace(run, incidents=tell_incidents(run.findings, goes_on, reach, used, run.as_of))
        history.keep_profiles(run.source, profiles)
        history.record(run, asked.now, masked(asked.access.url) if _speaks_for_all(asked) else None)
        history.forget(asked.now - asked.settings.keep)
        if asked.at is None or newest is None or run.as_of >= newest:
            _live(run, asked, history, known, scope)
        return run


def _speaks_for_all(asked: Asked) -> bool:
    """Whether what the run cannot tell concerns its place: by hand, an instrument may just be mistyped."""
    return asked.usual is not None or not asked.instruments


def _live(run: Run, asked: Asked, history: History, known: Sequence[Life], scope: Scope) -> None:
    """Lives, steps and messages. Runs that told nobody may have resolved what others told: that is told now."""
    place = masked(asked.access.url)
    of_bars = [life for life in known if life.check not in OWN]
    changes = [lived(run, of_bars, scope, whole=not asked.instruments), *_own(run, place, history, known)]
    waiting = history.parcels() if asked.channels else ()
    if asked.channels:
        changes.append(_channels(run, asked, history, waiting))
    for each in changes:
        history.keep_lives(each.changed, each.events)
    if asked.channels:
        _tell(run, asked, history, (run.source, place, CHANNELS), waiting)


def _own(run: Run, place: str, history: History, known: Sequence[Life]) -> tuple[Lives, Lives]:
    """Dq's own incidents, that it cannot tell of a place, or of a series; the run itself is among those that are counted."""
    blind = {subject_of(life): life for life in history.lives(place, lasting=True) if life.check == BLIND}
    in_a_row = history.blind_runs(place) if run.blind else 0
    of_series = {subject_of(life): life for life in known if life.lasts and life.check == BLIND}
    of_series.pop(place, None)  # a file is called what it was asked for as
    return blindness(run, place, in_a_row, blind.get(place)), unread(run, _failing(run, history), of_series)


def _failing(run: Run, history: History) -> set[str]:
    """Instruments that the newest runs of the source, this one included, could not judge, one after the other."""
    newest = history.runs(IN_A_ROW, run.source) if any(error.series for error in run.errors) else ()
    if len(newest) < IN_A_ROW:
        return set()
    return set.intersection(*({error.series for error in one.errors if error.series} for one in newest))


def _channels(run: Run, asked: Asked, history: History, waiting: Sequence[Parcel]) -> Lives:
    """Dq's own incidents, that channels cannot be reached."""
    from dq.alerts import channels_down, silence_text

    known = {subject_of(life): life for life in history.lives(CHANNELS, lasting=True) if life.check == SILENT}
    down = channels_down(waiting, {channel.name for channel in asked.channels})
    told = {name: silence_text(name, one) for name, one in down.items()}
    return silence(replace(run, source=CHANNELS), told, known)


def _tell(run: Run, asked: Asked, history: History, sources: Sequence[str], waiting: Sequence[Parcel]) -> None:
    """Write down what each channel is to be told: of what this run saw, of what was told before, and of dq itself.

    What somebody found by hand in the weeks before, and no run that tells has seen, is nobody's alarm.
    """
    from dq.alerts import messages_due

    since = run.as_of - DAY
    unsent = {(one.message.incident, one.message.channel) for one in waiting}
    seen = {incident.id for incident in run.incidents}
    for source in dict.fromkeys(sources):
        told = history.told(source, since)
        spoken = {*seen, *(incident for incident, _ in told)}
        lives = [one for one in history.lives(source, since=since) if one.id in spoken or one.check in OWN]
        words, pages = partial(_words, run), asked.settings.pages
        history.keep_messages(messages_due(lives, told, asked.channels, asked.now, pages, words=words, waiting=unsent))


def _words(run: Run, life: Life) -> Words:
    """What reports say of such an incident."""
    from dq.alerts import Words
    from dq.reports.advice import advice, cause_text
    from dq.reports.clocks import local_text

    zone = next((one.zone for one in run.series if one.series.instrument in life.series), "UTC")
    since = local_text(life.start, zone) if zone != "UTC" else ""
    return Words(
        why=cause_text(life.cause) if life.cause not in {None, "", "unknown"} else "",
        advice=advice(life.check, life.cause),
        since=since,
    )
