"""Sessions on disk: read instead of computed, and never believed where they cannot be."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from dq.calendars import sessions, span
from dq.calendars.store import read_year, write_year
from dq.calendars.year import Year
from dq.model import Halt

START, END = (int(np.datetime64(day, "us").astype(np.int64)) for day in ("2019-02-20", "2019-03-05"))
HEAVY = ("pandas", "pandas_market_calendars", "exchange_calendars", "zoneinfo")
ASK = f"""
import sys
from pathlib import Path
from dq.calendars import check_calendar, sessions
check_calendar("CME_Equity")
found = sessions("CME_Equity", {START}, {END}, cache=Path(sys.argv[1]))
print(len(found), found.zone, len(found.halts), *[name for name in {HEAVY} if name in sys.modules])
"""


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "a" / "cache"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    span._years.cache_clear()


def ask(cache):
    found = sessions("CME_Equity", START, END, cache=cache)
    return found.opens.tolist(), found.closes.tolist(), found.day.tolist(), found.zone, found.halts


def ask_elsewhere(cache):
    """The same question asked by a process of its own."""
    answer = subprocess.run([sys.executable, "-c", ASK, str(cache)], capture_output=True, text=True, check=True)
    return answer.stdout.split()


def test_stored_sessions_are_those_that_were_computed(cache):
    computed = ask(cache)
    span._years.cache_clear()
    assert ask(cache) == computed == ask(None)
    assert len(computed[0]) > 10
    assert computed[4]


def test_a_stored_year_needs_no_library(cache):
    ask(cache)
    count, zone, halts, *heavy = ask_elsewhere(cache)
    assert (int(count) > 10, zone, halts, heavy) == (True, "America/Chicago", "1", [])


def test_the_folder_is_for_its_owner_alone(cache):
    ask(cache)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in cache.iterdir()} == {0o600}
    assert not [file for file in cache.iterdir() if file.name.startswith(".")]


def damaged(kind, content):
    header, about, body = content.split(b"\n", 2)
    half = len(content) // 2
    return {
        "empty": b"",
        "short": content[:half],
        "long": content + b"\0" * 8,
        "flipped": content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :],
        "foreign": b"PK\x03\x04 not ours at all",
        "other version": header.replace(b"pandas_market_calendars=", b"pandas_market_calendars=0.")
        + b"\n"
        + about
        + b"\n"
        + body,
        "other overrides": header[:-1] + (b"0" if header[-1:] != b"0" else b"1") + b"\n" + about + b"\n" + body,
        "other counts": header + b"\n" + about.replace(b"\t", b"\t9", 1) + b"\n" + body,
        "other calendar": header + b"\n" + about.replace(b"Equity", b"Exotic") + b"\n" + body,
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "empty",
        "short",
        "long",
        "flipped",
        "foreign",
        "other version",
        "other overrides",
        "other counts",
        "other calendar",
    ],
)
def test_a_file_that_cannot_be_trusted_is_computed_again(cache, kind):
    computed = ask(cache)
    (file,) = cache.iterdir()
    good = file.read_bytes()
    file.write_bytes(damaged(kind, good))
    span._years.cache_clear()
    assert ask(cache) == computed
    assert file.read_bytes() == good


def test_a_folder_in_the_place_of_the_file_does_no_harm(cache):
    computed = ask(cache)
    (file,) = cache.iterdir()
    file.unlink()
    file.mkdir()
    span._years.cache_clear()
    assert ask(cache) == computed
    assert [found.name for found in cache.iterdir()] == [file.name]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("here stands a file")
    assert ask(blocked / "cache") == ask(None)


def test_only_missing_years_are_computed_and_all_are_stored(cache):
    long_ago = START - 5 * 365 * 86_400_000_000
    ask(cache)
    (before,) = [(file, file.stat().st_mtime_ns) for file in cache.iterdir()]
    sessions("CME_Equity", long_ago, END, cache=cache)
    assert sorted(file.name for file in cache.iterdir()) == [
        f"CME_Globex_Equity_{year}.sessions" for year in range(2014, 2020)
    ]
    assert before[0].stat().st_mtime_ns == before[1]


def test_names_of_one_calendar_share_its_files(cache):
    for name in ("CMEGlobex_Gold", "GC", "CMEGlobex_Silver"):
        sessions(name, START, END, cache=cache)
    sessions("XNYS", START, END, cache=cache, extended_hours=True)
    assert sorted(file.name for file in cache.iterdir()) == [
        "CMEGlobex_Metals_2019.sessions",
        "NYSE+extended_2019.sessions",
    ]


def test_years_written_at_once_are_read_whole(cache):
    columns = np.arange(3000, dtype=np.int64)
    years = [Year(columns + shift, columns + shift + 1, columns, "UTC", (Halt(1, 2, "ü"),)) for shift in range(4)]
    seen = []

    def write_and_read(year):
        for _ in range(50):
            write_year(cache, "XLON", False, 2019, year)
            found = read_year(cache, "XLON", False, 2019)
            seen.append(
                found is not None and len(set((found.opens - columns).tolist())) == 1 and found.halts[0].why == "ü"
            )

    threads = [threading.Thread(target=write_and_read, args=(year,)) for year in years]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 200
