"""Addresses as they may be shown."""

import json
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dq.settings import masked, masked_text
from dq.settings.scrubbing import secrets_in, secrets_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:pw@h:5432/d?sslmode=require", "postgresql://u:***@h:5432/d?sslmode=require"),
        ("postgresql://u:p@w/x@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:p@ss#w@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u@corp:pw@h/d", "postgresql://u@corp:***@h/d"),
        ("postgresql://d/u:pw@h/d", "postgresql://d/u:***@h/d"),
        ("postgresql://u@h:5432/d", "postgresql://u@h:5432/d"),
        ("postgresql://h:5432/d", "postgresql://h:5432/d"),
        ("postgresql://:pw@h/d", "postgresql://:***@h/d"),
        ("postgresql:///d?host=/run&password=pw&user=u", "postgresql:///d?host=/run&password=***&user=u"),
        ("host=h password='p w' user=u", "host=h password=*** user=u"),
        ("https://abc.supabase.co", "https://abc.supabase.co"),
        ("http://localhost:54321/rest/v1", "http://localhost:54321/rest/v1"),
        ("https://u:pw@h/x", "https://***@h/***"),
        ("https://hooks.example.com/services/T/B/pw?x=pw", "https://hooks.example.com/***"),
        ("https://h?apikey=pw", "https://h/***"),
        ("slack://pw/pw/pw", "slack://***"),
        ("mailto://u:pw@example.com", "mailto://***"),
        ("yahoo:NQ=F", "yahoo:NQ=F"),
        ("bars/NQ=F.parquet", "bars/NQ=F.parquet"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_what_is_shown(url, shown):
    assert masked(url) == shown


@given(
    st.text(min_size=4).filter(
        lambda password: "***" not in password and password not in "postgresql://user:***@host/database"
    )
)
def test_no_password_is_shown_whatever_is_in_it(password):
    assert password not in masked(f"postgresql://user:{password}@host/database")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://abc.supabase.co/rest/v1/bars?apikey=pw", "GET https://abc.supabase.co/rest/v1/bars?apikey=***"),
        ("{'apikey': 'pw12', 'Authorization': 'Bearer pw12'}", "{'apikey': ***, 'Authorization': ***}"),
        ("Illegal header value b'Bearer pw123456'", "Illegal header value b'Bearer ***'"),
        ('connection to "postgresql://u:p@w@h/d" failed', 'connection to "postgresql://u:***@h/d" failed'),
        ("no slack://pw/pw here", "no slack://*** here"),
        ("none is slcak://pw/pw. Again in 30 s", "none is slcak://***. Again in 30 s"),
        ("not at http://127.0.0.1:1/pw/pw: URLError", "not at http://127.0.0.1:1/***: URLError"),
        ("the key is eyJhbGciOi.eyJyb2xl.c2ln, sb_secret_abcdefgh", "the key is ***, ***"),
        ('invalid "password=pw1" host=h', 'invalid "password=***" host=h'),
        ("password: hunter2, token: a1b2c3", "password: ***, token: ***"),
        ("as in slack://… or SUPABASE_KEY=… of https://…", "as in slack://… or SUPABASE_KEY=… of https://…"),
        ("environment: SUPABASE_KEY: it is an address", "environment: SUPABASE_KEY: it is an address"),
        ("refused the password: check it. order_by token", "refused the password: check it. order_by token"),
    ],
)
def test_what_is_shown_of_a_sentence(text, shown):
    assert masked_text(text) == shown


@given(st.text(min_size=5).filter(lambda secret: "***" not in secret and "*" not in secret))
def test_a_known_secret_is_shown_in_no_spelling(secret):
    for written in (secret, quote(secret, safe=""), repr(secret)[1:-1], json.dumps(secret)[1:-1]):
        assert written not in masked_text(f"<{written}> and {written}", [secret])


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=5))
def test_the_secret_of_an_address_is_known_as_such(password):
    url = f"postgresql://user:{quote(password, safe='')}@host/database"
    (secret,) = secrets_in(url)
    assert password in (secret, unquote(secret))
    assert list(secrets_of({"DATABASE_URL": url, "HOME": "/home-of-user"})) == [secret]


def test_which_variables_are_secret():
    secret = {"PGPASSWORD": "pw-of-pg", "SUPABASE_KEY": "key-of-it", "HOOK_TOKEN": " tok-en ", "APIKEY": "0123456"}
    others = {"LANG": "C.UTF-8", "MONKEY": "banana", "USE_TOKEN": "false", "DB_PASSWORD": "pw", "SITE_URL": "localhost"}
    assert set(secrets_of(secret | others)) == {one.strip() for one in secret.values()}
    assert set(secrets_in("slack://T0AAAAAA/B0/cccccccc?x=1")) == {"T0AAAAAA", "cccccccc"}
    assert set(secrets_in("postgresql://u@h/d?password=abcdef&sslmode=require")) == {"abcdef"}
    assert set(secrets_in("bars.csv")) == set()


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("json://127.0.0.1:44503/alerts", set()),
        ("jsons://localhost:44503/Webhook?x=1", set()),
        ("json://[::1]:44503/T0pSecret", {"T0pSecret"}),
        ("json://u:44503@10.0.0.1:44503/hooks", {"44503"}),  # a password that looks like the port
        ("json://1.2.3.4abc/x", {"1.2.3.4abc"}),
        ("tgram://123456:abcdef/99999", {"123456", "abcdef", "99999"}),
    ],
)
def test_a_machine_in_numbers_its_port_and_plain_words_are_no_secrets(address, secret):
    assert set(secrets_in(address)) == secret
    assert masked_text(address, secrets_in(address)).endswith("://***")


def test_a_password_that_is_a_plain_word_leaves_words_whole():
    said = "postgresql://h/postgres refuses postgres: password postgres"
    assert masked_text(said, ["postgres"]) == "postgresql://h/*** refuses ***: password ***"


def test_a_password_that_is_a_name_of_its_address_is_hidden_there_alone():
    for url in ("postgresql://postgres:postgres@h/bars", "postgresql://u:postgres@h/postgres?sslmode=require"):
        known = set(secrets_in(url))
        assert masked_text(f"role postgres at h, in postgres: {url}", known).startswith(
            "role postgres at h, in postgres"
        )
        assert ":***@h/" in masked_text(f"role postgres: {url}", known)
    assert set(secrets_in("postgresql://u:postgres@postgres/d")) == {"postgres"}
    assert set(secrets_in("postgresql://u:pa@ss#w0rdTail@h/d")) == {"pa@ss#w0rdTail", "ss#w0rdTail"}


def test_a_secret_that_was_cut_off_is_no_less_one():
    assert masked_text("you sent a-key-of-no-kn… to us", ["a-key-of-no-known-form"]) == "you sent ***… to us"
