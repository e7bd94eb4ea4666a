"""Every key that the manual shows, with values that it cannot have: refused in one line that names key, value and remedy."""

import re
from pathlib import Path

import pytest
from test_settings import faults

MANUAL = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
SAMPLE = MANUAL.split("```toml\n")[1].split("```")[0]

DURATION = ("60", '"1 hour"', '"-5m"', '"99999999w"')
TEXT = ("3", '""', "[1]")
FLAG = ('"yes"', "1", '"false"')
NUMBER = ('"4"', "-1", "nan", "true")
WRONG = {
    "suite": TEXT,
    "window": (*DURATION, '"0m"'),
    "grace": DURATION,
    "deadline": (*DURATION, '"0s"'),
    "history": (*TEXT, '"mysql://u:pw@h/d"', '"postgresql://u:p w@h/d"'),
    "keep": (*DURATION, '"0d"'),
    "serve": (*TEXT, '"9464"', '"localhost"', '"127.0.0.1:99999"'),
    "pages": (*TEXT, '"dq.example.com"', '"https://"'),
    "heartbeat": (*TEXT, '"beat.example/7"', '"$NO_SUCH_VARIABLE"', '"file:no-such-file"'),
    "source.url": (*TEXT, '"ftp://u:pw@h/d"', '"yahoo:"', '"postgresql://u:p w@h/d"', '"https://u:pw@h"'),
    "source.schema": TEXT,
    "source.timezone": ('"EDST"', '"+01:00"', "1", '"America/new_yorck"'),
    "source.order_by": TEXT,
    "source.connect_timeout": DURATION,
    "source.call_timeout": DURATION,
    "source.retries": ('"3"', "-1", "1.5", "true"),
    "source.tables.ohlc": TEXT,
    "source.columns.timestamp": (*TEXT, '"open"'),
    'series."NQ=F".interval': (*DURATION, '"0m"'),
    'series."NQ=F".calendar': ('"CME_Equty"', "24", '""'),
    'series."NQ=F".tick': (*NUMBER, "0"),
    'series."NQ=F".label': ('"opne"', "1", '"Open"'),
    'series."NQ=F".delay': DURATION,
    'series."NQ=F".extended_hours': FLAG,
    'series."NQ=F".allow_non_positive': FLAG,
    'series."NQ=F".continuous': FLAG,
    'series."NQ=F".adjusted': FLAG,
    "reference.url": (*TEXT, '"ftp://u:pw@h/d"'),
    "collector.cycle": (*DURATION, '"0s"'),
    "collector.levels.daily_high": (*NUMBER, "0"),
    "collector.metrics": (*TEXT, '"127.0.0.1:9100/metrics"'),
    "collector.log": TEXT,
    "collector.names.cycle": TEXT,
    "watch[1].name": (*TEXT, '"a\\nb"', f'"{"a" * 41}"'),
    "watch[1].every": (*DURATION, '"0s"'),
    "watch[1].offset": DURATION,
    "watch[1].window": (*DURATION, '"0m"'),
    "watch[1].suite": TEXT,
    "watch[1].instruments": ("3", "[]", '"NQ=F"', "[3]"),
    "watch[1].deadline": (*DURATION, '"0s"'),
    "alert[1].url": ("3", '"slack"', '""', '"$NO_SUCH_VARIABLE"', '"file:no-such-file"'),
    "alert[1].name": TEXT,
    "alert[1].checks": ("3", "[]", '"missing_bar"'),
    "alert[1].instruments": ("3", "[]", "[3]"),
    "alert[1].remind": (*DURATION, '"0s"'),
    "alert[1].resolved": FLAG,
    "log.file": TEXT,
    "log.format": ('"yaml"', "1"),
    "log.level": ('"loud"', "1"),
    "log.max_bytes": ('"10 M"', "-1", "0", "true"),
    "log.backups": ('"3"', "-1"),
    "alert[1].min_severity": ('"warn"', '"critcal"', "2"),
}


def document(key, value):
    """A dq.toml in which that key alone is said."""
    *sections, name = re.findall(r'"[^"]*"|\w+|\[1\]', key)
    if "[1]" in sections:
        needed = {"alert": ("url", '"slack://a/b"'), "watch": ("every", '"1h"')}[sections[0]]
        other = f"{' = '.join(needed)}\n" if name != needed[0] else ""
        return f"[[{sections[0]}]]\n{other}{name} = {value}"
    head = f"[{'.'.join(sections)}]\n" if sections else ""
    return f"{head}{name} = {value}"


def test_the_manual_shows_every_key_that_is_tried():
    section, shown = "", set()
    for line in SAMPLE.splitlines():
        head, assigned = re.match(r"\[+([^\]]+)\]+", line), re.match(r"(\w+) =", line)
        section = (f"{head[1]}[1]" if line.startswith("[[") else head[1]) if head else section
        if assigned:
            shown.add(f"{section}.{assigned[1]}".lstrip("."))
    assert shown == set(WRONG)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_value_that_cannot_be(tmp_path, key, value):
    (said,) = faults(tmp_path, document(key, value))
    named = key.rpartition(".")[0] if said.startswith("dq.toml:1: source.columns: ") else key
    assert re.match(rf"dq\.toml:\d: {re.escape(named)}: \S", said), said
    assert re.search(
        r"must|write|as in|Did you mean|did you mean|needs its own|take it out|belongs|longer than|such variable|looks like|cannot be read",
        said,
    ), said
    assert "pw" not in said
    assert len(said) < 330


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[serie."NQ=F"]\ninterval = "1m"', "dq.toml:1: serie: dq knows no such key (did you mean 'series'?)"),
        ('[sources]\nurl = "a.csv"', "dq.toml:1: sources: dq knows no such key (did you mean 'source'?)"),
        ('interval = "1m"', 'dq.toml:1: interval: dq knows no such key (it belongs under [series."NAME"])'),
        ('[source]\nwindow = "1h"', "dq.toml:2: source.window: dq knows no such key (it belongs above the first section)"),
        ('[source]\nkey = "pw"', "dq.toml:2: source.key: dq knows no such key (secrets stand in .env"),
        ('url = "a.csv"', "dq.toml:1: url: dq knows no such key (it belongs under [source])"),
        ("[series.NQ=F]", 'dq.toml:1: it is not TOML: Expected \']\' at the end of a table declaration, column 11; a name such as NQ=F needs quotes: [series."NQ=F"]'),
        ("[series.BRK.B]\ntick = 1", 'dq.toml:1: series.BRK.B: a name with a dot in it needs quotes: [series."BRK.B"]'),
        ('[series.""]\ntick = 1', 'dq.toml:1: series."": it names no instrument'),
        ('suite = "ohlc_1m', "dq.toml:1: it is not TOML: a text is not closed with its quote on that line"),
        ("[reference]", "dq.toml:1: reference: its url is missing"),
        ("reference = 'yahoo:'", "dq.toml:1: reference: it must be a table with keys url"),
        ("[collector]\nlevels = ['pivot']", "dq.toml:2: collector.levels: it must be a table"),
        ("[source.tables]\nohlc = 'a'\nlevels = 'a'", "dq.toml:1: source.tables: ohlc and levels are the same table, 'a'; each needs its own"),
        ("[source.tables]\nohlc = 'public.ohlc'", "dq.toml:2: source.tables.ohlc: 'public.ohlc' is a schema and a table; write schema = \"public\" under [source], and \"ohlc\" here"),
        ('[source]\nurl = "a.csv"\n[reference]\nurl = "a.csv"', "dq.toml: reference.url: it is the source itself"),
        ('[[alert]]\nurl = "slack://a"\nchecks = ["stale_serie"]', "dq.toml:3: alert[1].checks: 'stale_serie' is no check (did you mean 'stale_series'?)"),
        ('[[alert]]\nurl = "slack://a"\nchecks = ["price_*", "stael_*"]', "dq.toml:3: alert[1].checks: 'stael_*' matches no check"),
        ('[[watch]]\nevery = "1m"\noffset = "2m"', "dq.toml:3: watch[1].offset: 2m leads past the next run; it must be shorter than 1m, its every"),
        ('[[watch]]\nevery = "1m"\ndeadline = "10m"', "dq.toml:3: watch[1].deadline: 10m lasts past the next run; it must be no longer than 1m"),
        ('deadline = "3s"\n[source]\nconnect_timeout = "5s"', "dq.toml: deadline: 3s is over before source.connect_timeout, 5s"),
        ('deadline = "3s"\n[source]\ncall_timeout = "1m"', "dq.toml: deadline: 3s is over before source.call_timeout, 1m"),
    ],
)  # fmt: skip
def test_what_people_write_by_mistake(tmp_path, toml, said):
    (found,) = faults(tmp_path, toml)
    assert found.startswith(said)
    assert "pw" not in found


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://u:hunter2 @h/d", "it has a space or a line break in it; write a space as %20"),
        ("DATABASE_URL", "'postgresql://u:hunter2@h/d'", "it stands in quotes that belong to the value"),
        ("DATABASE_URL", '"postgresql://u:hunter2@h/d"', "it stands in quotes that belong to the value"),
        ("DATABASE_URL", "postgresql://u:[YOUR-PASSWORD]@h/d", "it has a placeholder where the password belongs"),
        ("DATABASE_URL", "postgresql://u:x@h:hunter2/d", "it has something else than a number where the port belongs"),
        ("DATABASE_URL", "postgresql://u:x@hunter2@h/d", "it has an @ where none belongs"),
        ("DATABASE_URL", "postgresql://u:x@hunter2/y@h/d", "it has an @ where none belongs"),
        ("DATABASE_URL", "postgresql://u:1/hunter2@h/d", "it has an @ where none belongs"),
        ("DATABASE_URL", "postgresql://u:x@1?hunter2@h/d", "it has an @ where none belongs"),
        ("DATABASE_URL", "postgresql://u@x:hunter2@h/d", "it has an @ where none belongs"),
        ("DATABASE_URL", "postgresql://u:hunter2@h..x/d", "its host is not a name that a host can have"),
        ("DATABASE_URL", "https://u:hunter2@h", "'https://***@h' is not allowed; it must begin with postgresql://"),
        ("SUPABASE_URL", "https://supabase.com/dashboard/project/abc/settings", "it is the address of Supabase's console; that of the project is https://abc.supabase.co"),
        ("SUPABASE_URL", "https://", "it names no host"),
        ("SUPABASE_URL", "https://abc.supabase.co?apikey=hunter2", "it has more than host and path in it"),
        ("SUPABASE_URL", "abc.supabase.co", "it is not an address; it must begin with https://"),
        ("SUPABASE_KEY", "https://u:hunter2@h", "it is an address; it must be the key of the project"),
        ("SUPABASE_KEY", "hunter2 hunter2", "it has a space, a line break"),
        ("FETCH_INTERVAL_SECONDS", "1m", "'1m' is not allowed; it must be a number of seconds above 0"),
        ("FETCH_INTERVAL_SECONDS", "-60", "'-60' is not allowed"),
        ("DQ_CACHE_DIR", '"cache"', "it stands in quotes"),
    ],
)  # fmt: skip
def test_a_variable_of_the_wrong_shape(tmp_path, variable, value, said):
    (found,) = faults(tmp_path, **{variable: value})
    assert found.startswith(f"environment: {variable}: {said}")
    assert "hunter2" not in found
