"""A check's docstring becomes its page: in a terminal, and in docs/checks."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from dq.checks import Check
from dq.model import duration_text

HEADINGS = ("What it finds", "Why it matters", "How", "Parameters", "Not flagged", "Source")
NO_PARAMETERS = "None."
_PARAMETER = re.compile(r"(?P<name>[a-z_]+): (?P<kind>(?:int|float|str|bool|duration)\b[^.]*)\. (?P<meaning>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a check.

    Attributes:
        kind: its type and its unit, as in `int, bars`.
        meaning: a sentence or two.
        default: as people write it in a suite.
    """

    name: str
    kind: str
    meaning: str
    default: str


@dataclass(frozen=True, slots=True)
class Page:
    """What people are told of a check.

    Attributes:
        summary: the first paragraph of the docstring.
        sections: text by heading, in the order of HEADINGS; paragraphs are apart by an empty line.
    """

    name: str
    summary: str
    sections: Mapping[str, str]
    parameters: tuple[Parameter, ...]


def page_of(check: Check) -> Page:
    """The page of a check.

    Raises:
        ValueError: a heading is missing, empty or out of order, or the parameters are not those of the function.
    """
    summary, *rest = inspect.cleandoc(check.page).split("\n\n", 1)
    sections = _sections(check.name, rest[0] if rest else "")
    return Page(check.name, " ".join(summary.split()), sections, _parameters(check, sections["Parameters"]))


def _sections(name: str, text: str) -> dict[str, str]:
    bodies: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith(" "):
            bodies[line] = []
        elif bodies:
            bodies[next(reversed(bodies))].append(line)
    if tuple(bodies) != HEADINGS:
        raise ValueError(f"The page of {name} must have the headings {', '.join(HEADINGS)}; it has {', '.join(bodies)}")
    sections = {heading: inspect.cleandoc("\n".join(["", *lines])).strip() for heading, lines in bodies.items()}
    empty = [heading for heading, body in sections.items() if not body]
    if empty:
        raise ValueError(f"The page of {name} says nothing under {', '.join(empty)}")
    return sections


def _parameters(check: Check, text: str) -> tuple[Parameter, ...]:
    entries = [] if text == NO_PARAMETERS else re.split(r"\n(?=[a-z_]+: )", text)
    found = [_parameter(check, " ".join(entry.split())) for entry in entries]
    documented, accepted = [parameter.name for parameter in found], list(check.parameters)
    if sorted(documented) != sorted(accepted):
        raise ValueError(f"The page of {check.name} documents {documented}, the function takes {accepted}")
    return tuple(found)


def _parameter(check: Check, entry: str) -> Parameter:
    match = _PARAMETER.fullmatch(entry)
    if match is None:
        raise ValueError(f"The page of {check.name} must say `name: type, unit. Sentence.`, not {entry!r}")
    default = check.parameters.get(match["name"])
    kind = match["kind"].split(",")[0]
    if default is not None and kind not in {type(default).__name__, "duration"}:
        raise ValueError(f"The page of {check.name} calls {match['name']} {kind}; its default is {default!r}")
    return Parameter(match["name"], match["kind"], match["meaning"], _written(default, kind))


def _written(default: object, kind: str) -> str:
    if kind == "duration" and isinstance(default, int):
        return duration_text(default)
    return "none" if default is None else f"{default}"


def as_text(page: Page, width: int) -> str:
    """The page for a terminal of that many columns."""
    bodies = _bodies(page, "\n\n", "{0.name} ({0.kind}; default {0.default}): {0.meaning}")
    blocks = [f"{heading}\n{_wrapped(body, width)}" for heading, body in bodies.items()]
    return "\n\n".join([page.name, textwrap.fill(page.summary, width), *blocks]) + "\n"


def as_markdown(page: Page) -> str:
    """The page for docs/checks."""
    bodies = _bodies(page, "\n", "- `{0.name}` ({0.kind}; default `{0.default}`): {0.meaning}")
    blocks = [f"## {heading}\n\n{body}" for heading, body in bodies.items()]
    return "\n\n".join([f"# {page.name}", page.summary, *blocks]) + "\n"


def _bodies(page: Page, between: str, entry: str) -> dict[str, str]:
    parameters = between.join(entry.format(parameter) for parameter in page.parameters)
    return {**page.sections, "Parameters": parameters or NO_PARAMETERS}


def _wrapped(body: str, width: int) -> str:
    paragraphs = re.split(r"\n\n|\n(?=- )", body)
    return "\n".join(
        textwrap.fill(" ".join(text.split()), width, initial_indent="    ", subsequent_indent="    ")
        for text in paragraphs
    )
