"""What goes wrong between dq and a real Supabase; the proxy in front of it does what networks and projects do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from http_proxy import Proxy, answer, capped, changed, cut, dripping, hung_up, in_front_of, silent
from market_samples import NOON
from postgres_server import Server, free_port, started
from supabase_lite import PUBLISHABLE, SECRET, Lite, lite
from trouble_leaks import Leak, leak_of, question
from trouble_postgres import AT, HOUR, walked
from trouble_rows import Command, Faults

from dq.model import MINUTE, instant_text

BARS = 20_060
WEEKS = ("--from", instant_text(NOON - 20_000 * MINUTE), "--to", AT)
COLUMNS = (
    "(instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint)"
)
TABLES = (
    f"CREATE TABLE {{schema}}.ohlc_data {COLUMNS}",
    "CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)",
    f"CREATE TABLE {{schema}}.empty {COLUMNS}",
    f"CREATE TABLE {{schema}}.hidden {COLUMNS}",
    "ALTER TABLE {schema}.hidden ENABLE ROW LEVEL SECURITY",
    f"CREATE TABLE {{schema}}.bare {COLUMNS.replace('close numeric, ', '')}",
)
HURRY = 'call_timeout = "2s"\n'

fault = Faults("REST", slack=3.0)


@dataclass(frozen=True)
class Rest:
    """A Supabase, and the PostgreSQL under it."""

    lite: Lite
    server: Server

    @property
    def settings(self) -> str:
        return f'[source]\nschema = "{self.lite.schema}"\n'


@contextmanager
def servers(_folder: Path) -> Iterator[Rest]:
    """A Supabase that gives a thousand rows at most, as they do, over one series of calm bars."""
    with started() as server, lite(server, *TABLES, rows=1000) as running:
        walked(server, f"{running.schema}.ohlc_data", -20_000)
        walked(server, f"{running.schema}.hidden", -100)
        server.run(
            f"INSERT INTO {running.schema}.bare VALUES ('BTC-USD', to_timestamp({NOON // 1_000_000}), 1, 2, 1, 3)"
        )
        yield Rest(running, server)


def ask(url: str, rest: Rest, *words: str, key: str | None = SECRET, settings: str = "") -> Command:
    return Command([url, *(words or HOUR)], rest.settings + settings, {"SUPABASE_KEY": key} if key else {})


def spoiled(rest: Rest, *plans, words: tuple[str, ...] = HOUR, settings: str = "") -> Iterator[Command]:
    """The first requests meet with those faults in their order (None: with none), all later ones with the last."""
    with in_front_of(rest.lite.port, lambda number, path: plans[min(number, len(plans) - 1)]) as proxy:
        yield ask(proxy.url, rest, *words, settings=settings)


def table(name: str) -> str:
    return f'[source.tables]\nohlc = "{name}"\n'


@fault("nothing goes wrong: two weeks of bars, a thousand an answer", 0, f"{BARS:,} bars, pass", bars=BARS, soon=10)
def _(rest):
    yield ask(rest.lite.url, rest, *WEEKS)


@fault("nobody listens", 3, "nobody listens there", soon=6)
def _(rest):
    yield ask(f"http://127.0.0.1:{free_port()}", rest)


@fault("an unknown host", 3, "no host of that name", soon=7)
def _(rest):
    yield ask("https://no-such-project.invalid", rest)


@fault("no key", 2, "SUPABASE_KEY", soon=3)
def _(rest):
    yield ask(rest.lite.url, rest, key=None)


@fault("a wrong key", 3, "refused the key")
def _(rest):
    yield ask(rest.lite.url, rest, key="sb_secret_wrong")


@fault("a schema that is not shown", 3, "does not show that schema")
def _(rest):
    yield replace(ask(rest.lite.url, rest), settings='[source]\nschema = "elsewhere"\n')


@fault("no such table", 3, "has no such table")
def _(rest):
    yield ask(rest.lite.url, rest, settings=table("ohlc_daat"))


@fault("a column is missing", 3, 'no column "close"')
def _(rest):
    yield ask(rest.lite.url, rest, settings=table("bare"))


@fault("an empty table", 3, "There are no bars to check")
def _(rest):
    yield ask(rest.lite.url, rest, settings=table("empty"))


@fault("row-level security: an anon key that sees nothing", 3, "no row of table")
def _(rest):
    yield ask(rest.lite.url, rest, key=PUBLISHABLE, settings=table("hidden"))


@fault("the same table with a key that sees it", 0, "62 bars, pass", bars=62)
def _(rest):
    yield ask(rest.lite.url, rest, settings=table("hidden"))


@fault("401", 3, "refused the key")
def _(rest):
    yield from spoiled(rest, answer(401, {"message": "Invalid API key"}))


@fault("403", 3, "does not let the secret key")
def _(rest):
    yield from spoiled(rest, answer(403, {"code": "42501", "message": "permission denied for table ohlc_data"}))


@fault("404", 3, "no REST interface there")
def _(rest):
    yield from spoiled(rest, answer(404, b"<html>Not Found</html>", Content_Type="text/html"))


@fault("429 that lasts", 3, "asks for fewer requests", soon=10)
def _(rest):
    yield from spoiled(rest, answer(429, {"message": "slow down"}))


@fault("429 with Retry-After: 1, then answers", 0, "62 bars, pass", bars=62, soon=8)
def _(rest):
    yield from spoiled(rest, answer(429, b"{}", Retry_After="1"), None)


@fault("429 with Retry-After: 3600", 3, "asks for fewer requests")
def _(rest):
    yield from spoiled(rest, answer(429, b"{}", Retry_After="3600"))


@fault("500 that lasts", 3, "status 500", soon=10)
def _(rest):
    yield from spoiled(rest, answer(500, {"message": "something went wrong"}))


@fault("503 that lasts", 3, "status 503", soon=10)
def _(rest):
    yield from spoiled(rest, answer(503, b"<html>Service Unavailable</html>", Content_Type="text/html"))


@fault("every third request fails with 503", 0, f"{BARS:,} bars, pass", bars=BARS, soon=25)
def _(rest):
    with in_front_of(rest.lite.port, lambda number, path: None if number % 3 else answer(503, b"{}")) as proxy:
        yield ask(proxy.url, rest, *WEEKS)


@fault("a web page", 3, "web page")
def _(rest):
    yield from spoiled(rest, answer(200, b"<html>Sign in to this network</html>", Content_Type="text/html"))


@fault("malformed JSON", 3, "broken JSON")
def _(rest):
    yield from spoiled(rest, answer(200, b'[{"instrument": "BTC-USD"'))


@fault("an answer that lost its last row on the way", 3, "said that it sent 562 rows and sent 561")
def _(rest):
    shorter = changed(lambda headers, body: (headers, b"\n".join(body.split(b"\n")[:-1])))
    with in_front_of(rest.lite.port, lambda number, path: shorter if "float8" in path else None) as proxy:
        yield ask(proxy.url, rest)


@fault("cut in the middle of an answer", 3, "cut the connection", soon=10)
def _(rest):
    yield from spoiled(rest, None, None, cut(100))


@fault("cut once, then answers", 0, "62 bars, pass", bars=62, soon=8)
def _(rest):
    yield from spoiled(rest, None, cut(100), None)


@fault("hung up without an answer", 3, "cut the connection", soon=10)
def _(rest):
    yield from spoiled(rest, hung_up)


@fault("silent from the beginning", 3, "did not answer within", soon=6)
def _(rest):
    yield from spoiled(rest, silent)


@fault("silent in the middle", 3, "did not end its answer within 2 s", soon=6)
def _(rest):
    yield from spoiled(rest, None, None, silent, settings=HURRY)


@fault("an answer that drips", 3, "did not end its answer within 2 s", soon=6)
def _(rest):
    yield from spoiled(rest, None, None, dripping(0.05), settings=HURRY)


@fault("the deadline passes", 3, "did not end within 2s", soon=5)
def _(rest):
    yield from spoiled(rest, None, None, silent, words=(*HOUR, "--deadline", "2s"))


@fault("pages of 100 rows", 0, f"{BARS:,} bars, pass", bars=BARS, soon=25)
def _(rest):
    yield from spoiled(rest, capped(100), words=WEEKS)


@contextmanager
def restored(rest: Rest) -> Iterator[None]:
    try:
        yield
    finally:
        rest.server.run(f"TRUNCATE {rest.lite.schema}.ohlc_data")
        walked(rest.server, f"{rest.lite.schema}.ohlc_data", -20_000)


def changing(rest: Rest, statement: str) -> Iterator[Command]:
    """That statement runs before the third request for bars."""
    seen: list[str] = []

    def plan(_number: int, path: str) -> None:
        if "float8" in path:
            seen.append(path)
            if len(seen) == 3:
                rest.server.run(statement)

    with restored(rest), in_front_of(rest.lite.port, plan) as proxy:
        yield ask(proxy.url, rest, *WEEKS)


@fault(
    "bars are deleted between two pages: those that are left are judged", 0, "19,726 bars, pass", bars=19_726, soon=15
)
def _(rest):
    yield from changing(rest, f"DELETE FROM {rest.lite.schema}.ohlc_data WHERE extract(minute FROM timestamp) = 7")


@fault("a bar is inserted behind the page that is read", 0, f"{BARS:,} bars, pass", bars=BARS, soon=15)
def _(rest):
    bars = f"{rest.lite.schema}.ohlc_data"
    yield from changing(rest, f"INSERT INTO {bars} SELECT * FROM {bars} ORDER BY timestamp LIMIT 1")


def leaks(folder: Path, runs: int) -> Iterator[Leak]:
    """Runs that can tell, and runs that fail at the beginning and in the middle."""
    with servers(folder) as rest, in_front_of(rest.lite.port) as proxy:
        yield from leaks_of(rest, proxy, folder, runs)


def leaks_of(rest: Rest, proxy: Proxy, folder: Path, runs: int) -> Iterator[Leak]:
    def connections() -> int:
        statement = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        return int(rest.server.run(statement)[0][0])

    direct = rest.lite.url, folder, NOON + 60 * MINUTE
    whole = question(*direct, schema=rest.lite.schema, key=SECRET, retries=0)
    yield leak_of("REST, bars judged", whole, runs, 0, connections)
    wrong = replace(whole, access=replace(whole.access, key="sb_secret_wrong"))
    yield leak_of("REST, key refused", wrong, runs, 3, connections)
    proxy.plan = lambda number, path: cut(100) if "float8" in path else None
    through = replace(whole, access=replace(whole.access, url=proxy.url))
    yield leak_of("REST, cut in mid-read", through, runs, 3, connections)
