"""From the history to the channels: in order, once, and none waits for another."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace

import pytest
from alert_sinks import HANG, NOON, mail_sink, message, web_sink
from validate_support import called

from dq.alerts import courier
from dq.alerts.courier import LEASE, Delivered, deliver
from dq.alerts.sending import send
from dq.history import open_history
from dq.model import MINUTE, SECOND
from dq.settings import AlertSettings


@pytest.fixture
def web():
    with web_sink() as sink:
        yield sink


@pytest.fixture
def history(tmp_path):
    with open_history(tmp_path / "history.sqlite") as opened:
        yield opened


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = NOON + MINUTE

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def written(history, *messages):
    history.keep_messages(messages)


def test_what_waits_is_sent_in_order_and_once(history, web, clock):
    written(history, *(message(number) for number in (1, 2, 3)))
    assert deliver(history, [web.channel()], clock) == Delivered(3, {})
    assert web.ids == ["m1-desk", "m2-desk", "m3-desk"]
    assert deliver(history, [web.channel()], clock) == Delivered(0, {})
    assert history.parcels() == ()
    assert {one.sent for one in history.parcels(pending=False)} == {clock.now}
    assert len(web.got) == 3


def test_a_channel_that_is_down_holds_up_itself_alone_and_is_told_in_order_later(history, web, clock):
    with web_sink() as other, mail_sink() as (mailbox, address):
        channels = [web.channel(), other.channel("other"), AlertSettings(address, "mail")]
        written(history, *(message(number, one.name) for number in (1, 2) for one in channels))
        web.answers = [503]
        done = deliver(history, channels, clock)
        assert (done.sent, list(done.failed)) == (4, ["desk"])
        assert "503" in done.failed["desk"]
        assert (other.ids, len(mailbox.got)) == (["m1-other", "m2-other"], 2)
        assert web.got == []
    [first, second] = history.parcels()
    assert (first.attempts, first.due, second.attempts) == (1, clock.now + 30 * SECOND, 0)
    assert "503" in first.error
    assert deliver(history, channels, clock) == Delivered(0, {})  # the first is not due, and the second waits behind it
    clock.now += 30 * SECOND
    web.answers = [429]
    deliver(history, channels, clock)
    assert [one.due - clock.now for one in history.parcels() if one.attempts] == [MINUTE]
    clock.now += MINUTE
    assert deliver(history, channels, clock) == Delivered(2, {})
    assert web.ids == ["m1-desk", "m2-desk"]


def test_who_hangs_is_left_when_the_time_is_up_and_the_others_have_theirs(history, web, clock):
    with web_sink() as other:
        written(history, message(1), message(1, "other"), message(2, "other"))
        released = threading.Event()

        def carry(channel, told):
            return send(channel, told) if channel.name == "other" else str(released.wait(30))

        began = time.monotonic()
        quick = [replace(one, url=f"{one.url}?cto=0.1&rto=0.1") for one in (web.channel(), other.channel("other"))]
        done = deliver(history, quick, clock, patience=1, carry=carry)
        assert time.monotonic() - began < 10
        released.set()
        assert (done.sent, done.failed) == (2, {"desk": "no answer in time"})
    [parcel] = history.parcels()
    assert (parcel.attempts, parcel.error) == (1, "no answer in time")


def test_nothing_is_begun_that_may_not_be_answered_in_time_and_what_was_begun_is_waited_for(history, clock):
    written(history, *(message(number) for number in range(1, 9)))
    taken, slow = [], AlertSettings("json://127.0.0.1/?cto=0.2&rto=0.7", "desk")

    def carry(_channel, told):
        taken.append(told.id)
        time.sleep(0.7)
        return ""

    first = deliver(history, [slow], clock, patience=1.5, carry=carry)
    assert (first.failed, first.sent) == ({}, len(taken))
    assert 0 < len(taken) < 8
    assert {one.attempts for one in history.parcels()} == {0}
    late = deliver(history, [slow], clock, patience=0.1, carry=carry)  # an address that asks for more time has it, once
    assert (late.failed, late.sent) == ({}, 1)
    assert len(set(taken)) == len(taken)


def test_a_channel_that_is_not_in_the_settings_and_an_address_that_is_none_keep_their_messages(history, web, clock):
    written(history, message(1, "gone"), message(1, "wrong"), message(1))
    done = deliver(history, [web.channel(), AlertSettings("nosuch://hunter22/x", "wrong")], clock)
    assert (done.sent, list(done.failed)) == (1, ["wrong"])
    assert "hunter22" not in done.failed["wrong"]
    assert {one.message.channel: one.attempts for one in history.parcels()} == {"gone": 0, "wrong": 1}


def test_two_couriers_at_once_double_nothing(tmp_path, web, clock):
    place = tmp_path / "history.sqlite"
    names = ["desk", "pager"]
    with open_history(place) as history:
        written(history, *(message(number, name) for number in range(1, 9) for name in names))

    def go():
        with open_history(place) as own:
            deliver(own, [web.channel(name) for name in names], clock)

    couriers = [threading.Thread(target=go) for _ in range(2)]
    for each in couriers:
        each.start()
    for each in couriers:
        each.join()
    for name in names:
        assert [one for one in web.ids if one.endswith(name)] == [f"m{number}-{name}" for number in range(1, 9)]


def test_what_arrived_is_marked_although_the_history_is_busy_for_a_while(history, web, clock, monkeypatch):
    written(history, message(1))
    tried = []

    class Busy:
        claim, unsent = history.claim, history.unsent

        def sent(self, identity, now):
            tried.append(identity)
            if len(tried) < 2:
                raise courier.DqError("locked")
            history.sent(identity, now)

    assert deliver(Busy(), [web.channel()], clock) == Delivered(1, {})
    assert (len(tried), history.parcels()) == (2, ())


def started(desk, channels):
    """`dq alerts deliver` as a watch starts it."""
    program = subprocess.Popen(
        [sys.executable, "-m", "dq", "alerts", "deliver", "--channels", "-"],
        cwd=desk.folder,
        env=desk.environment,
        **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
    )
    program.stdin.write(json.dumps([asdict(one) for one in channels]).encode())
    program.stdin.close()
    return program


def test_a_courier_that_is_killed_loses_nothing_and_the_same_id_comes_again(shell, web, clock):
    shell.write("dq.toml", "this is = no settings file")  # a watch goes on with the settings that it has
    web.answers = [HANG]
    shell.history.parent.mkdir(parents=True)
    with open_history(shell.history) as history:
        written(history, message(1), message(2))
        program = started(shell, [web.channel()])
        until = time.monotonic() + 20
        while web.answers and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(program.pid, signal.SIGKILL)
        program.wait(10)
        program.stdout.close()
        program.stderr.close()
        clock.now = time.time_ns() // 1000
        assert deliver(history, [web.channel()], clock) == Delivered(0, {})  # the lease of the dead
        clock.now += LEASE
        assert deliver(history, [web.channel()], clock) == Delivered(2, {})
    assert web.ids == ["m1-desk", "m2-desk"]


def settings(*channels):
    return "".join(f'[[alert]]\nname = "{one.name}"\nurl = "{one.url}"\n' for one in channels)


def filled(desk, *messages):
    desk.history.parent.mkdir(parents=True, exist_ok=True)
    with open_history(desk.history) as history:
        written(history, *messages)


def test_the_command_sends_and_says_what_could_not_be_sent(desk, web):
    assert called(desk, "alerts", "deliver") == (0, "No channel is set: nobody is told.\n", "")
    with web_sink() as down:
        desk.write("dq.toml", settings(web.channel(), down.channel("pager")) + 'remind = "1h"\n')
        assert called(desk, "alerts", "deliver") == (0, "Nothing waits.\n", "")
        filled(desk, message(1), message(1, "pager"))
        down.always = 500
        status, out, err = called(desk, "alerts", "deliver")
    assert (status, err) == (3, "")
    assert out.startswith("pager: Failed to send JSON POST notification")
    assert out.endswith("1 message sent; 1 message waits.\n")
    assert web.ids == ["m1-desk"]
    status, out, _ = called(desk, "alerts")
    assert status == 0
    assert "1 message waits:" in out
    assert "error=500" in " ".join(out.split())
    status, out, _ = called(desk, "alerts", "list", "--format", "json")
    told = json.loads(out)
    assert [(one["name"], one["remind_seconds"]) for one in told["channels"]] == [("desk", None), ("pager", 3600)]
    assert [(one["id"], one["attempts"]) for one in told["waiting"]] == [("m1-pager", 1)]
    assert [(one["id"], one["channel"]) for one in told["sent"]] == [("m1-desk", "desk")]
    assert "127.0.0.1" not in out


def test_a_list_of_channels_that_is_none_is_a_wrong_question(desk):
    for text in (b"nonsense", b'[{"nam": 1}]', b"[3]"):
        status, _, err = called(desk, "alerts", "deliver", "--channels", "-", stdin=text)
        assert (status, err.count("no list of channels")) == (2, 1)


def test_channels_are_tried(desk, web, caplog):
    status, _, err = called(desk, "alerts", "test")
    assert (status, "No channel is set" in err, "[[alert]]" in err) == (2, True, True)
    with web_sink() as down:
        down.always = 403
        wrong = AlertSettings("nosuch://hunter22/x", "typo")
        desk.write("dq.toml", settings(web.channel(), down.channel("pager"), wrong))
        status, out, err = called(desk, "alerts", "test")
        assert (status, err) == (3, "")
        told = " ".join(out.split())
        assert "desk ok it took the test message" in told
        assert "pager failed Failed to send JSON POST notification" in told
        assert "typo failed The channel 'typo': apprise knows no address that begins with nosuch://." in told
        assert "hunter22" not in out
        assert "again in" not in caplog.text
        assert called(desk, "alerts", "test", "--channel", "desk")[0] == 0
    assert [one["title"] for one in web.got] == ["Test of dq: this channel works"] * 2
    status, _, err = called(desk, "alerts", "test", "--channel", "nobody")
    assert (status, "No channel is named 'nobody'" in err) == (2, True)


def test_the_list_says_what_each_channel_is_told_of_and_who_cannot_be_reached(desk):
    rules = 'min_severity = "critical"\nchecks = ["stale*"]\ninstruments = ["NQ=F"]\nremind = "6h"\nresolved = false\n'
    desk.write("dq.toml", f'[[alert]]\nname = "desk"\nurl = "slack://hunter22/b/c"\n{rules}')
    filled(desk, message(1), message(1, "gone"))
    with open_history(desk.history) as history:
        for _ in range(3):
            history.unsent("m1-desk", "refused", NOON)
    status, out, _ = called(desk, "alerts", "list")
    told = " ".join(out.split())
    assert status == 0
    assert "slack critical; stale*; of NQ=F; again every 6 h; not when it ends" in told
    assert (
        "The channel desk cannot be reached: 3 attempts failed since 2026-03-08 12:00 UTC: refused. 1 message waits"
        in told
    )
    assert "never: not in dq.toml" in told
    assert told.count(" now ") == 1  # long ago is due
    assert "hunter22" not in out
