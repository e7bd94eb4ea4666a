"""How long a source may take, what its bars are compared with, which levels are promised; and that all of it arrives."""

from pathlib import Path

import pytest
from test_settings import read

from dq.model import SECOND
from dq.run import asked_of

SAID = dict.fromkeys(("source", "window", "begin", "end", "at", "suite", "interval", "calendar", "reference"))
SAID |= {"instruments": (), "fail_on": "warning", "allow_empty": False, "jobs": 1, "no_history": True}


def asked(folder, toml="", **environment):
    return asked_of(read(folder, toml, **environment), SAID, now=0, folder=folder)


def test_how_long_a_source_may_take(tmp_path):
    toml = '[source]\nurl = "postgresql://h/d"\nconnect_timeout = "2s"\ncall_timeout = "1m"\nretries = 0'
    source = read(tmp_path, toml).source
    assert (source.connect_timeout, source.call_timeout, source.retries) == (2 * SECOND, 60 * SECOND, 0)
    access = asked(tmp_path, toml).access
    assert (access.connect_seconds, access.call_seconds, access.retries) == (2.0, 60.0, 0)


def test_unless_somebody_says_how_long(tmp_path):
    access = asked(tmp_path, '[source]\nurl = "postgresql://h/d"').access
    assert access.connect_seconds < 5
    assert (access.call_seconds, access.retries) == (30.0, 3)


def test_a_limit_may_be_as_long_as_the_deadline(tmp_path):
    limits = read(tmp_path, 'deadline = "5s"\n[source]\nconnect_timeout = "5s"\ncall_timeout = "5s"')
    assert limits.deadline == limits.source.call_timeout == 5 * SECOND


@pytest.mark.parametrize("url", ["yahoo:", "yahoo:NQ=F", "bars/", "postgresql://u@h/d"])
def test_a_reference(tmp_path, url):
    assert read(tmp_path, f'[reference]\nurl = "{url}"').reference == url


def test_levels_that_are_promised(tmp_path):
    toml = '[collector]\ncycle = "5m"\nlevels = { pivot = 4, "daily high" = 0.5 }'
    assert read(tmp_path, toml).collector.levels == {"pivot": 4.0, "daily high": 0.5}
    assert read(tmp_path, "[collector]").collector.levels == {}


@pytest.mark.parametrize("end", ["", "/", "/rest", "/rest/v1", "/rest/v1/"])
def test_the_address_of_supabase_without_its_interface(tmp_path, end):
    settings = read(tmp_path, SUPABASE_URL=f"https://abc.supabase.co{end}", SUPABASE_KEY=" sb_secret_x ")
    assert (settings.source.url, settings.source.key) == ("https://abc.supabase.co", "sb_secret_x")


def test_addresses_with_everything_that_libpq_takes(tmp_path):
    for url in (
        "postgresql:///d?host=/run/postgresql&port=5433",
        "postgresql://u:p%40ss@[::1]:5432,h2:5433/d?target_session_attrs=any",
        "postgresql://?service=bars",
        "postgresql://postgres.abc:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres?sslmode=require",
    ):
        assert read(tmp_path, DATABASE_URL=url).source.url == url


def test_the_manual_names_every_key_and_variable():
    from dq.settings.keys import ALERT, COLLECTOR, LOG, REFERENCE, SERIES, SOURCE, TOP, WATCH
    from dq.settings.variables import VARIABLES

    manual = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    for key in (*TOP, *SOURCE, *REFERENCE, *SERIES, *COLLECTOR, *ALERT, *WATCH, *LOG, *VARIABLES):
        assert key in manual, key
