"""Two days of runs and incidents in a history, for the tests of `dq report` and `dq incidents`."""

from dataclasses import replace

from html_samples import AT, BTC, sick_run

from dq.history import open_history
from dq.model import DAY, HOUR, MINUTE, Event, Life, Message, RunError, Scope, Window

SICK = sick_run()[0]
SOURCE = SICK.source
CLEAN = replace(
    SICK,
    findings=(),
    incidents=(),
    verdict="pass",
    exit_code=0,
    series=tuple(
        replace(one, verdict="pass", missing_bars=0, checks=tuple(replace(each, verdict="pass") for each in one.checks))
        for one in SICK.series
    ),
)
UNTOLD = replace(
    SICK,
    series=(),
    findings=(),
    incidents=(),
    verdict="unknown",
    exit_code=3,
    errors=(RunError("source", "It is down."),),
)


def recorded(desk, *runs, step=HOUR, until=AT):
    """Runs that far apart, the last of them as of `until`; the n-th took n seconds and looked back for one step."""
    with open_history(desk.history) as history:
        for number, run in enumerate(runs, 1):
            at = until - (len(runs) - number) * step
            history.record(replace(run, id=f"run-{number}", as_of=at, window=Window(at - step, at), seconds=number))
        return history.runs_between(until - 1000 * HOUR, until)


def life(identity="1f00d1", opened=AT - HOUR, **changes):
    """A hole in BTC-USD that lasts."""
    hole = Life(
        id=identity,
        source=SOURCE,
        kind="missing_bar|hole|BTC-USD",
        check="missing_bar",
        cause="hole",
        severity="critical",
        worst="critical",
        state="ongoing",
        first_seen=opened,
        last_seen=AT,
        start=opened - 20 * MINUTE,
        end=opened - 5 * MINUTE,
        series=("BTC-USD",),
        message="12 bars are missing.",
        scope=Scope("ohlc_1m", HOUR),
    )
    return replace(hole, **changes)


def mended(identity, opened, minutes, **changes):
    """One that was resolved so many minutes after it opened."""
    over = opened + minutes * MINUTE
    return life(identity, opened, state="resolved", resolved=over, last_seen=over, ending="mended", **changes)


def event(of, at, what, severity="critical"):
    return Event(of.source, of.id, at, what, severity, "run-1", of.message)


def message(of, at, channel="slack", what="opened"):
    return Message(
        f"{of.id}-{channel}-{what}", of.source, of.id, channel, what, of.severity, "BTC-USD lost bars", "…", "", at
    )


def kept(desk, lives, events=(), messages=()):
    with open_history(desk.history) as history:
        history.keep_lives(lives, events)
        history.keep_messages(messages)


def two_days(desk):
    """Hourly runs: a clean day and a day with a source that was down for three, and a hole that lasts at the end."""
    runs = [CLEAN] * 24 + [SICK] * 2 + [CLEAN] * 10 + [UNTOLD] * 3 + [CLEAN] * 7 + [SICK] * 2
    recorded(desk, *runs)
    lasting = life(opened=AT - HOUR)
    blind = life(
        "0ffffe",
        AT - 11 * HOUR,
        check="could_not_tell",
        cause=None,
        kind=f"could_not_tell||{SOURCE}",
        series=(),
        state="resolved",
        resolved=AT - 8 * HOUR,
        last_seen=AT - 9 * HOUR,
        ending="mended",
        message="3 runs in a row could not tell: It is down.",
    )
    lives = [lasting, blind, mended("c0ffee", AT - 23 * HOUR, 120), mended("bad5ea", AT - 2 * DAY, 30)]
    kept(
        desk,
        lives,
        [event(lasting, AT - HOUR, "opened")],
        [message(lasting, AT - HOUR), message(blind, AT - 11 * HOUR)],
    )
    with open_history(desk.history) as history:
        history.sent(message(blind, 0).id, AT - 11 * HOUR + MINUTE)
        history.unsent(message(lasting, 0).id, "it answered 503", AT + MINUTE)
    return BTC
