"""A site while it is written."""

from __future__ import annotations

from pathlib import Path

from dq.gx.docs.documents import document
from dq.gx.docs.entries import entry_of, held, newest_first
from dq.gx.docs.lists import day_pages, listing, newest_told
from dq.gx.docs.results import Result
from dq.gx.docs.shelf import Shelved, shelved
from dq.gx.docs.views import IndexView, PageView
from dq.gx.docs.writing import write
from dq.model import SuiteError
from dq.reports.files import holds
from dq.suites import suite_names

_ASSETS = Path(__file__).parent / "assets"


class Site:
    """A site while it is written: what it holds, and the pages that are drawn."""

    def __init__(self, folder: Path, beside: Path | None) -> None:
        self.folder = folder
        self.suites: dict[str, Shelved] = {}
        self.untold: list[str] = []  # files beside the user's suites that are none
        self._find_suites(beside)
        self.entries = held(folder)
        self.changed: set[str] = set()  # days with results that were drawn anew
        self.view, self.index = PageView(), IndexView()

    def _find_suites(self, beside: Path | None) -> None:
        for name in suite_names(beside):
            try:
                suite = shelved(name, beside)
            except SuiteError as wrong:  # said on the first page: the results are worth reading without it
                self.untold.append(f"expectations/{name}.json has no page here. {wrong.message}")
            else:
                self.suites[suite.name] = suite

    def add(self, one: Result) -> None:
        """Draw a result that the site does not have yet, or has otherwise."""
        suite = self.suites.get(one.suite)
        entry = entry_of(one, suite)
        if self.entries.get(entry.path) == entry and (self.folder / entry.path).is_file():
            return
        trail = [(entry.day, f"../../days/{entry.day}.html"), (entry.run, ""), (entry.asset, "")]
        content = document(one, suite, "../../")
        write(self.folder / entry.path, self.view.page(content, "../../", heading=one.asset, trail=trail))
        self.entries[entry.path] = entry
        self.changed.add(entry.day)

    def write_suites(self) -> None:
        """The pages of suites: few, and drawn each time."""
        for name, suite in self.suites.items():
            trail = [("Expectation suites", ""), (name, "")]
            write(self.folder / suite.page, self.view.page(suite.content, "../", heading=name, trail=trail))

    def write_lists(self, newest: int) -> None:
        """The first page, and those of the days that changed."""
        entries = newest_first(self.entries.values())
        days = list(day_pages(entries, newest))
        for day in days:
            if day.date in self.changed or not (self.folder / day.path).is_file():
                heading, content = f"Results of {day.name}", listing(day.entries, self.suites, "../")
                page = self.index.page(content, "../", heading=heading, trail=[(day.name, "")], told=f"{day.told}.")
                write(self.folder / day.path, page)
        content = listing(entries[:newest], self.suites, "", with_suites=True)
        told = " ".join([newest_told(len(entries), newest), *self.untold])
        write(self.folder / "index.html", self.index.page(content, "", heading="Data Docs", told=told, days=days))

    def write_assets(self) -> None:
        """The style sheet and the script that pages share."""
        for source in sorted(_ASSETS.iterdir()):
            content = source.read_bytes()
            if not holds(self.folder / "assets" / source.name, content):
                write(self.folder / "assets" / source.name, content)
