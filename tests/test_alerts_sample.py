"""What is written about alerts is so: samples are admitted, examples are what is sent, and every trouble has a rule."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alert_sinks import NOON, life

from dq.alerts import Words, matches
from dq.alerts.phrases import _PHRASES
from dq.alerts.sending import plugin_of
from dq.alerts.wording import body_of, link_of, title_of
from dq.checks import checks
from dq.model import MINUTE, OWN
from dq.reports.advice import advice, cause_text
from dq.reports.clocks import local_text
from dq.settings import AlertSettings, read_settings
from dq.suites import load_suite

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "alerts.md").read_text("utf-8")
URLS = {
    "SLACK_URL": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "PAGER_URL": "pagerduty://abcdefghijklmnopqrst@ABCDEFGHIJKLMNOPQRST",
    "MAIL_URL": "mailtos://me:secret@mail.example.com?to=ops@example.com",
}
TROUBLES = re.findall(r"^\| [^|]+ \| `(\w+)`[^|]* \| [^|]+ \| ([a-z, ]+) \|$", PAGE, re.MULTILINE)


def admitted(text, tmp_path):
    (tmp_path / "dq.toml").write_text(text, "utf-8")
    settings = read_settings(URLS, tmp_path)
    for channel in settings.alerts:
        plugin_of(channel)
    return settings.alerts


def test_samples_are_admitted_and_apprise_knows_their_addresses(tmp_path):
    [whole] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [one.name for one in admitted(whole, tmp_path)] == ["desk"]
    sample = (ROOT / "deploy" / "alerts.toml").read_text("utf-8")
    channels = admitted(sample, tmp_path)
    assert [one.name for one in channels] == ["desk", "on-call", "collector"]
    named = {check for one in channels for check in one.checks if "*" not in check}
    assert named <= {*checks(), *OWN}


def test_every_trouble_has_a_check_a_limit_and_somebody_who_is_told(tmp_path):
    channels = admitted((ROOT / "deploy" / "alerts.toml").read_text("utf-8"), tmp_path)
    entries = {(one.check, one.severity) for one in load_suite("collector").expectations}
    assert len(TROUBLES) == 12
    for check, severities in TROUBLES:
        for severity in severities.split(", "):
            assert check in OWN or (check, severity) in entries
            told = [
                one.name for one in channels if matches(one, life(check=check, kind=f"{check}||x", severity=severity))
            ]
            assert "desk" in told
            assert ("on-call" in told) is (severity == "critical" or check == "channel_down")


def test_the_examples_are_what_is_sent():
    source, pages = "PostgreSQL at db.example.com:5432/market", "https://dq.example.com"
    opened, over = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    one = life(source=source, end=NOON + 5 * MINUTE)
    words = Words(cause_text(one.cause), advice(one.check, one.cause), local_text(one.start, "America/Chicago"))
    ended = replace(one, state="resolved", resolved=NOON + 11 * MINUTE, ending="mended")
    for what, told, minute, text in (("opened", one, 6, opened), ("resolved", ended, 11, over)):
        now = NOON + minute * MINUTE
        body = body_of(what, told, now, words, link=link_of(told, pages))
        assert text == f"{title_of(what, told, now)}\n\n{body}\n"
    [hook] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(hook)["title"] == title_of("opened", one, NOON)


@pytest.mark.parametrize("scheme", sorted(set(re.findall(r"`(\w+)://[^`]*`", PAGE)) - {"https", "http"}))
def test_services_that_are_named_are_known(scheme):
    from apprise.manager_plugins import NotificationManager

    plugin_of(AlertSettings("json://h", "x"))
    assert scheme in NotificationManager()


def test_titles_have_words_for_checks_that_there_are():
    assert set(_PHRASES) <= {*checks(), *OWN}


def test_apprise_is_imported_where_something_is_sent_and_nowhere_else():
    code = "import dq.alerts, dq.cli.alerts, dq.cli.queue, dq.run.living, sys; print([n for n in ('apprise', 'requests') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
