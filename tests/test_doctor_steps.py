"""Steps: in order, each in its time; TLS as it is negotiated with a real certificate, and what addresses lead to."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

from dq.cli.deadline import within
from dq.doctor import FAILED, NOT_TRIED, OK, Line, Step, Walk, exit_status
from dq.doctor.network import Found, look_up, reach
from dq.doctor.steps import fine
from dq.doctor.targets import Target, database_targets, web_target
from dq.doctor.text import count_text, line_text
from dq.doctor.tls import database_tls, web_tls
from dq.model import SettingsError, SourceError
from dq.sources.attempt import Attempt


def refuse(kind=SourceError):
    raise kind("No.", hint="Do.")


def test_what_needs_a_step_that_failed_is_not_tried_and_the_rest_is():
    steps = [
        Step("a", lambda: fine("a", "good")),
        Step("b", refuse),
        Step("c", lambda: fine("c", "good"), ("b",)),
        Step("d", lambda: fine("d", "good"), ("a", "c")),
        Step("e", lambda: fine("e", "good"), ("a",)),
    ]
    lines = list(Walk(10, within).through(steps))
    assert [line.verdict for line in lines] == [OK, FAILED, NOT_TRIED, NOT_TRIED, OK]
    assert (lines[1].said, lines[1].hint, lines[3].said) == ("No", "Do.", "c has to be in order first")
    assert exit_status(lines) == 3
    assert exit_status(list(Walk(10, within).through([Step("b", lambda: refuse(SettingsError))]))) == 2


def test_a_step_ends_when_its_time_is_over_and_so_does_the_walk():
    steps = [Step(name, lambda: time.sleep(30), (), 0.2) for name in "abc"]
    began = time.monotonic()
    lines = list(Walk(0.3, within).through(steps))
    assert time.monotonic() - began < 5
    assert [line.verdict for line in lines] == [FAILED, FAILED, NOT_TRIED]
    assert "did not end within 0.2 s" in lines[0].said


def test_work_that_no_signal_interrupts_is_left_alone():
    with pytest.raises(TimeoutError):
        Attempt(lambda: time.sleep(5), "test").made(0.1)
    with pytest.raises(FileNotFoundError):
        Attempt(lambda: Path("/nowhere").read_text(), "test").made(5)


def test_a_line_keeps_statements_whole_and_folds_what_is_said():
    paste = "CREATE INDEX CONCURRENTLY ON a_very_long_schema.a_very_long_table (instrument, timestamp);"
    text = line_text(Line("indexes", "warning", "word " * 30, "Run it:", paste), width=60, coloured=False)
    assert text.startswith("!   indexes     word")
    assert text.splitlines()[-1].strip() == paste
    assert "\x1b" not in text
    assert line_text(fine("a", "\x1b[2Jgone"), width=60, coloured=False).count("\x1b") == 0
    assert "\x1b[31;1mx " in line_text(Line("a", FAILED, "no"), width=60, coloured=True)
    assert count_text([fine("a", "")] * 2, "dq validate", coloured=False) == "2 ok: all is in order: dq validate"


@pytest.mark.parametrize(
    ("parts", "targets"),
    [
        ({"host": "a", "port": "6543"}, [Target("a", 6543)]),
        ({"host": "a,b"}, [Target("a", 5432), Target("b", 5432)]),
        ({"host": "a,b", "port": "1,2"}, [Target("a", 1), Target("b", 2)]),
        ({"host": "a", "hostaddr": "10.0.0.1"}, [Target("a", 5432, "10.0.0.1")]),
        ({"hostaddr": "::1"}, [Target("::1", 5432, "::1")]),
        ({"host": "/run"}, [Target("/run", 5432)]),
        ({}, [Target("/var/run/postgresql", 5432)]),
    ],
)
def test_an_address_leads_to_targets(parts, targets):
    assert database_targets(parts) == targets


def test_ports_that_are_none_are_told():
    for port in ("x", "0", "70000"):
        with pytest.raises(SettingsError):
            database_targets({"host": "a", "port": port})
    for url in ("https://", "https://a:99999"):
        with pytest.raises(SettingsError):
            web_target(url)


def test_the_way_to_a_socket_that_is_a_file(tmp_path):
    (tmp_path / ".s.PGSQL.5432").write_text("")
    found, targets = Found(), [Target(str(tmp_path), 5432)]
    assert look_up(targets, found, 1).verdict == OK
    assert "it is a file" in reach(targets, found, 1).said


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that it signed itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*made, "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)
    return folder


@pytest.fixture
def speaks_tls(certificate):
    """A port that answers as PostgreSQL with TLS does, up to the handshake; `web` skips the question."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line = listening.accept()[0]
            except OSError:
                return
            if line.recv(8, socket.MSG_PEEK)[:4] == b"\0\0\0\x08":
                line.recv(8)
                line.sendall(b"S")
            try:
                context.wrap_socket(line, server_side=True).close()
            except OSError:
                line.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


@pytest.mark.parametrize(
    ("host", "mode", "authority", "verdict", "says"),
    [
        ("db.test", "require", "", "warning", "TLSv1.3, but sslmode=require takes any certificate"),
        ("db.test", "disable", "", "warning", "nothing is encrypted"),
        ("db.test", "verify-full", "own", "failed", "ostname mismatch"),
        ("db.test", "verify-ca", "own", "warning", "not whose it is"),
        ("db.test", "verify-full", "system", "failed", "self-signed certificate"),
        ("localhost", "verify-full", "own", "ok", "TLSv1.3, certificate verified (sslmode=verify-full)"),
        ("localhost", "prefer", "", "ok", "not needed on this machine"),
    ],
)
def test_what_was_negotiated_is_told(certificate, speaks_tls, host, mode, authority, verdict, says):
    root = str(certificate / "cert") if authority == "own" else authority
    found = Found(answering=[(Target(host, speaks_tls), "127.0.0.1")])
    line = database_tls(found, {"sslmode": mode, "sslrootcert": root}, 5)
    assert (line.verdict, says in line.said) == (verdict, True), line.said
    assert ("verify-full" in line.hint) == (verdict != "ok")


def test_a_certificate_of_a_web_server_is_told(speaks_tls):
    found = Found(answering=[(Target("localhost", speaks_tls), "127.0.0.1")])
    assert "self-signed" in web_tls(found, "https", 5).said
    assert web_tls(found, "http", 5).verdict == OK
    far = Found(answering=[(Target("example.test", speaks_tls), "127.0.0.1")])
    assert web_tls(far, "http", 5).verdict == "warning"
