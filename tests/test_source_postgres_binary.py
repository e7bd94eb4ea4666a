"""PostgreSQL's binary answers: whatever they hold, what was counted has to be there."""

import ast
import struct

import numpy as np
import pytest

from dq.model import SourceError
from dq.sources.postgres import binary

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER = struct.pack("!h", -1)
FLOAT8, LSEG = 701, 601


def array(*values, kind=FLOAT8, dimensions=1, nulls=0, length=None, width=8):
    """An array as PostgreSQL sends it, or as it would if it lied."""
    elements = b"".join(struct.pack("!i", width) + value for value in values)
    header = struct.pack("!iiiii", dimensions, nulls, kind, len(values) if length is None else length, 1)
    return memoryview(header + elements)


def floats(*values):
    return [struct.pack("!d", value) for value in values]


def row(*fields):
    parts = [struct.pack("!h", len(fields))]
    parts += [struct.pack("!i", -1) if field is None else struct.pack("!i", len(field)) + field for field in fields]
    return b"".join(parts)


STREAM = HEADER + row(struct.pack("!i", 1), bytes(array(*floats(1.5, 2.5)))) + row(struct.pack("!i", 2), None) + TRAILER


@pytest.mark.parametrize("size", [1, 3, 7, 40, 1000])
def test_rows_come_out_of_blocks_of_any_size(size):
    found = list(binary.rows(STREAM[at : at + size] for at in range(0, len(STREAM), size)))
    assert [binary.integer(fields[0]) for fields in found] == [1, 2]
    assert binary.floats(found[0][1], 2).tolist() == [1.5, 2.5]
    assert found[1][1] is None


def test_an_answer_that_ends_anywhere_before_its_trailer_is_incomplete():
    for end in range(len(STREAM)):
        with pytest.raises(SourceError, match="incomplete") as told:
            list(binary.rows([STREAM[:end]]))
        assert told.value.passing


def test_reading_never_calls_for_python_s_parser_which_two_threads_of_3_11_may_not_share(monkeypatch):
    prices = array(bytes(32), bytes(32), kind=LSEG, width=32)
    with monkeypatch.context() as without:
        without.setattr(ast, "parse", None)
        columns = binary.fours(prices, 2)
    assert [column.tolist() for column in columns] == [[0, 0]] * 4


def test_arrays_are_columns():
    assert binary.floats(array(*floats(1.0, np.inf, -0.0)), 3).tolist() == [1.0, np.inf, -0.0]
    assert binary.integers(array(struct.pack("!q", -5))).tolist() == [-5]
    prices = array(*(b"".join(floats(*(10 * n + k for k in range(4)))) for n in range(3)), kind=LSEG, width=32)
    assert [column.tolist() for column in binary.fours(prices, 3)] == [
        [0, 10, 20],
        [1, 11, 21],
        [2, 12, 22],
        [3, 13, 23],
    ]
    assert binary.floats(None, 0).tolist() == binary.integers(None).tolist() == []
    assert binary.integers(memoryview(struct.pack("!iii", 0, 0, FLOAT8))).tolist() == []


@pytest.mark.parametrize(
    "lie",
    [
        array(*floats(1.0, 2.0)),  # three were counted
        array(*floats(1.0, 2.0, 3.0, 4.0)),
        array(*floats(1.0, 2.0, 3.0), length=2),
        array(*floats(1.0, 2.0), length=3),
        array(*floats(1.0, 2.0, 3.0), nulls=1),
        array(*floats(1.0, 2.0, 3.0))[:-1],
        array(b"1234", b"1234", b"1234", width=4),
        None,
    ],
)
def test_an_array_that_is_not_what_was_counted_is_incomplete(lie):
    with pytest.raises(SourceError, match="PostgreSQL's answer is incomplete"):
        binary.floats(lie, 3)
