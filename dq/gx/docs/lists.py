"""The pages that list results: the first one with the newest, and one for each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from great_expectations.render.components import RenderedDocumentContent
from great_expectations.render.renderer.site_index_page_renderer import SiteIndexPageRenderer

from dq.gx.docs.documents import ICONS, UNKNOWN, VERDICTS, text
from dq.gx.docs.entries import Entry
from dq.gx.docs.shelf import Shelved
from dq.gx.docs.stored import moment
from dq.model import DqError
from dq.reports.clocks import utc_text
from dq.suites.words import counted


def listing(
    entries: Sequence[Entry], suites: Mapping[str, Shelved], root: str, *, with_suites: bool = False
) -> RenderedDocumentContent:
    """A list of results, the newest first as they come, as content.

    Args:
        suites: those that have a page, by name.
        root: the way from the list's page to the root, such as `../`.
        with_suites: whether suites are listed too.
    """
    links: dict[str, Any] = {"site_name": "dq", "validations_links": [_link(one, suites, root) for one in entries]}
    if with_suites:
        links["expectations_links"] = [
            {"expectation_suite_name": name, "filepath": root + suites[name].page} for name in sorted(suites)
        ]
    document: RenderedDocumentContent | None = SiteIndexPageRenderer.render(links)  # type: ignore[no-untyped-call]
    if document is None:  # the renderer logs what goes wrong, and returns nothing
        raise DqError("Great Expectations could not draw the list of results.")
    blocks = document.sections[0].content_blocks
    document.sections[0].content_blocks = blocks[1:]  # its title is the page's heading
    for tab in blocks[1].tabs:
        if tab["tab_name"] == "Validation Results":
            _tell(tab["tab_content"].table_data, entries, suites)
    return document


@dataclass(frozen=True)
class DayPage:
    """The results of one UTC day, or as many of them as fit on a page.

    Attributes:
        date: `2026-03-12`.
        part: counts the pages of a day from 1.
        whole: whether it is the only page of its day.
    """

    date: str
    part: int
    whole: bool
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        """`2026-03-12`, and where the day has several pages `2026-03-12 (2)`."""
        return self.date if self.whole else f"{self.date} ({self.part})"

    @property
    def path(self) -> str:
        """Its page, from the root of the site."""
        return f"days/{self.date}.html" if self.part == 1 else f"days/{self.date}-{self.part}.html"

    @property
    def told(self) -> str:
        """`24 results, 3 failed`."""
        failed = sum(one.verdict == "fail" for one in self.entries)
        untold = sum(one.verdict not in {"fail", "pass"} for one in self.entries)
        told = [counted(len(self.entries), "result")]
        told += [f"{failed:,} failed"] if failed else []
        told += [f"{untold:,} could not be told"] if untold else []
        return ", ".join(told)


def day_pages(entries: Sequence[Entry], most: int) -> Iterator[DayPage]:
    """The days of these results, as they come, with at most so many on a page."""
    for date, group in groupby(entries, key=lambda one: one.day):
        of_day = list(group)
        for part, start in enumerate(range(0, len(of_day), most), 1):
            yield DayPage(date, part, len(of_day) <= most, of_day[start : start + most])


def newest_told(number: int, newest: int) -> str:
    """What stands above the newest of so many results."""
    more = f"; the newest {newest:,} are listed here" if number > newest else ""
    return f"{counted(number, 'result')}{more}."


def _link(one: Entry, suites: Mapping[str, Shelved], root: str) -> dict[str, Any]:
    suite = suites.get(one.suite)
    return {
        "expectation_suite_name": one.suite,
        "expectation_suite_filepath": root + suite.page if suite else "",
        "filepath": root + one.path,
        "validation_success": one.verdict == "pass",
        "run_time": moment(one.at),
        "run_name": one.run,
        "asset_name": one.asset,
        "batch_identifier": one.window,
    }


def _tell(rows: Sequence[dict[str, Any]], entries: Sequence[Entry], suites: Mapping[str, Shelved]) -> None:
    """GX tells success by an icon alone, and times on the clock of the machine: here in words as well, and in UTC."""
    for row, one in zip(rows, entries, strict=True):
        sign = {"tag": "i", "classes": ["fas", *ICONS.get(one.verdict, UNKNOWN).split()]}
        words = VERDICTS.get(one.verdict, VERDICTS["unknown"])
        styling = {"params": {"sign": sign}}
        row["validation_success"] = text("$sign $words", {"sign": "", "words": words}, styling)
        row["run_time"], row["batch_identifier"] = utc_text(one.at), one.window
        link = row["expectation_suite_name"].string_template
        link["styling"] = {"attributes": link["styling"]["attributes"]}
        if one.suite not in suites:
            row["expectation_suite_name"] = one.suite
