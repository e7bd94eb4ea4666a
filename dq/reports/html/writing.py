"""The files of a site: each whole or not at all, the first page last, and nothing kept of an earlier build."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from dq.reports.files import as_bytes, begin_folder, copy_whole, holds, write_whole
from dq.reports.html.places import INDEX

MANIFEST = ".dq-site.json"  # what dq wrote into the folder; only that is ever removed again
_OURS = re.compile(r"(series|incidents|checks|assets)/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(html|css|js)")

Pages = Mapping[str, Callable[[], str]]  # path from the root -> what writes the page


def write_site(folder: Path, pages: Pages, assets: Mapping[str, Path]) -> Path:
    """Write all pages and what they share; `index.html` comes last, so that it never names a page that is not there.

    Pages of an earlier build that this one does not have are removed; files that dq did not write are left alone.

    Args:
        assets: path from the root -> file to copy, which is done where its size differs from the copy's.

    Returns:
        The first page.

    Raises:
        SettingsError: the folder cannot be made, or nothing can be created in it.
        DqError: the site could be begun but not finished, as on a full disk.
    """
    begin_folder(folder)
    now, before = {*pages, *assets}, _written_before(folder)
    _note(folder, now | before)  # noted first: what a build that breaks off leaves is known to the next
    for name, source in assets.items():
        if not _same_size(folder / name, source):
            copy_whole(source, folder / name)
    for name in sorted(pages, key=lambda one: one == INDEX):
        text = as_bytes(pages[name]())
        if not holds(folder / name, text):
            write_whole(folder / name, text)
    for name in before - now:
        with suppress(OSError):
            (folder / name).unlink()
    _note(folder, now)
    return folder / INDEX


def add_pages(folder: Path, pages: Pages) -> None:
    """Write those pages that are not there yet; the next build removes them where it does not have them.

    Raises:
        DqError: a page could not be written, as on a full disk.
    """
    missing = [name for name in pages if not (folder / name).exists()]
    if missing:
        _note(folder, _written_before(folder) | {*missing, INDEX})
    for name in missing:
        write_whole(folder / name, as_bytes(pages[name]()))


def _same_size(path: Path, source: Path) -> bool:
    """Whether the chart library is there already; our own assets are small, and change without changing their size."""
    try:
        return ".min." in path.name and path.stat().st_size == source.stat().st_size
    except OSError:
        return False


def _note(folder: Path, names: Iterable[str]) -> None:
    told = {"about": "What dq wrote here; the next build removes what it no longer writes.", "files": sorted(names)}
    write_whole(folder / MANIFEST, as_bytes(json.dumps(told, indent=1) + "\n"))


def _written_before(folder: Path) -> set[str]:
    """What earlier builds wrote, as far as it can be told; a list that anybody changed names nothing but such files."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, LookupError, TypeError):
        return set()
    return {one for one in files if isinstance(one, str) and _OURS.fullmatch(one)} if isinstance(files, list) else set()
