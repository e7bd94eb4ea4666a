"""What a site holds, result by result: kept beside the pages, so that a later build adds to it and repeats nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dq import __version__
from dq.gx.docs.results import Result
from dq.gx.docs.shelf import Shelved
from dq.gx.docs.writing import LIST, write
from dq.model import instant_text
from dq.reports.clocks import span_text
from dq.reports.html.places import slug

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One result on the lists of a site.

    Attributes:
        at: the run's as_of, microseconds UTC.
        print: changes with what the page says, and with what draws it.
    """

    at: int
    run: str
    asset: str
    suite: str
    verdict: str
    window: str
    print: str

    @property
    def path(self) -> str:
        """Its page, from the root of the site."""
        return f"validations/{slug(self.run)}/{slug(self.asset)}.html"

    @property
    def day(self) -> str:
        """The UTC day of the run: `2026-03-12`."""
        return instant_text(self.at)[:10]


def entry_of(one: Result, suite: Shelved | None) -> Entry:
    """A result as the lists tell of it."""
    run = one.run
    said = repr((one.suite, one.verdict, one.judged, one.checks, one.findings, one.errors, run.window, run.source))
    said += repr(sorted(suite.severities.items()) if suite else None)
    mark = _print(said.encode("utf-8", "backslashreplace"), _drawn_by())
    return Entry(
        run.as_of, run.id, one.asset, one.suite, one.verdict, span_text(run.window.start, run.window.end), mark
    )


def held(folder: Path) -> dict[str, Entry]:
    """The entries of a site by path; none where there is no list, or one that cannot be read: pages are drawn anew."""
    try:
        rows = json.loads((folder / LIST).read_bytes())["results"]
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    entries = [Entry(**row) for row in rows if _is_entry(row)] if isinstance(rows, list) else []
    return {one.path: one for one in entries}


def _is_entry(row: Any) -> bool:
    kinds = {field.name: int if field.name == "at" else str for field in fields(Entry)}
    return isinstance(row, dict) and {name: type(value) for name, value in row.items()} == kinds


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By time, the newest run first; those of one run by name."""
    return sorted(entries, key=lambda one: (-one.at, one.run, one.asset))


def keep(folder: Path, entries: Iterable[Entry]) -> None:
    """Write the list, an entry a line."""
    rows = ",\n".join(json.dumps(asdict(one)) for one in newest_first(entries))
    write(folder / LIST, f'{{"about": "What dq wrote here; a later build adds to it.", "results": [\n{rows}\n]}}\n')


@cache
def _drawn_by() -> bytes:
    """What draws a page: releases, and the text of our own modules and templates."""
    ours = sorted(path for path in _HERE.parent.rglob("*") if path.suffix in {".py", ".j2"})
    releases = f"{__version__} {version('great_expectations')} {version('jinja2')}"
    return releases.encode() + b"".join(path.read_bytes() for path in ours)


def _print(*parts: bytes) -> str:
    made = blake2b(digest_size=9)
    for part in parts:
        made.update(part)
    return made.hexdigest()
