"""Names that are asked for and that nothing recorded has: who misspells one hears so, and not that all is well."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from dq.model import OWN, Life, SettingsError
from dq.settings import Settings
from dq.settings.rules import nearest
from dq.suites.words import listed

if TYPE_CHECKING:
    from dq.history import RunRecord
    from dq.history.store import History

NEWEST = 10_000  # runs among which a name is looked for that no incident has: a week of a minute's cadence


def refuse_unknown_checks(checks: Collection[str], lives: Iterable[Life] = ()) -> None:
    """Refuse a name that is neither a check nor an incident of dq itself; incidents of an older dq may have others.

    Raises:
        SettingsError: there is no such check.
    """
    if not checks:
        return
    from dq.checks import checks as known_checks

    known = list(dict.fromkeys([*known_checks(), *OWN, *(one.check for one in lives)]))
    for name in checks:
        if name not in known:
            hint = f"`dq checks` lists them; incidents of dq itself are {' and '.join(OWN)}."
            raise SettingsError(f"There is no check {name!r}{nearest(name, known)}.", hint=hint)


def refuse_unknown_instruments(
    names: Sequence[str], lives: Iterable[Life], history: History, settings: Settings, runs: Iterable[RunRecord] = ()
) -> None:
    """Refuse an instrument that no incident, no run and no setting names.

    Args:
        runs: some that were read already.

    Raises:
        SettingsError: there is no such instrument.
    """
    said = {*settings.instruments, *settings.series, *(name for one in lives for name in one.series)}
    said |= _instruments(runs)
    known = _known(names, said, lambda: _instruments(history.runs(NEWEST)))
    for name in names:
        if name not in known:
            raise SettingsError(
                f"No run and no incident of {name!r} is recorded{nearest(name, sorted(known))}.",
                hint=f"Recorded are {listed(sorted(known), 8)}." if known else "No instrument is recorded at all.",
            )


def refuse_unknown_source(text: str, lives: Iterable[Life], history: History) -> None:
    """Refuse a text that the name of no source holds.

    Raises:
        SettingsError: there is no such source.
    """
    known = {one.source for one in lives}
    if not any(text in name for name in known):
        known |= {run.source for run in history.runs(NEWEST)}
    if not any(text in name for name in known):
        raise SettingsError(
            f"No source is recorded whose name holds {text!r}.",
            hint=f"Recorded are {listed(sorted(known), 4)}." if known else "No source is recorded at all.",
        )


def _known(names: Iterable[str], near: set[str], far: Callable[[], Collection[str]]) -> set[str]:
    """What is known near at hand, and where that does not have all of the names what is known beyond."""
    return near if near.issuperset(names) else near | set(far())


def _instruments(runs: Iterable[RunRecord]) -> set[str]:
    """The instruments that those runs judged; runs have names of series, such as `NQ=F 1m`."""
    return {name.rpartition(" ")[0] for run in runs for name in run.lines[0]}
