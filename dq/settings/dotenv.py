"""`.env`: lines of KEY=VALUE, as python-dotenv and shells read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dq.settings.document import Fault

# A quoted value may run over several lines, but what follows its closing quote must be the end of a line: otherwise
# the quote was never closed, and one line with a fault must not swallow the next.
_LINE = r"""(?msx)^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*
        (?:(?:'(?P<literal>[^']*)'|"(?P<quoted>(?:\\.|[^"\\])*)")[ \t]*(?:\#[^\n]*)?$|(?P<plain>[^\n]*))"""
_REFERENCE = r"\$\{(\w+)\}"
_ESCAPE = r"(?s)\\(.)"
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class Assigned(NamedTuple):
    """A value of `.env`, the line on which it stands, and what is wrong with it ("" where nothing is)."""

    value: str
    line: int
    wrong: str = ""


def read_dotenv(path: Path, environment: Mapping[str, str]) -> Mapping[str, Assigned] | Fault:
    """Every variable of the file, none where there is no file; the last line that sets one wins.

    `${NAME}` stands for a variable of the environment or of a line above, except in single quotes. Lines that are
    nothing to us may be anything: the file is the collector's, too.
    """
    try:
        content = path.read_text("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as wrong:
        return Fault(str(path), "", f"it is not UTF-8 text: byte {wrong.start} cannot be read; save it as UTF-8")
    except OSError as wrong:
        return Fault(str(path), "", f"it cannot be read: {wrong.strerror}")
    assigned: dict[str, Assigned] = {}
    for match in re.finditer(_LINE, content):
        line = content.count("\n", 0, match.start("name")) + 1
        known = {name: one.value for name, one in assigned.items()} | dict(environment)
        assigned[match["name"]] = _value(match, line, known)
    return assigned


def _value(match: re.Match[str], line: int, known: Mapping[str, str]) -> Assigned:
    if match["literal"] is not None:
        return Assigned(match["literal"], line)
    if match["quoted"] is not None:
        value = re.sub(_ESCAPE, lambda found: _ESCAPES.get(found[1], found[1]), match["quoted"])
    else:
        value = re.split(r"(?:^|\s)#", match["plain"], maxsplit=1)[0].strip()
        if value[:1] in {"'", '"'}:
            return Assigned("", line, "its quote is not closed on that line")
    unset = [name for name in re.findall(_REFERENCE, value) if name not in known]
    if unset:
        return Assigned("", line, f"it refers to ${{{unset[0]}}}, which is not set")
    return Assigned(re.sub(_REFERENCE, lambda found: known[found[1]], value), line)
