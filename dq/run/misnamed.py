"""A series that was named and is not there: who named it, and which one may have been meant."""

from __future__ import annotations

from dq.model import DqError, RunError
from dq.run.asked import Asked
from dq.settings.rules import nearest
from dq.sources import Source


def unknown(instrument: str, source: Source, asked: Asked, since: int, until: int) -> RunError:
    """The error of a name under which the source has no bar.

    Args:
        since, until: microseconds UTC; series with bars in that span may have been meant.
    """
    meant = nearest(instrument, [] if asked.access.names_series else _there(source, since, until))
    message = f"There is no bar of {instrument} in {source.label}{meant}."
    return RunError("nothing", message, _hint(instrument, source, asked), instrument)


def _there(source: Source, since: int, until: int) -> list[str]:
    """The series that the source has; none where it does not say."""
    try:
        return [one.instrument for one in source.listed(since, until) if len(one.stamps)]
    except DqError:
        return []


def _hint(instrument: str, source: Source, asked: Asked) -> str:
    """What to do where the name was said."""
    if asked.instruments:
        return "Look at its spelling, or leave --instrument out to judge every series that is there."
    if source.whole or asked.access.names_series:
        return "Look at its spelling."
    if asked.settings.instruments:
        return "INSTRUMENT names it: look at its spelling, or leave it unset to judge every series that is there."
    return f'[series."{instrument}"] in dq.toml names it: look at its spelling, or take that section out.'
