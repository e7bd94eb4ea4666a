"""From a suite's file to a Suite; every fault of the file at once.

Great Expectations itself drops an expectation that it does not know, and reports success without it: a typing error
would switch a check off. So dq reads its suites itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dq.model import SuiteError
from dq.suites.entries import keys_in_order, read_entry
from dq.suites.expectation import Expectation, Suite
from dq.suites.positions import Key, key_text, lines_of, oddities
from dq.suites.shelf import find_suite

# What Great Expectations allows at the top of a suite.
_TOP: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "expectations": (list,),
    "suite_parameters": (dict, type(None)),
    "meta": (dict, type(None)),
    "notes": (str, list, type(None)),
    "id": (str, type(None)),
}


def load_suite(name_or_path: str, folder: Path | None = None) -> Suite:
    """The suite of that name, or in that file.

    Args:
        name_or_path: a name, looked up in `folder`/expectations and then among dq's own; or the path of a .json file.
        folder: from which relative paths start; None: the current one, and names are dq's own alone.

    Raises:
        SuiteError: there is none, or with every fault of the file: its line, its key, what is allowed.
    """
    path = find_suite(name_or_path, folder)
    try:
        state = path.stat()
        return _loaded(path, (state.st_mtime_ns, state.st_size, state.st_ino))
    except UnicodeDecodeError as wrong:
        raise SuiteError(f"{path}: it is not UTF-8 text: byte {wrong.start} cannot be read.") from None
    except OSError as wrong:
        raise SuiteError(f"{path}: it cannot be read: {wrong.strerror}.") from None


@lru_cache(maxsize=64)
def _loaded(path: Path, state: tuple[int, ...]) -> Suite:
    """The suite of a file in that state: asked for every series, read once, and again when it was edited."""
    return read_suite(path.read_text("utf-8-sig"), str(path))


def read_suite(text: str, where: str) -> Suite:
    """The suite of a JSON text.

    Args:
        where: what to call the text in messages, as in `path/of/suite.json`.

    Raises:
        SuiteError: with every fault of the text.
    """
    said, odd = _parsed(text, where)
    faults: list[tuple[Key, str]] = []
    suite = _suite(said, faults)
    if faults or odd:
        raise SuiteError(_told(text, where, faults))
    return suite


def _parsed(text: str, where: str) -> tuple[object, bool]:
    """What the text says, and whether it says a key twice or a number that JSON does not have."""
    odd = []

    def fold(pairs: list[tuple[str, object]]) -> dict[str, object]:
        folded = dict(pairs)
        odd.append(len(folded) < len(pairs))
        return folded

    def number(token: str) -> float:
        odd.append(True)
        return float(token)

    try:
        return json.loads(text, object_pairs_hook=fold, parse_constant=number), any(odd)
    except json.JSONDecodeError as wrong:
        place = f"{where}:{wrong.lineno}:{wrong.colno}"
        before, after = text[: wrong.pos].rstrip(), text[wrong.pos :].lstrip()
        if before.endswith(",") and after[:1] in {"}", "]"}:
            raise SuiteError(f"{place}: it is not JSON: a comma before the closing {after[:1]}; take it out.") from None
        raise SuiteError(f"{place}: it is not JSON: {wrong.msg}.") from None
    except (ValueError, RecursionError) as wrong:  # a number of thousands of digits, thousands of brackets
        raise SuiteError(f"{where}: it is not a suite: {wrong}.") from None


def _suite(said: object, faults: list[tuple[Key, str]]) -> Suite:
    def tell(key: Key, what: str) -> None:
        faults.append((key, what))

    top = keys_in_order(said, _TOP, (), tell)
    for name in ("name", "expectations"):
        if isinstance(said, dict) and name not in said:
            tell((), f"{name} is missing")
        elif name in top and not top[name]:
            tell((name,), "it is empty")
    given = top.get("suite_parameters") or {}
    entries = [read_entry(one, given, ("expectations", at), tell) for at, one in enumerate(top.get("expectations", []))]
    _tell_twins(entries, faults)
    about = (top.get("meta") or {}).get("about", "")
    return Suite(top.get("name", ""), str(about), tuple(entry for entry in entries if entry is not None))


def _tell_twins(entries: list[Expectation | None], faults: list[tuple[Key, str]]) -> None:
    """The same question twice: the second answer could only contradict the first, or say nothing."""
    first: dict[Any, int] = {}
    for at, entry in enumerate(entries):
        if entry is None:
            continue
        cause = entry.cause and frozenset(entry.cause)
        question = (entry.check, repr(sorted(entry.parameters.items())), cause, entry.longer_than, entry.bars)
        if question in first:
            faults.append((("expectations", at), f"it asks the same as expectations[{first[question]}]; keep one"))
        first.setdefault(question, at)


def _told(text: str, where: str, faults: list[tuple[Key, str]]) -> str:
    """All faults, by line."""
    lines = lines_of(text, {key for key, _ in faults})
    found = [(lines[key], key_text(key), what) for key, what in faults]
    found += [(line, key_text(key), what) for key, line, what in oddities(text)]
    told = [f"{where}:{line}: {f'{key}: ' if key else ''}{what}" for line, key, what in sorted(set(found))]
    return told[0] if len(told) == 1 else "\n".join([f"{len(told)} faults in {where}:", *(f"  {one}" for one in told)])
