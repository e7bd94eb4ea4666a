"""A live watch is ended at random moments, politely and not: state, verdicts and alerts are as if it had not been."""

from __future__ import annotations

import signal
import time

import numpy as np

from soak.desk import NAMES, ended, opened, until
from soak.rows import Row
from soak.sink import listening

SPOIL = "UPDATE bars SET close = NULL WHERE instrument = %s AND timestamp = date_trunc('minute', now()) - %s * interval '1 minute'"
FIRST = 15  # minutes ago
ASKED = ("validate", "--window", "2h")


def run(scale):
    chance = np.random.default_rng(scale.seed)
    times = 2 if scale.short else 20
    with listening() as sink, opened(scale, series=2 * times + 1) as desk:
        desk.settings("[[alert]]", f'url = "{sink.url}"', 'name = "sink"')
        for place, number in enumerate((signal.SIGTERM, signal.SIGKILL)):
            names = NAMES[place * times : (place + 1) * times]
            yield from _killed(desk, number, names, chance)
        bad, clean = (desk.run(*ASKED, *only)[0] for only in ((), ("--instrument", NAMES[2 * times])))
        yield Row("kills: next runs exit", "1 and 0, by the bars", f"{bad} and {clean}", (bad, clean) == (1, 0))
        yield _alerts(desk, sink, 2 * times)


def _killed(desk, number, names, chance):
    broken, statuses, torn = 0, [], 0
    for turn, name in enumerate(names):
        desk.sql(SPOIL, name, FIRST + 2 * NAMES.index(name))
        before = desk.runs()
        program = desk.start("watch", "--every", "1s", "--window", "2h")
        if turn % 2:  # while it starts, or while it works and writes
            until(lambda before=before: desk.runs() > before)
        time.sleep(float(chance.uniform(0.05, 1.2)))
        program.send_signal(number)
        statuses.append(ended(program))
        broken += not desk.intact()
        torn += len(list(desk.folder.glob("history.sqlite.*corrupt*")))
    part = f"kills: {len(names)} × {number.name}"
    yield Row(f"{part}, history", "intact each time", f"{broken + torn} broken", not broken + torn)
    if number is signal.SIGTERM:
        fine = {0, -number, 128 + number}  # the last two in the half second while it starts up
        wrong = [status for status in statuses if status not in fine]
        told = f"{statuses.count(0)} × 0, {len(statuses) - statuses.count(0) - len(wrong)} while it started, {wrong or 'none'} wrong"
        yield Row(f"{part}, exit status", "0", told, not wrong)


def _alerts(desk, sink, times):
    """What was told once a last watch has had its time."""
    program = desk.start("watch", "--every", "1s", "--window", "2h")
    until(lambda: len({one["incident"] for one in sink.got}) >= times, 60)
    time.sleep(2)  # for what would come twice
    program.send_signal(signal.SIGTERM)
    ended(program)
    told = [one["incident"] for one in sink.got if one["what"] == "opened"]
    lost, doubled = times - len(set(told)), len(sink.got) - len({one["id"] for one in sink.got})
    others = len({one["id"] for one in sink.got}) - len(set(told))
    measured = f"{len(set(told))} told, {lost} lost, {doubled} doubled, {others} others"
    return Row("kills: alerts", f"{times} told, none lost or doubled", measured, not (lost or doubled or others))
