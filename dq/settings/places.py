"""Where files of dq lie, by the XDG rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Places(NamedTuple):
    """What the environment says of folders."""

    environment: Mapping[str, str]
    folder: Path

    def path(self, text: str, beside: Path) -> Path:
        """The path, from that folder where it is relative; `~` is HOME."""
        home = self.environment.get("HOME")
        if home and (text == "~" or text.startswith("~/")):
            return Path(home, text[2:])
        return beside / text

    def history(self, variable: str | None, setting: str | None, beside: Path) -> Path | str:
        """Past runs: as DQ_HISTORY says, else as dq.toml does, else a file in the user's folder of state.

        The address of a database stays text.
        """
        for said, start in ((variable, self.folder), (setting, beside)):
            if said:
                return said if "://" in said else self.path(said, start)
        return self.state() / "history.sqlite"

    def state(self) -> Path:
        """The folder of what outlives a run, in the user's own."""
        return self._owned("XDG_STATE_HOME", ".local/state")

    def cache(self, variable: str | None) -> Path:
        """The folder of what can be computed again: DQ_CACHE_DIR, else in the user's cache."""
        return self.path(variable, self.folder) if variable else self._owned("XDG_CACHE_HOME", ".cache")

    def _owned(self, variable: str, below_home: str) -> Path:
        """Our folder in the user's; a process without a home (some containers) keeps it where it works."""
        named, home = self.environment.get(variable, ""), self.environment.get("HOME")
        if named.startswith("/"):  # XDG: a relative path there is to be ignored
            return Path(named, "dq")
        return Path(home, below_home, "dq") if home else self.folder / ".dq"
