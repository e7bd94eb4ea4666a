"""A Great Expectations Data Docs site, written from dq's own runs: nothing is validated again.

GX's own renderers draw results, suites and lists; the views that make HTML of them are ours, so that pages open offline
and hold nothing unescaped. No data context is made, and so no `gx` folder, no temporary site and no store.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dq.gx.docs.complaints import heard
from dq.gx.docs.entries import keep
from dq.gx.docs.results import results
from dq.gx.docs.site import Site
from dq.gx.docs.writing import begin
from dq.model import Run

__all__ = ["write_gx_docs"]

NEWEST = 500  # results that a page lists at most; the first page those that are newest


def write_gx_docs(runs: Iterable[Run], folder: Path, *, beside: Path | None = None, newest: int = NEWEST) -> Path:
    """Write a Data Docs site of these runs, or add them to the one that is there.

    Pages of results that are there already and say the same are not drawn again; results that the site holds and
    `runs` does not stay. Every page opens offline.

    Args:
        folder: made where it does not exist.
        beside: where the user's own `expectations/*.json` lie, whose suites get pages besides dq's own.
        newest: how many results the first page lists, and any other list at most.

    Returns:
        The first page.

    Raises:
        SettingsError: the folder cannot be written to, or holds another site.
        DqError: a file could not be finished, as on a full disk, or Great Expectations could not draw a page.
    """
    begin(folder)
    with heard():
        site = Site(folder, beside)
        site.write_assets()
        site.write_suites()
        for run in runs:
            for one in results(run):
                site.add(one)
        site.write_lists(newest)
    keep(folder, site.entries.values())
    return folder / "index.html"
