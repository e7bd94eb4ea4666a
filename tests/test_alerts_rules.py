"""Which channel is told what, and how often: nobody twice, nobody of an end whose beginning he was not told."""

from dataclasses import replace

import pytest
from alert_sinks import NOON, life
from hypothesis import given
from hypothesis import strategies as st

from dq.alerts import channels_down, matches, messages_due, silence_text
from dq.alerts.queueing import pause_after
from dq.model import HOUR, MINUTE, SECOND, SEVERITIES, Message, Parcel, Told
from dq.settings import AlertSettings

NOW = NOON + 10 * MINUTE
DESK = AlertSettings("json://h", "desk", min_severity="info")


def due(one, newest=None, channel=DESK, now=NOW, **more):
    told = {(one.id, channel.name): newest} if newest else {}
    return [each.what for each in messages_due([one], told, [channel], now, **more)]


@pytest.mark.parametrize(
    ("rules", "incident", "told"),
    [
        ({}, {}, True),
        ({"min_severity": "critical"}, {"severity": "warning"}, False),
        ({"min_severity": "critical"}, {"severity": "info", "worst": "critical"}, True),
        ({"checks": ("missing_*", "stale_series")}, {}, True),
        ({"checks": ("price_*",)}, {}, False),
        ({"checks": ("Stale_series",)}, {}, False),
        ({"instruments": ("ES=F", "NQ*")}, {}, True),
        ({"instruments": ("nq*",)}, {}, False),
        ({"instruments": ("NQ*",)}, {"series": ("ES=F", "NQ=F")}, True),
        ({"instruments": ("*",)}, {"series": (), "check": "failed_cycle"}, False),
        ({}, {"series": (), "check": "failed_cycle"}, True),
        ({"instruments": ("NQ*",)}, {"series": (), "check": "could_not_tell"}, True),
        ({"checks": ("stale_series",)}, {"series": (), "check": "could_not_tell"}, False),
        ({"checks": ("could_*",)}, {"series": (), "check": "could_not_tell"}, True),
        ({"min_severity": "critical"}, {"series": (), "check": "could_not_tell", "severity": "warning"}, False),
        *(
            (rules, {"series": (), "check": "channel_down", "kind": "channel_down||pager", "severity": "warning"}, True)
            for rules in ({"min_severity": "critical"}, {"checks": ("stale_series",)}, {"instruments": ("NQ*",)})
        ),
        ({}, {"series": (), "check": "channel_down", "kind": "channel_down||desk"}, False),
        ({}, {"series": (), "check": "channel_down", "kind": "channel_down||pager"}, True),
    ],
)
def test_rules_pick_incidents(rules, incident, told):
    assert matches(AlertSettings("json://h", "desk", **rules), life(**incident)) is told


def test_a_life_is_told_step_by_step():
    warning, critical = life(severity="warning"), life(severity="critical")
    opened, worse = Told("opened", "warning", NOW), Told("worse", "critical", NOW)
    assert due(warning) == ["opened"]
    assert due(warning, opened) == []
    assert due(critical, opened) == ["worse"]
    assert due(replace(critical, severity="info"), worse) == []
    over = replace(critical, state="resolved", resolved=NOW, ending="mended")
    assert due(over, worse) == ["resolved"]
    assert due(over, Told("resolved", "critical", NOW)) == []
    assert due(over) == []
    assert due(over, worse, replace(DESK, resolved=False)) == []


def test_who_listens_to_the_worst_only_is_told_when_it_gets_there():
    pager = replace(DESK, min_severity="critical")
    assert due(life(severity="warning", state="ongoing"), channel=pager) == []
    assert due(life(severity="critical", state="worse"), channel=pager) == ["opened"]


def test_reminders_come_when_they_are_asked_for_and_the_last_message_has_arrived():
    often = replace(DESK, remind=HOUR)
    newest = Told("opened", "critical", NOW - HOUR)
    assert due(life(), newest) == []
    assert due(life(), newest, often, now=NOW - 1) == []
    assert due(life(), newest, often) == ["reminder"]
    assert due(life(), newest, often, waiting={(life().id, "desk")}) == []
    assert due(life(quiet=True), newest, often) == []


def test_what_is_known_already_is_told_again_only_if_it_gets_worse():
    ended = Told("resolved", "warning", NOW - HOUR)
    assert due(life(quiet=True)) == []
    assert due(life(quiet=True, severity="warning"), ended) == []
    assert due(life(severity="critical", state="worse"), ended) == ["opened"]
    assert due(life(severity="critical", quiet=True), ended) == ["opened"]
    assert due(life(severity="critical"), ended, replace(DESK, checks=("price_*",))) == []
    assert due(life(severity="warning", state="worse"), ended) == ["opened"]


def test_the_same_decision_is_the_same_message_and_the_next_one_another():
    often = replace(DESK, remind=HOUR)

    def identity(one, newest=None, now=NOW, channel=often):
        [sent] = messages_due([one], {(one.id, channel.name): newest} if newest else {}, [channel], now)
        return sent.id

    first = Told("opened", "critical", NOW)
    assert identity(life()) == identity(life(last_seen=NOW), now=NOW + MINUTE)
    kinds = [
        identity(life()),
        identity(life(id="another")),
        identity(life(source="other.csv")),
        identity(life(), channel=replace(often, name="pager")),
        identity(life(), first, NOW + HOUR),
        identity(life(), Told("reminder", "critical", NOW + HOUR), NOW + 2 * HOUR),
    ]
    assert len(set(kinds)) == len(kinds)


STEPS = st.lists(st.tuples(st.sampled_from(SEVERITIES), st.integers(1, 5 * HOUR)), min_size=1, max_size=12)
RULES = st.builds(
    AlertSettings,
    st.just("json://h"),
    st.just("desk"),
    st.sampled_from(SEVERITIES),
    st.just(()),
    st.sampled_from([(), ("NQ*",), ("ES*",)]),
    st.sampled_from([None, HOUR, 3 * HOUR]),
    st.booleans(),
)


@given(STEPS, st.booleans(), st.booleans(), RULES, st.booleans())
def test_whatever_happens_nobody_is_told_twice_or_of_the_end_alone(steps, quiet, resolves, rules, twice):
    now, worst, newest, sent = NOON, "info", None, []
    seen = [*steps, (None, MINUTE)] if resolves else steps
    for severity, later in seen:
        now += later
        worst = max(worst, severity or worst, key=SEVERITIES.index)
        ended = {"state": "resolved", "resolved": now} if severity is None else {"state": "ongoing"}
        one = life(severity=severity or worst, worst=worst, quiet=quiet, **ended)
        for _ in range(1 + twice):
            told = {(one.id, "desk"): newest} if newest else {}
            fresh = messages_due([one], told, [rules], now)
            assert len(fresh) <= 1
            sent += fresh
            newest = Told(fresh[0].what, fresh[0].severity, now) if fresh else newest
    _is_told_well(sent, resolves=resolves, rules=rules)


def _is_told_well(sent, *, resolves, rules):
    what = [one.what for one in sent]
    assert what.count("opened") == (1 if what else 0)
    assert what[:1] in ([], ["opened"])
    assert what.count("resolved") == (1 if what and resolves and rules.resolved else 0)
    assert "resolved" not in what[:-1]
    assert len({one.id for one in sent}) == len(sent)
    news = [SEVERITIES.index(one.severity) for one in sent if one.what in {"opened", "worse"}]
    assert news == sorted(set(news))
    assert rules.remind is not None or "reminder" not in what


def _parcel(channel, attempts=0, sent=None, at=NOON):
    told = Message(f"{channel}{at}", "bars.csv", "i", channel, "opened", "critical", "t", "b", "", at)
    return Parcel(told, attempts, "refused" if attempts else "", at, sent)


def test_a_channel_is_down_after_three_attempts_in_vain():
    parcels = [
        _parcel("desk", 2),
        _parcel("pager", 3),
        _parcel("pager", at=NOON + 1),
        _parcel("old", 9),
        _parcel("mail", 5, sent=NOW),
    ]
    down = channels_down(parcels, {"desk", "pager", "mail"})
    assert list(down) == ["pager"]
    assert silence_text("pager", down["pager"]) == (
        "The channel pager cannot be reached: 3 attempts failed since 2026-03-08 12:00 UTC: refused. 2 messages wait for it."
    )
    assert set(channels_down(parcels)) == {"pager", "old"}


def test_pauses_grow_to_half_an_hour():
    assert [pause_after(tries) // SECOND for tries in range(1, 10)] == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert pause_after(10**6) == 30 * MINUTE
