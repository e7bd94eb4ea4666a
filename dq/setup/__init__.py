"""What `dq init` infers of a source, and the files it writes of it: dq.toml, .env.example, a suite to edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dq.model import DAY, SettingsError, SourceError
from dq.setup.environment import database_environment, is_secret, plain_environment, web_environment
from dq.setup.series import Inferred, infer
from dq.setup.tables import Chosen, choose
from dq.setup.toml import Draft, as_toml
from dq.setup.writing import refuse, write
from dq.sources import Access, Listed, Source, open_source

__all__ = ["Inferred", "Setup", "draw_up", "refuse", "write"]

RECENT, FOREVER = 14 * DAY, 1 << 62
DATABASE = ("postgresql://", "postgres://")
NAIVE = "Say on which clock they were written: --timezone UTC, --timezone America/New_York."


@dataclass(frozen=True, slots=True)
class Setup:
    """What was found, and what is to be written.

    Attributes:
        label: the source, as people are told.
        files: name to text.
        variable: of the environment, that has to hold the address; "" where dq.toml does.
    """

    label: str
    series: tuple[Inferred, ...]
    files: dict[str, str]
    variable: str


def draw_up(
    access: Access,
    *,
    table: str | None,
    suite: tuple[str, str] | None,
    now: int,
    cache: Path | None,
    progress: Callable[[int, int], None],
) -> Setup:
    """Look at a source and draw up its settings.

    Args:
        table: the one with the bars, where it was named.
        suite: name and text of one that is to be copied.
        now: microseconds UTC.
        cache: where sessions are kept.
        progress: told how many of how many series are done.

    Raises:
        SourceError, BarsError: it does not answer, or has no bars.
        SettingsError: its timestamps have no zone and nobody said one, or several tables may be meant.
    """
    chosen = _chosen(access, table)
    if chosen.naive and chosen.access.timezone is None:
        raise SettingsError(f"The timestamps of {chosen.place} have no time zone.", hint=NAIVE)
    with open_source(chosen.access) as source:
        found, recent = _listed(source, now)
        seen = infer(source, found, FOREVER if source.whole else now, cache, progress)
        label = source.label
    url, variable, example = _address(chosen.access)
    draft = Draft(label, url, variable, chosen, seen, now, recent, suite[0] if suite else None)
    files = {"dq.toml": as_toml(draft), ".env.example": example}
    if suite is not None:
        files[f"expectations/{suite[0]}.json"] = suite[1]
    return Setup(label, tuple(seen), files, variable if url is None else "")


def _listed(source: Source, now: int) -> tuple[list[Listed], bool]:
    """The series of the last 14 days, or all where there are none of these; and which of both it is."""
    until = FOREVER if source.whole else now
    for since in (now - RECENT, 0):
        found = [one for one in source.listed(since, until) if len(one.stamps)]
        if found:
            return found, max(int(one.stamps[-1]) for one in found) > now - RECENT
    hint = "Let the collector write some first, or look with `dq doctor` what this role may see."
    raise SourceError(f"There are no bars in {source.label}, so there is nothing to infer", hint=hint)


def _chosen(access: Access, table: str | None) -> Chosen:
    """The table of a database by its columns; of anything else what there is."""
    if access.url.startswith(DATABASE):
        return choose(access, table)
    if "://" in access.url:
        named = access if table is None else replace(access, table=table)
        return Chosen(named, f"table {named.table}")
    from dq.setup.files import file_columns

    if table is not None:
        raise SettingsError("--table is for databases: files have none.", hint="Leave it out.")
    return Chosen(replace(access, columns={**file_columns(access), **access.columns}), "")


def _address(access: Access) -> tuple[str | None, str, str]:
    """The address as far as dq.toml may hold it, the variable that holds it otherwise, and .env.example."""
    if access.url.startswith(DATABASE):
        from dq.sources.postgres.connection import understood

        parts = understood(access.url)
        if is_secret(parts, access.url):
            return None, "DATABASE_URL", database_environment(parts)
        return access.url, "", plain_environment()
    if access.url.startswith(("https://", "http://")):
        return None, "SUPABASE_URL and SUPABASE_KEY", web_environment(access.url)
    if "://" in access.url or access.url.startswith("yahoo:"):
        return access.url, "", plain_environment()
    return str(Path(access.url).expanduser().absolute()), "", plain_environment()
