"""What goes wrong between dq and a real PostgreSQL."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
from bar_tables import create
from market_samples import NOON
from pooler import pooled
from postgres_server import Server, free_port, started
from tcp_proxy import Fault as Met
from tcp_proxy import proxy
from trouble_leaks import Leak, leak_of, question
from trouble_rows import Command, Faults

from dq.model import MINUTE, instant_text

AT = instant_text(NOON + 60 * MINUTE)
BARS = 400_060  # 28 MB on the way: more than systems keep between two programs
HOUR = ("--window", "1h", "--at", AT)
MONTHS = ("--from", instant_text(NOON - (BARS - 60) * MINUTE), "--to", AT)
SCHEMA = '[source]\nschema = "s"\n'
HUNTER = "postgresql://reader:hunter2@"

fault = Faults("Postgres")


@contextmanager
def servers(_folder: Path) -> Iterator[Server]:
    """A PostgreSQL with one series of calm bars, a bar a minute."""
    with started(max_connections=20) as server:
        server.run("CREATE SCHEMA s", "GRANT USAGE ON SCHEMA s TO reader, stranger")
        create(server, "s")
        walked(server, "s.ohlc_data", 60 - BARS)
        yield server


def walked(server: Server, table: str, first: int, last: int = 60) -> None:
    """Bars from one minute after noon to another."""
    server.run(
        f"INSERT INTO {table} SELECT 'BTC-USD', to_timestamp({NOON // 1_000_000} + 60 * n), "
        f"100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1 FROM generate_series({first}, {last - 1}) AS n"
    )


@fault("nobody listens", 3, "nobody listens there", quick=True)
def _(server):
    yield Command([f"{HUNTER}127.0.0.1:{free_port()}/bars", *HOUR])


@fault("the peer accepts and says nothing", 3, "did not answer within", soon=7)
def _(server):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield Command([f"{HUNTER}127.0.0.1:{silent.getsockname()[1]}/bars", *HOUR])


@fault("a black hole: no packet comes back", 3, "did not answer within", soon=7)
def _(server):
    with ExitStack() as stack:  # a full queue of connections: Linux drops what comes then, as a firewall does
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(full.getsockname())
        yield Command([f"{HUNTER}127.0.0.1:{full.getsockname()[1]}/bars", *HOUR])


@fault("an unknown host", 3, "no host of that name", soon=6)
def _(server):
    yield Command([f"{HUNTER}no-such-host.invalid/bars", *HOUR])


@fault("the wrong password", 3, "refused the password", quick=True)
def _(server):
    yield Command([server.tcp(password="hunter2"), *HOUR])


@fault("no such database", 3, "has no such database", quick=True)
def _(server):
    yield Command([server.tcp(name="nowhere"), *HOUR])


@fault("an address that cannot be understood", 2, "cannot be understood", quick=True)
def _(server):
    yield Command([f"{HUNTER}127.0.0.1/bars?nonsense=1", *HOUR])


@fault("no right to read the table", 3, "does not let role", quick=True)
def _(server):
    yield Command([server.tcp(user="stranger", password="stranger"), *HOUR], SCHEMA)


@fault("no such table", 3, "has no table s.ohlc_daat", quick=True)
def _(server):
    yield Command([server.tcp(), *HOUR], SCHEMA + '[source.tables]\nohlc = "ohlc_daat"\n')


@fault("a column is missing", 3, 'no column "close"')
def _(server):
    with altered(server, "DROP COLUMN close"):
        yield Command([server.tcp(), *HOUR], '[source]\nschema = "other"\n')


@fault("a column of the wrong type", 3, 'column "open" is text')
def _(server):
    with altered(server, "ALTER open TYPE text"):
        yield Command([server.tcp(), *HOUR], '[source]\nschema = "other"\n')


@fault("an empty table", 3, "There are no bars to check")
def _(server):
    with altered(server, "ALTER open TYPE real"):
        yield Command([server.tcp(), *HOUR], '[source]\nschema = "other"\n')


@contextmanager
def altered(server: Server, change: str) -> Iterator[None]:
    """An empty table like the real one, but for one change."""
    server.run("CREATE SCHEMA other", "GRANT USAGE ON SCHEMA other TO reader")
    try:
        create(server, "other")
        server.run(f"ALTER TABLE other.ohlc_data {change}")
        yield
    finally:
        server.run("DROP SCHEMA other CASCADE")


@fault("the server is starting up, and stays so", 3, "is starting up", soon=8)
def _(server):
    with started() as standby:  # a standby without a primary lets nobody in, as long as it lives
        standby.stop()
        (standby.folder / "standby.signal").touch(0o666)
        with (standby.folder / "postgresql.auto.conf").open("a") as settings:
            settings.write("hot_standby = off\n")
        standby.start()
        yield Command([standby.tcp(), *HOUR])


@fault("the server starts again within a second", 0, "62 bars, pass", bars=62, soon=8)
def _(server):
    server.stop()
    starting = threading.Timer(1.0, server.start)
    starting.start()
    try:
        yield Command([server.tcp(), *HOUR], SCHEMA)
    finally:
        starting.join()


@fault("too many clients", 3, "has no connection left", soon=8)
def _(server):
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            while True:
                stack.enter_context(psycopg.connect(server.tcp()))
        yield Command([server.tcp(), *HOUR], SCHEMA)


@fault("a statement takes too long: the table is locked", 3, "took longer than allowed")
def _(server):
    with psycopg.connect(server.url) as other:
        other.execute("LOCK TABLE s.ohlc_data IN ACCESS EXCLUSIVE MODE")
        yield Command([server.tcp(), *HOUR], SCHEMA + 'call_timeout = "1s"\n')
        other.rollback()


@fault("the deadline passes", 3, "did not end within 1s")
def _(server):
    with psycopg.connect(server.url) as other:
        other.execute("LOCK TABLE s.ohlc_data IN ACCESS EXCLUSIVE MODE")
        yield Command([server.tcp(), *HOUR, "--deadline", "1s"], SCHEMA)
        other.rollback()


def through(server: Server, met: Met, settings: str = "") -> Iterator[Command]:
    """Nine months of bars through a proxy where every connection meets with that."""
    with proxy(server.port, then=met) as way:
        yield Command([way.url(server.tcp()), *MONTHS], SCHEMA + settings)


@fault("nothing goes wrong: nine months of bars", 0, f"{BARS:,} bars, pass", bars=BARS)
def _(server):
    yield from through(server, Met())


for after, when in ((10, "while logging in"), (2_000, "early"), (1_000_000, "in the middle"), (5_000_000, "later")):

    @fault(f"the connection is cut after {after:,} bytes, {when}", 3, "PostgreSQL", soon=10)
    def _(server, after=after):
        yield from through(server, Met(after, then="cut"))


@fault("the connection is reset after 1,000,000 bytes", 3, "PostgreSQL", soon=10)
def _(server):
    yield from through(server, Met(1_000_000, then="reset"))


@fault("silence after 1,000,000 bytes", 3, "fell silent", soon=10)
def _(server):
    yield from through(server, Met(1_000_000, then="silent"), 'call_timeout = "1s"\n')


@fault("our session is killed in mid-read", 3, "ended the connection", soon=10)
def _(server):
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'"
    yield from through(server, Met(1_000_000, do=lambda: server.run(kill), delay=0.001))


@fault("the server is stopped in mid-read", 3, "PostgreSQL", soon=12)
def _(server):
    try:
        yield from through(server, Met(1_000_000, do=server.stop, delay=0.001))
    finally:
        server.start()


@fault("bars are deleted in mid-read: those of the snapshot are judged", 0, "pass", bars=BARS)
def _(server):
    gone = f"DELETE FROM s.ohlc_data WHERE timestamp >= to_timestamp({NOON // 1_000_000} - 60 * 3000)"
    try:
        yield from through(server, Met(1_000_000, do=lambda: server.run(gone)))
    finally:
        walked(server, "s.ohlc_data", -3000)


@fault("bars are inserted in mid-read: those of the snapshot are judged", 0, "pass", bars=BARS)
def _(server):
    twice = "INSERT INTO s.other SELECT * FROM s.ohlc_data"
    server.run("CREATE TABLE s.other (LIKE s.ohlc_data)", twice, "GRANT SELECT ON s.other TO reader")
    server.run("CREATE INDEX ON s.other (instrument, timestamp)")
    try:
        with proxy(server.port, then=Met(1_000_000, do=lambda: server.run(twice))) as way:
            yield Command([way.url(server.tcp()), *MONTHS], SCHEMA + '[source.tables]\nohlc = "other"\n')
    finally:
        server.run("DROP TABLE s.other")


@fault("a pooler that lends a connection for each transaction", 0, "62 bars, pass", bars=62, soon=8)
def _(server):
    with pooled(server) as pooler:
        yield Command([pooler.url(), *HOUR], SCHEMA)


@fault("a pooler that has none to lend", 3, "", soon=10)
def _(server):
    with pooled(server, default_pool_size=1) as pooler, psycopg.connect(pooler.url()) as holder:
        holder.execute("SELECT 1")
        yield Command([pooler.url(), *HOUR], SCHEMA + 'call_timeout = "1s"\n')


@fault("a pooler that dies in mid-read", 3, "PostgreSQL", soon=10)
def _(server):
    with (
        pooled(server) as pooler,
        proxy(pooler.port, Met(1_000_000, do=pooler.program.kill, delay=0.001)) as way,
    ):
        yield Command([way.url(pooler.url()), *MONTHS], SCHEMA)


def leaks(folder: Path, runs: int) -> Iterator[Leak]:
    """Around a server of their own."""
    with servers(folder) as server:
        yield from leaks_of(server, folder, runs)


def leaks_of(server: Server, folder: Path, runs: int) -> Iterator[Leak]:
    """Runs that can tell, and runs that fail before, while and after they connect."""

    def connections() -> int:
        return int(server.run("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")[0][0])

    whole = question(server.tcp(), folder, NOON + 60 * MINUTE, schema="s", retries=0)
    yield leak_of("Postgres, bars judged", whole, runs, 0, connections)
    for name, change in (
        ("nobody listens", {"url": f"{HUNTER}127.0.0.1:{free_port()}/bars"}),
        ("password refused", {"url": server.tcp(password="hunter2")}),
        ("no such table", {"table": "nowhere"}),
    ):
        asked = replace(whole, access=replace(whole.access, **change))
        yield leak_of(f"Postgres, {name}", asked, runs, 3, connections)
    with proxy(server.port, then=Met(3_000, then="cut")) as way:
        asked = replace(whole, access=replace(whole.access, url=way.url(server.tcp())))
        yield leak_of("Postgres, cut in mid-read", asked, runs, 3, connections)
