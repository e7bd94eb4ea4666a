"""Secrets that stand elsewhere: a setting names the variable (`$NAME`) or the file (`file:PATH`) that holds its value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dq.settings.document import Key
from dq.settings.keys import Found
from dq.settings.outward import is_elsewhere
from dq.settings.places import Places
from dq.settings.rules import Rule


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where settings may point to.

    Attributes:
        assigned: variables of `.env`; the environment wins.
        unread: the keys whose value could not be had; grows.
    """

    places: Places
    assigned: Mapping[str, str]
    unread: list[Key] = field(default_factory=list)

    def value(self, key: Key, said: str | None, rule: Rule, found: Found) -> str | None:
        """The value itself; None where there is none, and a fault where it is none that the rule admits."""
        if said is None or not is_elsewhere(said):
            return said
        try:
            return str(rule(self._read(said)))
        except _UnreadError as wrong:
            self.unread.append(key)
            found.append((key, f"{said}: {wrong}"))
        except ValueError as wrong:
            found.append((key, f"{said}: {wrong}"))
        return None

    def _read(self, said: str) -> str:
        if said.startswith("file:"):
            return self._content(said.removeprefix("file:"))
        name = re.sub(r"[${}]", "", said)
        value = self.places.environment.get(name) or self.assigned.get(name)
        if not value:
            raise _UnreadError("no such variable is set, neither in the environment nor in .env")
        return value

    def _content(self, named: str) -> str:
        path = self.places.path(named, self.places.folder)
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            raise _UnreadError(f"it cannot be read: {getattr(wrong, 'strerror', None) or wrong}") from None


class _UnreadError(ValueError):
    """Where the value should stand there is none."""
