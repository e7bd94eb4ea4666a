"""`.env` files as collectors have them."""

import pytest

from dq.model import SettingsError
from dq.settings.dotenv import read_dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=x", "x"),
        ("export A = x ", "x"),
        ("A=", ""),
        ("A='x # y' # comment", "x # y"),
        ('A="x \\"y\\" # z"# comment', 'x "y" # z'),
        ("A=x # comment", "x"),
        ("A=x#y", "x#y"),
        ("A=# comment", ""),
        ("A=p=q&r", "p=q&r"),
        ("A=it's", "it's"),
        ('A="one\ntwo"', "one\ntwo"),
        ('A="one\\ntwo"', "one\ntwo"),
        ("A='${B}'", "${B}"),
        ("A=x${B}y", "xby"),
        ('B=c\nA="${B}"', "b"),
        ("C=c\nA=${C}", "c"),
        ("A=$B", "$B"),
        ("A=1\nA=2", "2"),
        ("  A=x\r", "x"),
    ],
)
def test_a_value(tmp_path, line, value):
    (tmp_path / ".env").write_text(line + "\n", "utf-8")
    assert read_dotenv(tmp_path / ".env", {"B": "b"})["A"].value == value


def test_lines_that_are_nothing_to_us_may_be_anything(tmp_path):
    text = '\ufeff# A=1\n\nnot a line\nA=\'x\nKEY="-----BEGIN\nabc=\n-----END"\nB=2\n=3\n'
    (tmp_path / ".env").write_text(text, "utf-8")
    found = read_dotenv(tmp_path / ".env", {})
    assert found["B"].value == "2"
    assert found["B"].line == 8
    assert "abc" not in found


def test_no_file_is_no_variables(tmp_path):
    assert read_dotenv(tmp_path / ".env", {}) == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('DATABASE_URL="postgresql://h/d', "its quote is not closed on that line"),
        ("DATABASE_URL=postgresql://u:${PW}@h/d", "it refers to ${PW}, which is not set"),
    ],
)
def test_a_fault_in_a_variable_of_ours_is_told(tmp_path, line, told):
    from dq.settings import read_settings

    (tmp_path / ".env").write_text(f"# first\n{line}\nINSTRUMENT=X\n")
    with pytest.raises(SettingsError) as raised:
        read_settings({}, tmp_path)
    assert raised.value.message == f"{tmp_path / '.env'}:2: DATABASE_URL: {told}"
