"""Where in a JSON text a value stands."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dq.suites.positions import lines_of, oddities, positions

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def places(value, path=()):
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


@given(VALUES, st.sampled_from([None, 0, 3]))
def test_every_value_is_found_in_its_order(value, indent):
    text = json.dumps(value, indent=indent)
    assert [key for key, _, _ in positions(text)] == list(places(value))
    assert list(oddities(text)) == []


@given(VALUES)
def test_every_line_is_the_one_on_which_the_value_begins(value):
    text = json.dumps(value, indent=1)
    for key, line in lines_of(text, set(places(value))).items():
        begins = text.splitlines()[line - 1].strip()
        assert not key or isinstance(key[-1], int) or begins.startswith(f"{json.dumps(key[-1])}:")


def test_a_value_that_is_absent_stands_where_its_place_would_be():
    assert lines_of('{\n"a": {\n"b": 1}}', {("a", "c", "d"), ("a", "b")}) == {("a", "c", "d"): 2, ("a", "b"): 3}


def test_what_json_does_not_have():
    text = '{"a": [NaN, "NaN"],\n"a": {"x": 1},\n"b": {"x": 1, "x": Infinity}}'
    assert list(oddities(text)) == [
        (("a", 0), 1, "NaN is no number of JSON"),
        (("a",), 2, "the key stands here a second time; keep one"),
        (("b", "x"), 3, "Infinity is no number of JSON"),
        (("b", "x"), 3, "the key stands here a second time; keep one"),
    ]
