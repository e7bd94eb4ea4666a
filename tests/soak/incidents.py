"""A day of incidents by seed: one message when each begins and one when it is over, no more, no fewer."""

from __future__ import annotations

from dq.alerts.courier import deliver
from dq.demo.live import day
from dq.history import open_history, read_history
from dq.model import MINUTE, duration_text, instant_text
from soak.rows import Row
from soak.sink import listening
from soak.stage import channel, staged, suite_with_log

LATE = 3 * MINUTE  # by which an incident may be told after the run that owes it


def run(scale):
    schedule = day(scale.seed, scale.cache)
    if scale.short:
        schedule = schedule.until(schedule.begin + 40 * MINUTE)
    with listening() as sink, staged(scale, schedule) as stage:
        to = channel(sink.url)
        watch = stage.watch(to, suite=suite_with_log(scale.folder))
        for instant in range(schedule.begin + MINUTE, schedule.end + 1, MINUTE):
            stage.advance(instant)
            watch.round()
            with open_history(stage.history) as history:
                if history.parcels():
                    deliver(history, [to], lambda: stage.clock[0])
        with read_history(stage.history) as history:
            lives, left = history.lives(), history.parcels()
    yield from _rows(schedule, sink, lives, left)


def _rows(schedule, sink, lives, left):
    owed = schedule.owed
    ended = [one for one in owed if one.resolved < schedule.end - LATE]
    told = [life for life in lives if life.worst != "info"]
    unmatched, strays = _matched(owed, told)
    for name, target, measured in (
        ("opened", len(owed), sink.count("opened")),
        ("resolved", len(ended), sink.count("resolved")),
    ):
        yield Row(f"incidents: told that they {name}", f"{target}", f"{measured}", measured == target)
    worse, became = sink.count("worse"), sum(one.worse for one in owed)
    yield Row("incidents: told that they are worse", f"{became}", f"{worse}", worse == became)
    yield Row("incidents: not told", "none", _few(unmatched, _owed_text), not unmatched)
    yield Row("incidents: told, but not put in", "none", _few(strays, _life_text), not strays)
    twice = len(sink.doubled()) + len(left)
    yield Row("incidents: messages doubled or left", "none", f"{twice}" if twice else "none", not twice)


def _matched(owed, lives):
    """Those of which no life tells in time, and the lives that nobody foretold."""
    rest, missed = list(lives), []
    for one in owed:
        fits = [life for life in rest if _fits(one, life)]
        if not fits:
            missed.append(one)
        else:
            rest.remove(fits[0])
    return missed, rest


def _fits(one, life):
    named = not one.instruments or set(one.instruments) <= set(life.series)
    ended = life.resolved is None or life.resolved <= one.resolved + LATE
    return life.check in one.checks and named and one.opened - LATE <= life.first_seen <= one.opened + LATE and ended


def _few(many, told):
    more = f" and {len(many) - 2} more" if len(many) > 2 else ""
    return "; ".join(map(told, many[:2])) + more or "none"


def _owed_text(one):
    return f"{one.checks[0]} of {', '.join(one.instruments) or 'all'} at {instant_text(one.opened)[11:16]}"


def _life_text(life):
    lasted = f" for {duration_text(life.resolved - life.first_seen)}" if life.resolved else ""
    return f"{life.check} ({life.cause}) of {', '.join(life.series)} at {instant_text(life.first_seen)[11:16]}{lasted}"
