"""The server of dq watch: a real one on a free port, asked over real connections."""

import http.client
import json
import os
import socket
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from html_samples import AT
from serving_support import AUDIT, FAST, WELL, Clock, asked, served, told

from dq.model import HOUR, MINUTE, SECOND, SettingsError
from dq.serving import Due, serve
from dq.serving.connections import MOST


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def serving(tmp_path, clock):
    with closing(served(tmp_path, clock)) as one:
        yield one


def document(serving, path):
    status, headers, body = asked(serving, path)
    assert headers["Content-Type"] == "application/json"
    return status, json.loads(body)


def spoken(serving, text):
    """All that comes back for bytes as they are, until the server hangs up."""
    host, port = serving.address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as plug:
        plug.sendall(text)
        return b"".join(iter(lambda: plug.recv(1 << 16), b""))


def test_alive_is_a_watch_that_turns(serving, monkeypatch):
    status, told_of = document(serving, "/healthz")
    assert (status, told_of["alive"], told_of["version"], told_of["pid"]) == (200, True, "9.9", os.getpid())
    later = time.monotonic() + 130
    monkeypatch.setattr("dq.serving.health.time.monotonic", lambda: later)
    status, told_of = document(serving, "/healthz")
    assert (status, told_of["alive"], told_of["limit_seconds"]) == (503, False, 120)
    assert told_of["silent_seconds"] >= 129
    serving.turned(allowing=600)
    later += 500
    assert document(serving, "/healthz")[0] == 200


def test_ready_is_a_watch_that_could_tell_of_late(serving, clock):
    status, told_of = document(serving, "/readyz")
    assert (status, told_of["why"]) == (503, ["no run could tell yet"])
    assert [one["next_run"] for one in told_of["cadences"]] == ["2026-03-12T15:00:00Z", "2026-03-13T00:00:00Z"]
    serving.told(told(WELL, next_at=AT + MINUTE))
    status, told_of = document(serving, "/readyz")
    assert (status, told_of["ready"], told_of["why"], told_of["breaker"]) == (200, True, [], "closed")
    fast, audit = told_of["cadences"]
    assert (fast["cadence"], fast["verdict"], fast["last_success"]) == (FAST, "pass", "2026-03-12T15:00:00Z")
    assert (fast["next_run"], fast["limit_seconds"]) == ("2026-03-12T15:01:00Z", 180)
    assert (audit["cadence"], audit["last_run"], audit["verdict"]) == (AUDIT, None, None)  # not due before the night
    assert audit["next_run"] == "2026-03-13T00:00:00Z"
    clock.now = AT + 181 * SECOND
    serving.told(told(began=clock.now, breaker="open"))
    status, told_of = document(serving, "/readyz")
    assert (status, told_of["why"], told_of["breaker"]) == (503, ["fast: no run could tell in time"], "open")
    assert told_of["cadences"][0]["last_success_age_seconds"] == 181
    serving.told(told(WELL, began=clock.now))
    clock.now = AT + 3 * 24 * HOUR
    serving.told(told(WELL, began=clock.now))
    assert document(serving, "/readyz")[1]["why"] == ["audit: no run could tell in time"]
    serving.expect({FAST: Due(MINUTE, clock.now + MINUTE)})
    status, told_of = document(serving, "/readyz")
    assert (status, told_of["cadences"][0]["next_run"]) == (200, "2026-03-15T15:01:00Z")


def test_pages_are_there_once_they_are_written(serving, tmp_path):
    assert b"no pages yet" in asked(serving, "/")[2]
    site = tmp_path / "site"
    (site / "series").mkdir(parents=True)
    (site / "index.html").write_text("<p>first</p>")
    (site / "series" / "index.html").write_text("<p>series</p>")
    (site / "series" / "NQ=F 1m.html").write_text("<p>NQ</p>")
    (site / "dq.js").write_bytes(b"x" * 300_000)
    status, headers, body = asked(serving, "/")
    assert (status, body, headers["Content-Type"]) == (200, b"<p>first</p>", "text/html; charset=utf-8")
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert asked(serving, "/series/NQ%3DF%201m.html?x=1")[2] == b"<p>NQ</p>"
    status, headers, _ = asked(serving, "/series")
    assert (status, headers["Location"]) == (301, "./series/")
    assert asked(serving, "/series/")[2] == b"<p>series</p>"
    status, headers, body = asked(serving, "/dq.js")
    assert (headers["Content-Type"], len(body)) == ("text/javascript; charset=utf-8", 300_000)
    assert asked(serving, "/dq.js", If_None_Match=headers["ETag"])[::2] == (304, b"")
    status, headers, body = asked(serving, "/dq.js", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "300000", b"")


def test_nothing_else_is_shown(serving, tmp_path):
    site = tmp_path / "site"
    (site / "empty").mkdir(parents=True)
    (tmp_path / "secret.html").write_text("secret")
    (site / ".env.html").write_text("secret")
    (site / "history.sqlite").write_text("secret")
    (site / "link.html").symlink_to(tmp_path / "secret.html")
    (site / "out").symlink_to(tmp_path)
    (site / "loop.html").symlink_to(site / "loop.html")
    os.mkfifo(site / "pipe.html")
    paths = "/../secret.html /%2e%2e/secret.html /..%2fsecret.html /empty/../../secret.html //etc/passwd /.env.html"
    paths += (
        " /history.sqlite /link.html /out/secret.html /loop.html /pipe.html /empty/ /empty /%00 /%ff /..%5csecret.html"
    )
    paths += f" {tmp_path}/secret.html http://elsewhere/ /link.html/ /a%0d%0aSet-Cookie:x * /{'x' * 5_000}"
    answers = {path: asked(serving, path)[0] for path in paths.split()}
    assert set(answers.values()) == {404}, answers
    assert asked(serving, "/" + "x" * 70_000)[0] == 414


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_only_questions_are_answered(serving, method):
    status, headers, body = asked(serving, "/healthz", method)
    assert (status, headers["Allow"], body) == (405, "GET, HEAD", b"Only GET and HEAD are answered.\n")


def test_a_connection_stays_open_for_more_questions_but_not_for_a_body(serving):
    with closing(http.client.HTTPConnection(serving.address, timeout=20)) as connection:
        for _ in range(3):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
            plug = connection.sock
        assert plug is connection.sock is not None
    smuggled = b"GET /healthz HTTP/1.1\r\nContent-Length: 27\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n"
    assert spoken(serving, smuggled).count(b"HTTP/1.1 ") == 1
    assert spoken(serving, b"GET /a b HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert spoken(serving, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n").startswith(b"HTTP/1.1 431")


def test_who_opens_connections_and_says_nothing_keeps_nobody_out(serving):
    host, port = serving.address.split(":")
    before = threading.active_count()
    lorises = [socket.create_connection((host, int(port))) for _ in range(2 * MOST)]
    for one in lorises:
        one.sendall(b"GET /heal")
    assert document(serving, "/healthz")[0] == 200
    assert threading.active_count() - before <= MOST + 3
    for one in lorises:
        one.close()


def test_many_ask_at_once(serving):
    answers = []

    def ask():
        answers.extend(asked(serving, path)[0] for path in ("/healthz", "/metrics", "/") * 3)

    askers = [threading.Thread(target=ask) for _ in range(MOST + 8)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert answers == [200] * 9 * len(askers)


def test_a_request_that_trickles_in_is_cut_off(serving, monkeypatch):
    monkeypatch.setattr("dq.serving.visit.ASKING", 0.3)
    host, port = serving.address.split(":")
    began = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=10) as plug, suppress(OSError):
        for _ in range(100):
            plug.sendall(b"G")
            time.sleep(0.05)
    assert time.monotonic() - began < 4


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 on this machine")
def test_it_listens_on_the_newer_kind_of_address(tmp_path, clock):
    try:
        one = serve("[::1]:0", tmp_path, clock)
    except SettingsError as wrong:
        pytest.skip(wrong.message)
    with closing(one):
        assert one.address.startswith("[::1]:")
        assert document(one, "/healthz")[0] == 200


def test_who_reads_without_end_is_left(serving, tmp_path, monkeypatch):
    monkeypatch.setattr("dq.serving.visit.ANSWERING", 0.3)
    (tmp_path / "site").mkdir()
    with (tmp_path / "site" / "large.js").open("wb") as large:
        large.truncate(50 << 20)
    host, port = serving.address.split(":")
    before = threading.active_count()
    with socket.create_connection((host, int(port)), timeout=10) as plug:
        plug.sendall(b"GET /large.js HTTP/1.1\r\n\r\n")
        assert plug.recv(8) == b"HTTP/1.1"
        end = time.monotonic() + 5
        while threading.active_count() > before:
            assert time.monotonic() < end
            time.sleep(0.02)
    assert document(serving, "/healthz")[0] == 200


def test_where_nobody_can_listen_it_says_what_to_do(serving, tmp_path, clock):
    with pytest.raises(SettingsError, match="Address already in use") as taken:
        serve(serving.address, tmp_path, clock)
    assert "another port" in taken.value.hint
    with pytest.raises(SettingsError, match="Cannot assign requested address"):
        serve("203.0.113.7:0", tmp_path, clock)
    with pytest.raises(SettingsError, match="there is no such host"):
        serve("no-such-host.invalid:0", tmp_path, clock)


def test_it_ends_and_leaves_nothing_behind(tmp_path, clock):
    threads, descriptors = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    one = serve("127.0.0.1:0", tmp_path, clock)
    host, port = one.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as idle:
        assert document(one, "/healthz")[0] == 200
        one.close()
        assert idle.recv(1) == b""
    one.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, int(port)), timeout=5)
    end = time.monotonic() + 5
    while (threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))) != (threads, descriptors):
        assert time.monotonic() < end
        time.sleep(0.02)
