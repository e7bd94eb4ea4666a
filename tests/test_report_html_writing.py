"""The files of a site: whole or not at all, the earlier build's gone, everything else left alone."""

import json
import os
import resource
from dataclasses import replace

import pytest
from html_samples import clean_run, sick_run

from dq.model import DqError, SettingsError
from dq.reports.html import Site, write_docs
from dq.reports.html.places import asset_files, slug, slugs
from dq.reports.html.writing import MANIFEST, write_site


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_run_same_files_and_nothing_else_in_the_folder(tmp_path):
    asked, bars = sick_run()
    folder = tmp_path / "a" / "b"
    write_docs(Site(asked, bars), folder)
    before = files_of(folder)
    write_docs(Site(asked, bars), folder)
    assert files_of(folder) == before
    named = json.loads(before[MANIFEST])["files"]
    assert set(before) == {*named, MANIFEST}
    assert {path.name for path in folder.iterdir()} == {
        "index.html",
        "series",
        "incidents",
        "checks",
        "assets",
        MANIFEST,
    }


def test_pages_of_an_earlier_build_go_and_nothing_else_does(tmp_path):
    write_docs(Site(*sick_run()), tmp_path)
    mine = [tmp_path / "series" / "mine.html", tmp_path / "notes.txt", tmp_path / "earlier" / "index.html"]
    mine[2].parent.mkdir()
    for path in mine:
        path.write_text("mine")
    write_docs(Site(*clean_run()), tmp_path)
    assert sorted(path.name for path in (tmp_path / "series").iterdir()) == ["NQ_F_1m-74118e.html", "mine.html"]
    assert [path.name for path in (tmp_path / "incidents").iterdir()] == ["index.html"]
    assert all(path.read_text() == "mine" for path in mine)


def test_a_list_that_somebody_changed_removes_nothing_outside(tmp_path):
    precious = tmp_path / "precious.html"
    precious.write_text("mine")
    site = tmp_path / "site"
    (site / "series").mkdir(parents=True)
    (site / "own.html").write_text("mine")
    names = ["../precious.html", "series/../../precious.html", str(precious), "own.html", "series/.hidden", 7, None]
    for told in ({"files": names}, {"files": "series"}, {}, [], 3):
        (site / MANIFEST).write_text(json.dumps(told))
        write_site(site, {"index.html": str}, {})
    (site / MANIFEST).write_bytes(b"\xff{")
    write_site(site, {"index.html": str}, {})
    assert precious.read_text() == (site / "own.html").read_text() == "mine"


def test_a_build_that_breaks_off_keeps_the_old_first_page_and_is_cleaned_up_by_the_next(tmp_path):
    write_site(tmp_path, {"index.html": lambda: "old"}, {})

    def failing():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_site(tmp_path, {"index.html": lambda: "new", "series/a.html": lambda: "a", "series/b.html": failing}, {})
    assert (tmp_path / "index.html").read_text() == "old"
    assert (tmp_path / "series" / "a.html").exists()
    write_site(tmp_path, {"index.html": lambda: "newer"}, {})
    assert files_of(tmp_path).keys() == {"index.html", MANIFEST}


def test_the_chart_library_is_copied_once_and_mended_where_it_is_cut(tmp_path):
    write_docs(Site(*clean_run()), tmp_path)
    script = next((tmp_path / "assets").glob("plotly-*.min.js"))
    before = script.stat()
    write_docs(Site(*clean_run()), tmp_path)
    assert script.stat().st_ino == before.st_ino
    script.write_text("cut")
    write_docs(Site(*clean_run()), tmp_path)
    assert script.stat().st_size == before.st_size
    assert set(asset_files()) >= {"assets/dq.css", "assets/dq.js"}


def test_an_impossible_folder_is_a_wrong_question(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("x")
    for folder in (taken, taken / "below", tmp_path / "nul\0", tmp_path / ("x" * 300)):
        with pytest.raises(SettingsError, match="nothing can be written there"):
            write_docs(Site(*clean_run()), folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_a_wrong_question(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="Permission denied"):
        write_docs(Site(*clean_run()), tmp_path)


def test_a_page_whose_place_is_taken_is_our_own_trouble_and_leaves_no_litter(tmp_path):
    (tmp_path / "index.html").mkdir()  # nothing can take its place
    with pytest.raises(DqError, match=r"index\.html could not be written") as told:
        write_docs(Site(*clean_run()), tmp_path)
    assert told.value.exit_status == 3
    assert not [path for path in tmp_path.rglob(".*") if path.name != MANIFEST]


def test_a_disk_that_takes_no_more_is_told_with_what_to_do(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(DqError, match="could not be written") as told:
            write_site(tmp_path, {"index.html": lambda: "x" * 20_000}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Make room" in told.value.hint
    assert files_of(tmp_path).keys() == {MANIFEST}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("BTC-USD 1m", "BTC-USD_1m"),
        ("NQ=F 1m", "NQ_F_1m-"),
        ("../x", "_x-"),
        (".hidden", "hidden-"),
        ("", "-"),
        ("index", "index-"),
        ("株", "_-"),
        ("a" * 300, "a" * 80 + "-"),
    ],
)
def test_a_name_becomes_a_file_name_that_every_disk_takes(name, wanted):
    assert slug(name).startswith(wanted)
    assert slug(name) == wanted or len(slug(name)) == len(wanted) + 6


def test_names_that_a_disk_may_take_for_one_another_differ():
    names = ["aapl 1m", "AAPL 1m", "A B", "A_B", "NQ=F", "NQ/F", "MSFT"]
    found = slugs(names)
    assert len({one.lower() for one in found.values()}) == len(names)
    assert found["MSFT"] == "MSFT"


def test_a_run_whose_series_differ_by_case_alone_has_a_page_for_each(tmp_path):
    asked, _ = sick_run()
    one = asked.series[0]
    twins = [replace(one, series=replace(one.series, instrument=name)) for name in ("abc", "ABC")]
    write_docs(Site(replace(asked, series=tuple(twins), findings=(), incidents=()), {}), tmp_path)
    assert len({path.name.lower() for path in (tmp_path / "series").iterdir()}) == 2
