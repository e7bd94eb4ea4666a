"""Lines for a terminal: folded to its width, painted, and free of what a source's names could do to it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from dq.model import RunError

COLOURS: Mapping[str, str] = {
    "critical": "31;1",
    "warning": "33;1",
    "pass": "32;1",
    "fail": "31;1",
    "unknown": "35;1",
    "dim": "2",
}
Spark = tuple[tuple[str, str], ...]  # completeness as signs, each with its colour: see `dq.reports.sparks`
_NO_XML = re.compile("[^\\t\\n\\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text on one line. Names and messages may hold what the source holds: what would steer the terminal becomes a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def xml_text(text: str) -> str:
    """The text with � in the place of signs that XML 1.0 has no way to hold: most controls, and halves of a pair."""
    return _NO_XML.sub("\ufffd", text)


def folded(text: str, width: int, *, first: str = "", indent: str = "") -> list[str]:
    """The text in lines of at most `width` characters, `first` before the first of them and `indent` before the others."""
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def painted(text: str, colour: str, *, coloured: bool) -> str:
    """The text in one of the COLOURS; as it is where the terminal has none, or the word has none of its own."""
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if coloured and colour in COLOURS else text


def error_text(error: RunError) -> str:
    """What went wrong, and in which series unless the sentence says so itself."""
    return f"{error.series}: {error.message}" if error.series and error.series not in error.message else error.message
