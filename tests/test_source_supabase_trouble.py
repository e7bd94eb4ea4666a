"""Supabase over REST: whatever goes wrong is told in a sentence, in time, without a secret; what passes is tried again."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time

import psutil
import pytest
from bar_tables import SECOND, START
from conftest import free_port
from http_proxy import answer, changed, cut, dripping, hung_up, in_front_of, silent
from source_reading import ALL, FOREVER
from supabase_lite import SECRET, lite

from dq.model import BarsError, DqError, SettingsError, SourceError
from dq.sources import Access, Wanted, open_source

BARS = [
    "CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint)",
    f"INSERT INTO {{schema}}.ohlc_data SELECT 'ES', to_timestamp({START // SECOND} + 60 * n), 1, 2, 0.5, 1.5, n FROM generate_series(0, 99) AS n",
]
ES = Wanted("ES", ALL)


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *BARS) as running:
        yield running


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("dq.sources.retrying.FIRST_PAUSE", 0.01)


def read(url, schema, **access):
    with open_source(Access(url, key=access.pop("key", SECRET), schema=schema, **access)) as source:
        source.listed(START, FOREVER)
        return [len(rows.bars) for rows in source.read([ES])]


def told(rest, fault, kind=DqError, after=0, **access):
    """How reading ends if all requests from that one on meet with the fault; how many there were, and the seconds."""
    with in_front_of(rest.port, lambda number, path: fault if number >= after else None) as proxy:
        begun = time.monotonic()
        with pytest.raises(kind) as caught:
            read(proxy.url, rest.schema, **access)
        wrong, seconds = caught.value, time.monotonic() - begun
    said = wrong.message + wrong.hint
    assert SECRET not in said
    assert "hunter2" not in said
    assert "\n" not in wrong.message
    assert wrong.message.startswith("Supabase at 127.0.0.1:")
    return wrong, len(proxy.seen), seconds


REFUSED = [
    (answer(401, {"message": "Invalid API key", "hint": "Double check"}), "refused the key", "SUPABASE_KEY"),
    (answer(401, {"code": "PGRST303", "message": "JWT expired"}), "refused the key", "expired"),
    (answer(403, {"message": "no"}), "does not let the secret key (role service_role) in", "GRANT"),
    (answer(403, {"code": "42501", "message": "permission denied"}), "does not let the secret key", "GRANT SELECT"),
    (answer(404, b"<html>hunter2</html>", Content_Type="text/html"), "has no REST interface there", "project's own URL"),
    (answer(404, {"code": "PGRST205", "message": "Could not find"}), "has no such table", "[source.tables]"),
    (answer(406, {"code": "PGRST106", "message": "Invalid schema"}), "does not show that schema", "[source] schema"),
    (answer(400, {"code": "42703", "message": "column x does not exist"}), "has no such column", "[source.columns]"),
    (answer(500, {"code": "57014", "message": "statement timeout"}), "longer than the database allows", "index"),
    (answer(540, b"{}"), "is paused", "dashboard"),
    (answer(418, {"message": f"tea {SECRET} https://u:hunter2@h/"}), "status 418", "tea ***"),
    (answer(200, b"<html>Sign in</html>", Content_Type="text/html"), "answered with a web page", "project's own URL"),
    (answer(200, b'[{"instrument": "ES"'), "broken JSON", ""),
    (answer(200, b'{"rows": 3}'), "holds no rows", ""),
    (answer(200, b"\xff\xfe["), "broken JSON", ""),
    (answer(302, b"", Location="https://elsewhere.example/?key=hunter2"), "sends us elsewhere", "no other address"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "message", "hint"), REFUSED, ids=[message for _, message, _ in REFUSED])
def test_what_another_attempt_would_not_change_is_told_at_once(rest, fault, message, hint):
    wrong, asked, _ = told(rest, fault)
    assert message in wrong.message
    assert hint in wrong.hint
    assert asked <= 2
    assert wrong.exit_status == 3


PASSING = [answer(429, {"message": "slow down"}, Retry_After="0"), *map(answer, (500, 502, 503)), cut(100), hung_up]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again_and_no_more_than_asked(rest, fault):
    wrong, asked, _ = told(rest, fault, SourceError, retries=2)
    assert wrong.passing
    assert asked == 3
    assert told(rest, fault, SourceError, retries=0)[1] == 1


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("every", [2, 3])
def test_bars_are_whole_in_spite_of_troubles_that_pass(rest, fault, every):
    with in_front_of(rest.port, lambda number, path: None if number % every else fault) as proxy:
        assert read(proxy.url, rest.schema) == [100]


def test_a_server_that_asks_for_a_pause_gets_it(rest):
    with in_front_of(rest.port, lambda n, path: answer(429, b"{}", Retry_After="1") if n == 0 else None) as proxy:
        begun = time.monotonic()
        assert read(proxy.url, rest.schema) == [100]
        assert time.monotonic() - begun >= 1
    wrong, asked, seconds = told(rest, answer(429, b"{}", Retry_After="3600"))
    assert (asked, wrong.wait) == (1, 3600)
    assert seconds < 5
    date = {"Retry_After": "Sat, 21 Nov 2026 10:00:40 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}
    assert told(rest, answer(503, b"{}", **date))[0].wait in {40, None}  # http.server has a date of its own


def without_count(headers, body):
    return {name: value for name, value in headers.items() if name.lower() != "content-range"}, body


def shorter(headers, body):
    return headers, b"\n".join(body.split(b"\n")[:-1])


def of_bars(path):
    return "float8" in path


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (changed(without_count), "does not say how many bars there are"),
        (changed(shorter), "said that it sent 100 rows and sent 99"),
        (changed(lambda headers, body: (headers, body[: len(body) // 2 + 3])), "and sent|cannot be read"),
        (changed(lambda headers, body: (headers, b'a "broken\n\x00,table')), "cannot be read|other columns"),
        (changed(lambda headers, body: (headers, body.replace(b"o,h,l", b"o,l,h"))), "other columns"),
        (answer(200, b"[]"), "answered with application/json instead of rows"),
        (answer(200, b"t,o,h,l,c,v\n", Content_Type="text/csv", Content_Range="*/100"), "said that it sent|by time"),
    ],
)
def test_an_answer_that_is_not_whole_is_never_taken_for_missing_bars(rest, fault, message):
    with in_front_of(rest.port, lambda number, path: fault if of_bars(path) else None) as proxy:
        with pytest.raises(SourceError, match=message) as wrong:
            read(proxy.url, rest.schema)
        assert not wrong.value.passing


def test_a_silent_server_is_told_once_within_the_budget_to_connect(rest):
    wrong, asked, seconds = told(rest, silent, connect_seconds=1.0)
    assert wrong.message.endswith("did not answer within 1 s")
    assert "[source] connect_timeout" in wrong.hint
    assert (asked, wrong.silent, wrong.passing) == (1, True, False)
    assert 0.9 < seconds < 2


@pytest.mark.parametrize("fault", [silent, dripping(0.05)])
def test_a_call_ends_in_time_and_says_which_setting_changes_it(rest, fault):
    wrong, asked, seconds = told(rest, fault, after=1, call_seconds=1.0)
    assert "did not end its answer within 1 s while" in wrong.message
    assert "[source] call_timeout" in wrong.hint
    assert asked == 2
    assert seconds < 3


def test_headers_that_drip_end_in_time_too():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        begun = time.monotonic()
        listening.settimeout(5)

        def drip():
            client, _ = listening.accept()
            with client:
                for letter in b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100:
                    try:
                        client.send(bytes([letter]))
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(SourceError, match="did not answer within 1 s"):
            read(f"http://127.0.0.1:{listening.getsockname()[1]}", None, connect_seconds=1.0)
        assert time.monotonic() - begun < 2


def test_hosts_that_cannot_be_reached():
    with pytest.raises(SourceError, match="nobody listens there") as wrong:
        read(f"http://127.0.0.1:{free_port()}", None)
    assert wrong.value.passing
    with pytest.raises(SourceError, match=r"there is no host of that name|did not answer"):
        read("https://no-such-project.invalid", None, connect_seconds=3.0)


def test_what_speaks_no_tls_is_no_trusted_host(rest):
    with pytest.raises(SourceError, match=r"cut the connection|certificate|cannot be reached"):
        read(f"https://127.0.0.1:{rest.port}", None, retries=0, connect_seconds=3.0)


def test_a_forward_proxy_is_used_where_the_environment_names_one(rest, monkeypatch):
    with in_front_of(rest.port) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert read("http://supabase.internal", rest.schema) == [100]
        assert proxy.seen


def jwt(role):
    part = base64.urlsafe_b64encode(json.dumps({"role": role}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{part}.c2lnbmF0dXJl"


def test_a_key_is_asked_for_before_anything_is_fetched():
    for key in (None, "", "  "):
        with pytest.raises(SettingsError, match="SUPABASE_KEY is not set") as wrong:
            open_source(Access("https://abcdefgh.supabase.co", key=key))
        assert ".env" in wrong.value.hint
    with pytest.raises(SettingsError, match="SUPABASE_KEY: it has a space"):
        open_source(Access("https://abcdefgh.supabase.co", key="two words"))


@pytest.mark.parametrize("key", [jwt("anon"), "nonsense", "a.b.c", "sb_secret_wrong"])
def test_a_wrong_key_is_refused_by_the_real_server(rest, key):
    with pytest.raises(SourceError, match="refused the key") as wrong:
        read(rest.url, rest.schema, key=key)
    assert key not in wrong.value.message + wrong.value.hint


def test_tables_are_named_where_the_server_tells_them(rest):
    described = answer(200, {"definitions": {"ohlc_bars": {}, "users": {}}}, Content_Type="application/openapi+json")
    with in_front_of(
        rest.port, lambda number, path: described if path.split("?")[0].endswith("/v1/") else None
    ) as proxy:
        with pytest.raises(BarsError, match="has no such table") as wrong:
            read(proxy.url, rest.schema, table="ohlc_dta")
        assert "It has ohlc_bars" in wrong.value.hint


def test_descriptors_and_threads_are_given_back(rest):
    me = psutil.Process()

    def once():
        assert read(rest.url, rest.schema) == [100]
        with pytest.raises(SourceError):
            read(rest.url, rest.schema, key="sb_secret_wrong")
        told(rest, hung_up, after=4, retries=0)

    once()
    before = me.num_fds(), threading.active_count()
    for _ in range(10):
        once()
    assert me.num_fds() <= before[0] + 2
    assert threading.active_count() <= before[1] + 2
