"""PostgreSQL: TLS, IPv6, password files and service files, as libpq has them, through the real command."""

import shutil
import socket
import subprocess
from urllib.parse import quote

import pytest
from bar_tables import START, create, fill
from pooler import SECRET, pooled
from source_reading import MINUTE
from tcp_proxy import proxy

from dq.model import instant_text

AT = instant_text(START + 600 * MINUTE)
WORDS = ("--window", "10h", "--at", AT, "--calendar", "24/7", "--interval", "1m")
HOST = "db.example.com"


@pytest.fixture
def desk(desk, server, schema):
    """A folder in which dq.toml names the schema of a table with ten hours of two series."""
    create(server, schema, price="numeric")
    fill(server, schema, 600)
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return desk


def heard(answer, bars=1200):
    """The answer told of all bars."""
    assert (answer.errors, answer.err, answer.report["summary"]["bars"]) == ([], "", bars)
    assert "s3cret" not in answer.out
    return answer


def untold(answer):
    """The one reason why nothing could be told, and what to do."""
    assert (answer.status, answer.err) == (3, "")
    (error,) = answer.errors
    assert "s3cret" not in answer.out
    return error["message"], error["hint"]


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with the certificate of HOST, who signed it, and of another who did not."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("root", "other"):
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}")  # fmt: skip
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key",
            "-out", "server.csr", "-subj", f"/CN={HOST}")  # fmt: skip
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST}\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "server.crt")  # fmt: skip
    return folder


@pytest.fixture
def encrypted(server, certificates):
    """The port of a pooler that takes encrypted connections only."""
    key, certificate = ((certificates / name).read_text() for name in ("server.key", "server.crt"))
    with pooled(
        server, client_tls_sslmode="require", client_tls_key_file=key, client_tls_cert_file=certificate
    ) as pooler:
        yield pooler.port


def address(port, more, host=HOST):
    """A URL of the encrypted port under some name."""
    return f"postgresql://reader:{quote(SECRET, safe='')}@{host}:{port}/postgres?hostaddr=127.0.0.1&{more}"


def test_a_certificate_of_whom_is_trusted_lets_bars_pass(desk, encrypted, certificates):
    root = certificates / "root.crt"
    heard(desk.json(address(encrypted, f"sslmode=verify-full&sslrootcert={root}"), *WORDS))
    heard(desk.json(address(encrypted, f"sslmode=verify-ca&sslrootcert={root}", "127.0.0.1"), *WORDS))
    heard(desk.json(address(encrypted, "sslmode=require"), *WORDS))
    heard(desk.json(address(encrypted, "sslmode=verify-full"), *WORDS, PGSSLROOTCERT=str(root)))


def test_a_root_certificate_in_its_usual_place_is_found(desk, encrypted, certificates):
    (desk.folder / ".postgresql").mkdir()
    shutil.copy(certificates / "root.crt", desk.folder / ".postgresql")
    places = {"PGSSLROOTCERT": str(desk.folder / ".postgresql" / "root.crt")}  # libpq asks the system for the home
    heard(desk.json(address(encrypted, "sslmode=verify-full"), *WORDS, **places))


def test_a_certificate_that_another_signed_is_told(desk, encrypted, certificates):
    other = certificates / "other.crt"
    message, hint = untold(desk.json(address(encrypted, f"sslmode=verify-full&sslrootcert={other}"), *WORDS))
    assert "its certificate was not signed by the one in sslrootcert" in message
    assert "Supabase: Database settings, SSL configuration, Download certificate" in hint


def test_a_certificate_of_another_host_is_told(desk, encrypted, certificates):
    url = address(encrypted, f"sslmode=verify-full&sslrootcert={certificates / 'root.crt'}", "127.0.0.1")
    message, hint = untold(desk.json(url, *WORDS))
    assert message.endswith("is not believed: its certificate is for another host")
    assert "sslmode=verify-ca" in hint


def test_a_root_certificate_that_is_not_there_is_told(desk, encrypted, tmp_path):
    for more in (f"sslmode=verify-full&sslrootcert={tmp_path / 'none.crt'}", "sslmode=verify-full"):
        message, hint = untold(desk.json(address(encrypted, more), *WORDS, HOME=str(tmp_path / "nobody")))
        assert "there is no certificate to check it by" in message
        assert "sslrootcert=FILE" in hint
        assert "Supabase" in hint


def test_a_server_that_wants_encryption_and_one_that_has_none(server, desk, encrypted):
    message, hint = untold(desk.json(address(encrypted, "sslmode=disable&gssencmode=disable"), *WORDS))
    assert "takes encrypted connections only" in message
    assert "sslmode=require" in hint
    message, hint = untold(desk.json(f"{server.tcp()}?sslmode=require", *WORDS))
    assert "does not speak TLS" in message


def test_an_address_of_ipv6(server, desk):
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("needs IPv6")
    with proxy(server.port, host="::1") as through:
        answer = heard(desk.json(through.url(server.tcp(), host="[::1]"), *WORDS))
        assert f"PostgreSQL at [::1]:{through.port}/postgres" in answer.report["run"]["source"]
    message, _ = untold(desk.json(f"postgresql://reader:hunter2@[::1]:{through.port}/postgres", *WORDS))
    assert f"[::1]:{through.port}" in message


def test_a_password_file(server, desk):
    escaped = SECRET.replace("\\", "\\\\").replace(":", "\\:")
    desk.write("pgpass", f"127.0.0.1:{server.port}:*:reader:{escaped}\n")
    (desk.folder / "pgpass").chmod(0o600)
    url = f"postgresql://reader@127.0.0.1:{server.port}/postgres"
    heard(desk.json(url, *WORDS, PGPASSFILE=str(desk.folder / "pgpass")))
    heard(desk.json(url, *WORDS, PGPASSWORD=SECRET))
    message, hint = untold(desk.json(url, *WORDS))
    assert "asks for a password, and none was given" in message
    assert ".pgpass" in hint


def test_a_service_file(server, desk):
    service = f"[market]\nhost=127.0.0.1\nport={server.port}\nuser=reader\ndbname=postgres\npassword={SECRET}\n"
    desk.write("services", service)
    place = {"PGSERVICEFILE": str(desk.folder / "services")}
    answer = heard(desk.json("postgresql://?service=market", *WORDS, **place))
    assert answer.report["run"]["source"].startswith("PostgreSQL of service market, table ")
    heard(desk.json("postgresql:///?service=market", *WORDS, **place))
    heard(desk.json("postgresql://", *WORDS, **place, PGSERVICE="market"))
    message, hint = untold(desk.json("postgresql://?service=nothing", *WORDS, **place))
    assert "no such service" in message
    assert "PGSERVICEFILE" in hint


def test_everything_from_the_environment(server, desk):
    variables = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "reader", "PGDATABASE": "postgres"}
    answer = heard(desk.json("postgresql://", *WORDS, **variables, PGPASSWORD=SECRET))
    assert f"PostgreSQL at 127.0.0.1:{server.port}/postgres" in answer.report["run"]["source"]
