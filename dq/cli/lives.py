"""What `dq incidents` does once its options are read: incidents from the history, chosen and listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dq.cli.instants import now
from dq.cli.life import told_life
from dq.cli.life_document import SCHEMA, life_document, whole_document
from dq.cli.recorded import refuse_unknown_checks, refuse_unknown_instruments, refuse_unknown_source
from dq.cli.stored import HOW, history_of, known_settings, nothing_recorded
from dq.cli.tables import sentence_text, table_text
from dq.model import SEVERITIES, Life, SettingsError
from dq.reports.lives import end_text, names_of, short, what_of, worst_first
from dq.suites.words import counted, listed

if TYPE_CHECKING:
    from dq.history.store import History
    from dq.settings import Settings

PLAIN = {"open", "ongoing"}  # states that the list itself tells


@dataclass(frozen=True, slots=True)
class Choice:
    """Which incidents are asked for; `since` in microseconds UTC."""

    every: bool = False
    since: int | None = None
    severity: str | None = None
    checks: Sequence[str] = ()
    instruments: Sequence[str] = ()
    source: str | None = None

    def takes(self, life: Life) -> bool:
        """Whether it is one of them, resolved or not."""
        return (
            (self.severity is None or SEVERITIES.index(life.worst) >= SEVERITIES.index(self.severity))
            and (not self.checks or life.check in self.checks)
            and (not self.instruments or any(name in self.instruments for name in life.series))
            and (not self.source or self.source in life.source)
            and (self.since is None or life.resolved is None or life.resolved > self.since)
        )

    @property
    def words(self) -> str:
        """What is asked for, as a sentence that tells of none goes on after `No incident`."""
        named = [*self.checks, *self.instruments]
        of = f" of {listed(named, 6)}" if named else ""
        worse = "" if self.severity in {None, "info"} else f" of severity {self.severity}"
        at_source = f" at a source with {self.source!r} in its name" if self.source else ""
        return f"{of}{worse}{' or worse' if self.severity == 'warning' else ''}{at_source}"


def answer(identity: str | None, *, style: str, since: int | None, **wanted: Any) -> Iterator[str]:
    """The lines of the answer.

    Args:
        since: microseconds before now.

    Raises:
        SettingsError: there is no incident of that id; nothing recorded has a name that is asked for.
        HistoryError: the history cannot be read.
    """
    settings = known_settings()
    choice = Choice(since=None if since is None else now() - since, **wanted)
    history = history_of(settings)
    if history is None and identity is not None:
        raise SettingsError(nothing_recorded(settings), hint=HOW)
    if history is None:
        refuse_unknown_checks(choice.checks)
        yield sentence_text(f"{nothing_recorded(settings)} {HOW}") if style == "text" else _json([])
        return
    with history:
        if identity is not None:
            yield from _lives(_named(history.lives(), identity), history, style)
            return
        lives = history.lives()
        _refuse_unknown(choice, lives, history, settings)
    taken = worst_first(filter(choice.takes, lives))
    chosen = [life for life in taken if life.lasts or choice.every or choice.since is not None]
    yield _json(list(map(life_document, chosen))) if style == "json" else _table(choice, taken, chosen)


def _refuse_unknown(choice: Choice, lives: Sequence[Life], history: History, settings: Settings) -> None:
    refuse_unknown_checks(choice.checks, lives)
    refuse_unknown_instruments(choice.instruments, lives, history, settings)
    if choice.source:
        refuse_unknown_source(choice.source, lives, history)


def _named(known: Iterable[Life], beginning: str) -> list[Life]:
    """Those whose id begins so: one, or the same of several sources."""
    found = [one for one in known if beginning and one.id.startswith(beginning)]
    names = sorted({one.id for one in found})
    if not names:
        raise SettingsError(f"No incident {beginning!r} is recorded.", hint="`dq incidents --all` lists them.")
    if len(names) > 1 and beginning not in names:
        raise SettingsError(f"Several incidents begin with {beginning!r}.", hint=f"They are {listed(names)}.")
    return [one for one in found if len(names) == 1 or one.id == beginning]


def _table(choice: Choice, taken: Sequence[Life], chosen: Sequence[Life]) -> str:
    if not chosen:
        others = f" {counted(len(taken), 'incident')} resolved: `dq incidents --all`." if taken else ""
        lasts = "lasted in that time" if choice.since is not None else "is recorded" if choice.every else "lasts"
        return sentence_text(f"No incident{choice.words} {lasts}.{others}")
    heads = ("incident", "severity", "first seen (UTC)", "series", "what")
    rows = [(one.id, one.severity, short(one.first_seen), names_of(one), what_of(one) + _state(one)) for one in chosen]
    return table_text(heads, rows)


def _state(one: Life) -> str:
    """In brackets where it is more than that it lasts."""
    told = [] if one.state in PLAIN else [one.state]
    if one.resolved is not None:
        told = [f"{end_text(one)}, {short(one.resolved)}"]
    told += ["flapping"] * one.flapping
    return f" ({', '.join(told)})" if told else ""


def _lives(chosen: Sequence[Life], history: History, style: str) -> Iterator[str]:
    if style == "json":
        yield _json([whole_document(one, history) for one in chosen])
        return
    for one in chosen:
        yield from told_life(one, history)


def _json(incidents: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"schema": SCHEMA, "incidents": incidents}, indent=1, ensure_ascii=False)
