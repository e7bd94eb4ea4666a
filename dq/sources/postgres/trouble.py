"""What went wrong between us and PostgreSQL, as a sentence that says what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dq.model import BarsError, DqError, SourceError
from dq.settings.masking import masked
from dq.sources.postgres.words import PLAIN, REACH, STATES, TINY, WORDS, Word

if TYPE_CHECKING:
    import psycopg

BROKEN = "08"
_PREFIX = re.compile(r"^.*\bfailed: (?=.)")
_DIGITS = re.compile(r"(?<=\d{12})\d{8,}")  # of a number that takes hundreds of them
_TINY = re.compile(r'"-?0?\.0')


def told(error: psycopg.Error, label: str, doing: str = "", seconds: float = 0.0) -> DqError:
    """The error that people are told, without secrets; the server's words where none of ours fit.

    Args:
        doing: what could not be done: "reading bars of NQ=F"; "" while connecting.
        seconds: the time limit of the statement.
    """
    words = masked(" ".join(str(error).split()))
    said = _DIGITS.sub("…", _PREFIX.sub("", words))
    said = said if len(said) <= 160 else said[:159] + "…"
    if error.sqlstate == "57014" and "statement timeout" in words:
        return _too_slow(label, doing, seconds)
    state = error.sqlstate or ""
    if not state or state.startswith(BROKEN):  # poolers give that class to whatever they have to say
        state = next((state for part, state in WORDS if part in words.lower()), state)
    fitting = STATES.get(state) or STATES.get(state[:2])
    if state == "22003" and _TINY.search(words):
        fitting = TINY
    if fitting:
        hint = fitting.hint if state in PLAIN else f"{fitting.hint} ({said})"
        return _error(fitting, label, doing, hint, BarsError if state == "22003" else SourceError)
    for part, word in REACH:
        if part in words.lower():
            return _error(word, label, doing, word.hint)
    return SourceError(f"{label} cannot be read: {said}")


def fell_silent(label: str, doing: str, seconds: float) -> SourceError:
    """A server that says nothing more, not even that a statement takes too long."""
    return SourceError(
        f"{label} fell silent: {doing} had not ended after {seconds:g} s",
        hint="Check the network and, if there is one, the pooler between dq and the server. How long dq waits is "
        "call_timeout under [source] in dq.toml.",
        silent=True,
    )


def _too_slow(label: str, doing: str, seconds: float) -> SourceError:
    return SourceError(
        f"{label} took longer than allowed, {seconds:g} s, for {doing}",
        hint="Give the table an index on (instrument, timestamp), ask for less, or raise call_timeout under [source] "
        "in dq.toml.",
        silent=True,
    )


def _error(word: Word, label: str, doing: str, hint: str, kind: type[DqError] = SourceError) -> DqError:
    if kind is not SourceError:
        return kind(f"{label} {word.what}", hint=hint)
    lost = f" while {doing}" if word.passing and doing else ""
    return SourceError(f"{label} {word.what}{lost}", hint=hint, passing=word.passing, silent=word.silent)
