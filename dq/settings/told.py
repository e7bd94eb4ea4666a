"""Rules for what a channel is told of: names of checks, and patterns of them."""

from __future__ import annotations

from fnmatch import fnmatchcase

from dq.settings.rules import nearest, words


def checks(value: object) -> tuple[str, ...]:
    """Names of checks, of which each is one, and shell patterns, of which each matches one: else nobody is ever told."""
    said = words(value)
    known = _known()
    for one in said:
        if not any(fnmatchcase(name, one) for name in known):
            what = "matches no check" if is_pattern(one) else "is no check"
            raise ValueError(f"{one!r} {what}{nearest(one, known)}; `dq checks` lists them")
    return said


def is_pattern(said: str) -> bool:
    """Whether it is a shell pattern rather than a name."""
    return any(sign in said for sign in "*?[")


def _known() -> list[str]:
    """The checks there are, and the incidents of dq itself; asked where a channel names some, for it takes a while."""
    from dq.checks import names
    from dq.model import OWN

    return [*names(), *OWN]
