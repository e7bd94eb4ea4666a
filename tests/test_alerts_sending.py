"""One message to one channel: a real web server and a real mail server get it, or the reason is told without secrets."""

import logging
import threading

import pytest
from alert_sinks import HANG, life, mail_sink, message, web_sink
from postgres_server import free_port

from dq.alerts.sending import _kind, is_keyed, plugin_of, send
from dq.model import SettingsError
from dq.settings import AlertSettings

PAGER = "pagerduty://abcdefghijklmnopqrst@ABCDEFGHIJKLMNOPQRST/dq"


@pytest.fixture
def web():
    with web_sink() as sink:
        yield sink


def test_a_webhook_gets_the_words_and_what_a_program_needs(web):
    sent = message(link="https://dq.example.com/i")
    assert send(web.channel(), sent) == ""
    [got] = web.got
    assert (got["title"], got["message"], got["type"]) == (sent.title, sent.body, "failure")
    assert got["created"] == "2026-03-08T12:00:00.000001Z"
    names = ("id", "incident", "channel", "what", "severity", "source", "link")
    assert {name: got[name] for name in names} == {name: getattr(sent, name) for name in names}
    assert got["path"] == "/hook"


@pytest.mark.parametrize(
    ("what", "severity", "kind"),
    [
        ("opened", "warning", "warning"),
        ("worse", "critical", "failure"),
        ("opened", "info", "info"),
        ("resolved", "critical", "success"),
    ],
)
def test_how_bad_it_is_is_told_in_the_words_of_the_service(web, what, severity, kind):
    assert send(web.channel(), message(what=what, severity=severity)) == ""
    assert web.got[0]["type"] == kind


def test_bars_that_nobody_mended_are_no_success_but_end_what_a_service_keeps(web):
    over = message(what="resolved", title="Over NQ=F: inconsistent ohlc, 12:00 UTC, not seen mended")
    assert send(web.channel(), over) == ""
    assert (web.got[0]["type"], web.got[0]["what"]) == ("info", "resolved")
    assert [_kind(over, plugin_of(AlertSettings(url, "x"))) for url in (PAGER, "json://h")] == ["success", "info"]


def test_what_the_address_says_itself_is_left_alone(web):
    assert send(AlertSettings(f"{web.url}?:id=mine&:severity=&:team=blue", "desk"), message()) == ""
    assert (web.got[0]["id"], web.got[0]["team"]) == ("mine", "blue")


@pytest.mark.parametrize(("status", "said"), [(500, "error=500"), (429, "error=429"), (404, "error=404")])
def test_a_refusal_is_told_in_words(web, status, said):
    web.always = status
    assert said in send(web.channel(), message())


def test_who_hangs_is_left_and_nobody_is_shown_the_address(web):
    web.always = HANG
    channel = AlertSettings(f"{web.url}/s3cr3t-part?rto=0.2", "desk")
    said = send(channel, message())
    assert "timed out" in said
    assert "s3cr3t" not in said


def test_who_is_not_there_is_told_with_the_reason_and_without_secrets():
    said = send(AlertSettings(f"json://me:hunter22@127.0.0.1:{free_port()}/t0ken-of-mine", "desk"), message())
    assert "Connection refused" in said
    assert "hunter22" not in said
    assert "t0ken" not in said


def test_mail_arrives_as_plain_text_and_a_refusal_is_told():
    with mail_sink() as (mailbox, address):
        channel = AlertSettings(address, "mail")
        assert send(channel, message(title="CRITICAL NQ=F: no bars – since 14:05 UTC")) == ""
        [got] = mailbox.got
        assert (got["subject"], got["to"]) == ("CRITICAL NQ=F: no bars – since 14:05 UTC", "desk@example.com")
        assert "dq@example.com" in got["from"]
        assert got.get_body(("plain",)).get_content().splitlines() == message().body.splitlines()
        mailbox.refusal = "552 mailbox full"
        assert "552 mailbox full" in send(channel, message())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://hunter22/x", "knows no address that begins with nosuch://"),
        ("slack://hunter22", "cannot use its slack:// address"),
        ("json://", "cannot use its json:// address"),
    ],
)
def test_an_address_that_apprise_does_not_know_is_a_wrong_setting(url, said):
    with pytest.raises(SettingsError) as wrong:
        send(AlertSettings(url, "desk"), message())
    assert said in wrong.value.message
    assert "'desk'" in wrong.value.message
    assert "hunter22" not in wrong.value.message
    assert wrong.value.hint


def test_services_that_keep_incidents_get_ours_as_their_key():
    pager = plugin_of(AlertSettings(PAGER, "pager"), message(link="https://dq.example.com/i"))
    assert (pager.dedup, pager.action, pager.click) == (f"dq-{life().id}", "map", "https://dq.example.com/i")
    own = plugin_of(AlertSettings(f"{PAGER}?dedup=mine&action=trigger", "pager"), message())
    assert (own.dedup, own.action) == ("mine", "trigger")
    assert plugin_of(AlertSettings("opsgenie://a-b-c-d", "ops"), message()).alias == f"dq-{life().id}"
    assert [is_keyed(AlertSettings(url, "x")) for url in (PAGER, "opsgenie://a-b-c-d", "json://h")] == [
        True,
        False,
        False,
    ]


def test_timeouts_and_cuts_hold_unless_the_address_says_others():
    plain, said = (plugin_of(AlertSettings(f"json://h{more}", "x")) for more in ("", "?cto=1&rto=2"))
    assert (plain.socket_connect_timeout, plain.socket_read_timeout) == (5, 10)
    assert (said.socket_connect_timeout, said.socket_read_timeout) == (1, 2)
    long = message(body="x" * 5_000)
    [call] = plugin_of(AlertSettings(PAGER, "x"), long)._build_send_calls(long.body, long.title, body_format="text")
    assert len(call["body"]) <= 1_024
    assert call["body"].startswith(long.title)
    assert plugin_of(AlertSettings(f"{PAGER}?overflow=split", "x")).overflow_mode == "split"


def test_threads_do_not_hear_of_one_another_and_our_log_has_none_of_it(web):
    web.always, said, ours = 500, {}, []
    listener = logging.Handler()
    listener.emit = lambda record: ours.append(record.name)

    def tell(name):
        channel = web.channel() if name == "web" else AlertSettings("json://127.0.0.1:1/x", name)
        said[name] = send(channel, message())

    logging.getLogger().addHandler(listener)
    try:
        threads = [threading.Thread(target=tell, args=(name,)) for name in ("web", "nobody")]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        logging.getLogger().removeHandler(listener)
    assert "error=500" in said["web"]
    assert "refused" in said["nobody"]
    assert "apprise" not in ours
