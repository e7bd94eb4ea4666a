"""The suites that a site shows, from the files that dq reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.render.components import RenderedDocumentContent
from great_expectations.render.renderer.page_renderer import ExpectationSuitePageRenderer

from dq.model import DqError, worst
from dq.reports.html.places import slug
from dq.suites import Suite, load_suite
from dq.suites.shelf import find_suite


@dataclass(frozen=True)
class Shelved:
    """A suite as a site knows it.

    Attributes:
        severities: check -> the highest severity that the suite gives it.
    """

    name: str
    severities: Mapping[str, str]
    content: RenderedDocumentContent

    @property
    def page(self) -> str:
        """Its page, from the root of the site."""
        return f"expectations/{slug(self.name)}.html"


def shelved(name: str, beside: Path | None) -> Shelved:
    """The suite of that name, of dq or of `beside`/expectations.

    Raises:
        SuiteError: the file is no suite of dq's, with every fault of it.
        DqError: Great Expectations does not take it whole.
    """
    suite = load_suite(name, beside)
    content = _renderer().render(_as_gx_has_it(find_suite(name, beside)))  # type: ignore[no-untyped-call]
    return Shelved(suite.name, _severities(suite), content)


def _severities(suite: Suite) -> dict[str, str]:
    return {
        check: worst(entry.severity for entry in suite.expectations if entry.check == check) for check in suite.checks
    }


def _as_gx_has_it(path: Path) -> ExpectationSuite:
    told = json.loads(path.read_text("utf-8-sig"))
    entries = [_with_reason(one) for one in told["expectations"]]
    suite = ExpectationSuite(**{**told, "expectations": entries})
    if len(suite.expectations) != len(entries):  # GX leaves out what it does not know, and only logs it
        known = len(suite.expectations)
        raise DqError(f"Great Expectations takes only {known} of the {len(entries)} expectations of {path}.")
    return suite


def _with_reason(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry, with the reason that it gives as GX's note; in a list, for a single one is painted red."""
    why = (entry.get("meta") or {}).get("why")
    return {"notes": [why], **entry} if why else entry


@cache
def _renderer() -> ExpectationSuitePageRenderer:
    return ExpectationSuitePageRenderer()
