"""What `dq init` infers of a source, and the files it writes of it: dq.toml, .env.example, a suite to edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dq.model import DAY, SettingsError, SourceError, instant_text
from dq.run.fetch import ALWAYS, KNOWN_FOR
from dq.setup.environment import database_environment, is_secret, plain_environment, web_environment
from dq.setup.series import Inferred, infer
from dq.setup.tables import Chosen, choose
from dq.setup.toml import Draft, as_toml
from dq.setup.writing import refuse, write
from dq.sources import Access, Listed, Source, open_source

__all__ = ["Inferred", "Setup", "draw_up", "refuse", "write"]

DATABASE = ("postgresql://", "postgres://")
WEB = ("https://", "http://")
LATER = 36_525 * DAY  # in which bars after an instant are looked for
NAIVE = "Say on which clock they were written: --timezone UTC, --timezone America/New_York."


@dataclass(frozen=True, slots=True)
class Setup:
    """What was found, and what is to be written.

    Attributes:
        label: the source, as people are told.
        files: name to text.
        variable: of the environment, that has to hold the address; "" where dq.toml does.
        note: which table was taken, where it was named otherwise, or "".
    """

    label: str
    series: tuple[Inferred, ...]
    files: dict[str, str]
    variable: str
    note: str = ""


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
        seen = infer(source, found, ALWAYS if source.whole else now, cache, progress)
        label = source.label
        chosen = _completed(chosen, source, now)
    url, variable, example = _address(chosen.access)
    draft = Draft(label, url, variable, chosen, seen, now, recent, suite[0] if suite else None)
    files = {"dq.toml": as_toml(draft), ".env.example": example}
    if suite is not None:
        files[f"expectations/{suite[0]}.json"] = suite[1]
    return Setup(label, tuple(seen), files, variable if url is None else "", chosen.note)


def _listed(source: Source, now: int) -> tuple[list[Listed], bool]:
    """The series of the last 14 days, or all where there are none of these; and which of both it is."""
    until = ALWAYS if source.whole else now
    for since in (now - KNOWN_FOR, 0):
        found = [one for one in source.listed(since, until) if len(one.stamps)]
        if found:
            return found, max(int(one.stamps[-1]) for one in found) > now - KNOWN_FOR
    later = [] if source.whole else [one for one in source.listed(now, now + LATER) if len(one.stamps)]
    if later:
        when = instant_text(max(int(one.stamps[-1]) for one in later))
        said = f"There are no bars in {source.label} before {instant_text(now)}; the newest one is of {when}"
        raise SourceError(said, hint="Leave --at out, or name an instant after the bars.")
    hint = "Let the collector write some first, or look with `dq doctor` what this role may see."
    raise SourceError(f"There are no bars in {source.label}, so there is nothing to infer", hint=hint)


def _chosen(access: Access, table: str | None) -> Chosen:
    """The table of a database by its columns; of anything else what there is."""
    if access.url.startswith(DATABASE):
        return choose(access, table)
    if access.url.startswith(WEB):
        from dq.setup.web import choose_seen

        return choose_seen(access, table)
    from dq.setup.files import file_columns

    if table is not None:
        raise SettingsError("--table is for databases: files have none.", hint="Leave it out.")
    columns = {**file_columns(access), **access.columns}
    return Chosen(replace(access, schema=None, order_by=None, columns=columns), "")


def _completed(chosen: Chosen, source: Source, now: int) -> Chosen:
    """With the collector's tables: a catalog has told of them already, the web interface answers or does not."""
    if not chosen.access.url.startswith(WEB):
        return chosen
    from dq.setup.web import answering

    return replace(chosen, tables=answering(source, chosen.access, now))


def _address(access: Access) -> tuple[str | None, str, str]:
    """The address as far as dq.toml may hold it, the variable that holds it otherwise, and .env.example."""
    if access.url.startswith(DATABASE):
        from dq.sources.postgres.connection import understood

        parts = understood(access.url)
        if is_secret(parts, access.url):
            return None, "DATABASE_URL", database_environment(parts)
        return access.url, "", plain_environment()
    if access.url.startswith(WEB):
        return None, "SUPABASE_URL and SUPABASE_KEY", web_environment(access.url)
    if "://" in access.url or access.url.startswith("yahoo:"):
        return access.url, "", plain_environment()
    return str(Path(access.url).expanduser().absolute()), "", plain_environment()
