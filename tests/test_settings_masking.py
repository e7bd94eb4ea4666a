"""Addresses as they may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dq.settings import masked


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:pw@h:5432/d?sslmode=require", "postgresql://u:***@h:5432/d?sslmode=require"),
        ("postgresql://u:p@w/x@h/d", "postgresql://u:***@h/d"),
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
