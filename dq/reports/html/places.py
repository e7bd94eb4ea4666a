"""Where everything of a site is: names of files that any disk and any address takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from dq.model import Run
from dq.reports.words import worst_first

INDEX = "index.html"
CHECKS = "checks/index.html"
INCIDENTS = "incidents/index.html"
ASSETS = Path(__file__).parent / "assets"

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_PAGES = 500  # incidents that have a page of their own, the worst of them
_LONGEST = 80  # characters of a name that are kept: folders differ in what they take, and addresses are read


@dataclass(frozen=True)
class Places:
    """The pages of a run, by what they tell of, as paths from the root of the site.

    Attributes:
        series: name of each judged series (`Series.name`) -> its page. A series that was not judged has none.
        incidents: id -> page, of the worst of them, and of those that the history knows besides.
        checks: name -> page, of those that this dq knows and those that the run names.
    """

    series: Mapping[str, str]
    incidents: Mapping[str, str]
    checks: Mapping[str, str]

    def finding(self, run: Run, at: int) -> str:
        """The chart of the finding at that position of the run: `series/NQ_F_1m-2c4ab1.html#f12`; empty where none is."""
        series = run.findings[at].series
        page = self.series.get(series.name, "") if series else ""
        return page and f"{page}#f{at}"


def places_of(run: Run, checks: Iterable[str] = (), incidents: Iterable[str] = ()) -> Places:
    """The pages of a run.

    Args:
        checks: the checks that dq knows, which have a page even where the run did not ask them.
        incidents: ids that have a page although the run does not tell of them.
    """
    asked = {one.check for series in run.series for one in series.checks}
    named = {*checks, *asked, *(one.check for one in run.findings), *(one.check for one in run.incidents)}
    return Places(
        series=_paths("series", (one.series.name for one in run.series)),
        incidents=_paths("incidents", [*(one.id for one in worst_first(run.incidents)[:_PAGES]), *incidents]),
        checks=_paths("checks", sorted(named)),
    )


def slug(name: str) -> str:
    """A name of ASCII letters, digits, `-`, `_` and `.`, the same for the same name.

    Blanks become `_`; a name that loses more than that ends in six digits of its hash: `NQ=F 1m` is `NQ_F_1m-` and
    those, so that it cannot be taken for `NQ_F 1m`.
    """
    spaced = name.replace(" ", "_")
    plain = _UNSAFE.sub("_", spaced).strip(".")[:_LONGEST]
    return plain if plain and plain == spaced and plain.lower() != "index" else _hashed(plain, name)


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Slugs that differ from one another on disks too that do not tell `a` from `A`."""
    found = {name: slug(name) for name in names}
    many = Counter(one.lower() for one in found.values())
    return {name: one if many[one.lower()] == 1 else _hashed(one, name) for name, one in found.items()}


@cache
def plotly_script() -> tuple[str, Path]:
    """The name of the chart library's script in a site, and the file of the installed package: nothing is imported."""
    found = find_spec("plotly")
    folder = Path(found.origin).parent if found and found.origin else Path()
    return f"assets/plotly-{version('plotly')}.min.js", folder / "package_data" / "plotly.min.js"


def asset_files() -> dict[str, Path]:
    """Every file that pages share: path from the root of the site -> where it is copied from."""
    ours = {f"assets/{path.name}": path for path in sorted(ASSETS.iterdir()) if path.suffix in {".css", ".js"}}
    return dict([*ours.items(), plotly_script()])


def _paths(folder: str, names: Iterable[str]) -> dict[str, str]:
    return {name: f"{folder}/{one}.html" for name, one in slugs(names).items()}


def _hashed(plain: str, name: str) -> str:
    return f"{plain}-{blake2b(name.encode('utf-8', 'backslashreplace'), digest_size=3).hexdigest()}"
