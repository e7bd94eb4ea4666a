"""No secret in any output: every command, succeeding and failing, with a secret in every place where one may stand."""

import http.server
import socket
import threading

import pytest
from by_hand import tables, walked
from conftest import free_port
from secret_places import (
    ALERT,
    ENVIRONMENT,
    JWT,
    KEY,
    PASSWORD,
    PLAIN_KEY,
    QUERY,
    UNENCODED,
    Case,
    forms,
    leaks,
    left_behind,
    left_behind_by_a_program,
)
from validate_support import holed

from dq.model import MINUTE, SECOND, SettingsError
from dq.sources import Access, open_source

AT = 1_704_115_800 * SECOND  # 2024-01-01T13:30Z
LOUD = ("--log-level", "debug")


class Echo(http.server.BaseHTTPRequestHandler):
    """Refuses every request, and repeats in the answer whatever it was sent."""

    disable_nagle_algorithm = True

    def do_GET(self):
        body = f'{{"message": "Invalid API key", "hint": "you sent {dict(self.headers)} to {self.path}"}}'.encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  as http.server finds it

    def log_message(self, *_words):
        """Nothing on stderr of the tests."""


@pytest.fixture(scope="module")
def echo():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def silent():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="module")
def keeper(server):
    """A schema with bars, a log full of secrets and a role whose password is one; its address."""
    quoted = PASSWORD.replace("'", "''")
    server.run(
        "DROP SCHEMA IF EXISTS kept CASCADE",
        "CREATE SCHEMA kept",
        f"DO $$ BEGIN CREATE ROLE keeper LOGIN PASSWORD '{quoted}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT USAGE ON SCHEMA kept TO keeper, reader",
    )
    tables(server, "kept")
    walked(server, "kept", [AT + n * MINUTE for n in range(-600, 0) if not -30 < n < -20])
    for said in (
        f"401 for apikey: {JWT}",
        f"Authorization: Bearer {KEY}",
        f"cannot connect to {server.tcp('keeper', PASSWORD)}",
        f"POST https://hooks.example.com/{ALERT.split('/')[-1]} failed",
        f"password={QUERY} was refused",
    ):
        text = said.replace("'", "''")
        server.run(
            f"INSERT INTO kept.error_log SELECT 'collector', 'fetch {len(said)}', '{text}', 'ERROR', to_timestamp({AT // SECOND} - 60 * n) FROM generate_series(1, 20) AS n"
        )
    server.run("GRANT SELECT ON ALL TABLES IN SCHEMA kept TO keeper, reader")
    yield server.tcp("keeper", PASSWORD)
    server.run("DROP SCHEMA kept CASCADE")


@pytest.fixture
def shell(shell):
    shell.write("bars.csv", holed())
    return shell


def toml(more=""):
    return f'[source]\nschema = "kept"\n[collector]\ncycle = "60s"\n[[alert]]\nurl = "{ALERT}"\n{more}'


AGO = ("--at", "2024-01-01T13:30Z", "--window", "1h")
ASKED = {
    "validate": ("validate", *AGO, "--docs", "pages", "--suite", "collector"),
    "validate as JSON": ("validate", *AGO, "--format", "json", "--output", "run.json", *LOUD),
    "validate, every suite": ("validate", *AGO, *LOUD),
    "profile": ("profile", "--at", "2024-01-01T13:30Z", *LOUD),
    "selftest": ("selftest", *AGO, "--each", "1", "--format", "json"),
    "doctor": ("doctor",),
    "doctor as JSON": ("doctor", "--format", "json", *LOUD),
    "init": ("init",),
    "watch": ("watch", "--times", "1", "--every", "1h", "--format", "json", *LOUD),
}


@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED)
def test_what_succeeds(shell, keeper, words):
    config = {} if words[0] == "init" else {"dq.toml": toml()}
    files = {**config, ".env": f"DATABASE_URL='{keeper}'\nSUPABASE_KEY={JWT}\n"}
    status, seen = left_behind_by_a_program(shell, Case(words, variables={"PGPASSWORD": ENVIRONMENT}, files=files))
    assert leaks(seen) == set()
    assert b"dq itself failed" not in seen["stderr"]
    assert b"Traceback" not in seen["stderr"]
    assert status in ((3,) if words[0] == "watch" else (0, 1, 3))  # of now, when there are no bars any more


def failures(server, echo, silent):
    """Name to what cannot work, and how."""
    here = f"127.0.0.1:{server.port}"
    secret = PASSWORD.replace("@", "%40").replace("/", "%2F").replace(":", "%3A").replace("%'", "%25'")
    validate, nobody = ("validate", *LOUD), free_port()
    return {
        "a wrong password": Case((*validate, server.tcp("keeper", QUERY))),
        "no such database": Case((*validate, server.tcp("keeper", PASSWORD, "nowhere"))),
        "nobody listens": Case((*validate, f"postgresql://u:{secret}@127.0.0.1:{nobody}/d")),
        "a silent server": Case((*validate, f"postgresql://u:{secret}@127.0.0.1:{silent}/d", "--deadline", "1s")),
        "a password that is not encoded": Case((*validate, f"postgresql://u:{PASSWORD}@{here}/d")),
        "a port that is none": Case((*validate, f"postgresql://u:{secret}@127.0.0.1:{QUERY}/d")),
        "a password as a parameter": Case((*validate, f"postgresql://u@{here}/d?password={QUERY}&sslmode=require")),
        "a parameter that is none": Case((*validate, f"postgresql://u@{here}/d?password={QUERY}&pasword={QUERY}")),
        "a host that is none": Case((*validate, f"postgresql://u:{secret}@no..where/d")),
        "a scheme that is none": Case((*validate, f"mysql://u:{secret}@h/d")),
        "words of libpq": Case((*validate, f"host=127.0.0.1 port={nobody} user=u password={QUERY}")),
        "a variable of libpq": Case((*validate, f"postgresql://keeper@{here}/d"), variables={"PGPASSWORD": ENVIRONMENT}),
        "a key that is echoed": Case((*validate, echo), variables={"SUPABASE_KEY": KEY}),
        "a plain key that is echoed": Case((*validate, "--format", "json", echo), variables={"SUPABASE_KEY": PLAIN_KEY}),
        "a doctor of it": Case(("doctor", echo, *LOUD), variables={"SUPABASE_KEY": PLAIN_KEY}),
        "a doctor without a way in": Case(("doctor", server.tcp("keeper", QUERY), *LOUD)),
        "a doctor without an address": Case(("doctor", f"postgresql://u:{PASSWORD}@{here}/d", "--format", "json")),
        "an init without a way in": Case(("init", server.tcp("keeper", QUERY))),
        "a key of two lines": Case((*validate, echo), variables={"SUPABASE_KEY": f"{PLAIN_KEY}\n{KEY}"}),
        "a web address with a key": Case((*validate, f"{echo}/rest/v1?apikey={PLAIN_KEY}"), variables={"SUPABASE_KEY": KEY}),
        "a key for an address": Case(validate, variables={"SUPABASE_URL": JWT, "DATABASE_URL": KEY}),
        "an address for a key": Case(validate, variables={"SUPABASE_URL": echo, "SUPABASE_KEY": f"postgresql://u:{secret}@h/d"}),
        "quotes in the environment": Case(validate, variables={"DATABASE_URL": f'"postgresql://u:{secret}@h/d"'}),
        "an address for a window": Case((*validate, "bars.csv", "--window", f"postgresql://u:{secret}@h/d")),
        "an address for a suite": Case((*validate, "bars.csv", "--suite", f"postgresql://u:{secret}@h/d")),
        "keys that do not exist": Case(validate, files={"dq.toml": f'password = "{QUERY}"\n[source]\nkey = "{KEY}"\n'}),
        "alerts of another type": Case(validate, files={"dq.toml": f'[[alert]]\nurl = ["{ALERT}"]\nmin_severity = "{ALERT}"\n'}),
        "no TOML": Case(validate, files={"dq.toml": f'[[alert]]\nurl = "{ALERT}\n'}),
        "a quote that is not closed": Case(validate, files={".env": f'SUPABASE_KEY="{KEY}\nDATABASE_URL="postgresql://u:{secret}@h/d\n'}),
        "a history in a database": Case((*validate, "bars.csv"), variables={"DQ_HISTORY": f"postgresql://u:{secret}@h/d"}),
        "an output in a database": Case((*validate, "bars.csv", "--output", f"postgresql://u:{secret}@h/d")),
    }  # fmt: skip


NAMES = tuple(failures(type("Server", (), {"port": 1, "tcp": lambda *_: ""})(), "", 1))


@pytest.mark.parametrize("name", NAMES)
def test_what_fails(desk, keeper, server, echo, silent, name):
    case = failures(server, echo, silent)[name]
    status, seen = left_behind(desk, Case(case.words, variables={**case.variables, "DQ_DEBUG": "1"}, files=case.files))
    assert leaks(seen) == set()
    assert b"dq itself failed" not in seen["stderr"]
    assert status in (1, 2, 3)  # a history that is down costs no run its verdict


HALF = ("validate", "--window", "1h"), ("init",), ("watch", "--times", "1"), ("profile",), ("selftest",), ("doctor",)


@pytest.mark.parametrize("words", HALF, ids=" ".join)
def test_a_password_with_an_at_sign_ends_the_command_at_its_start(desk, silent, words):
    url = f"postgresql://dq:{UNENCODED}@127.0.0.1:{silent}/postgres"
    loud = {"validate": ("--docs", "pages", "--output", "run.json"), "watch": ("--docs", "pages")}.get(words[0], ())
    named = Case((words[0], url, *words[1:], *loud, *LOUD))
    for case in (named, Case((*words, *loud, *LOUD), variables={"DATABASE_URL": url})):
        status, seen = left_behind(desk, case)
        assert status == 2
        assert leaks(seen) == set()
        assert b"write @ as %40" in b" ".join((seen["stderr"] + seen["stdout"]).split())
        assert set(seen) == {"stdout", "stderr", "bars.csv"}
    with pytest.raises(SettingsError, match=r"an @ where none belongs") as refused:
        open_source(Access(url)).listed(0, 1)
    assert leaks({"it": f"{refused.value.message} {refused.value.hint}".encode()}) == set()


def test_the_search_would_find_one():
    assert leaks({"stderr": f"FATAL: {KEY}".encode()})
    assert all(leaks({"page.html": form.encode()}) for form in forms(PASSWORD))
