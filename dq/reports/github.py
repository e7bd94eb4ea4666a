"""The run as annotations of GitHub Actions: what is wrong is shown beside the job, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dq.model import Incident, Run
from dq.reports.advice import advice
from dq.reports.lines import Spark, error_text, printable
from dq.reports.words import bracketed, headline, names_of, when_of, worst_first
from dq.suites.words import counted

MOST = 10  # annotations of each kind that GitHub shows of one step
LONGEST = 1_000  # characters of each part, some of which a source said
KINDS = {"critical": "error", "warning": "warning", "info": "notice"}
ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
OF_TITLES = ((":", "%3A"), (",", "%2C"))


def render(
    run: Run,
    *,
    width: int = 0,
    coloured: bool = False,
    fail_on: str = "warning",
    sparks: Mapping[str, Spark] | None = None,
) -> str:
    """The verdict, then an annotation per incident, and one for each reason why dq could not tell."""
    kinds: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS.values()}
    for error in run.errors:
        told = f"{error_text(error)}\n{error.hint}" if error.hint else error_text(error)
        kinds["error"].append(("dq could not tell", told))
    for one in worst_first(run.incidents):
        if one.state != "resolved":
            kinds[KINDS.get(one.severity, "notice")].append((_title(one, run), _message(one, run)))
    return "".join(f"{line}\n" for line in (f"dq: {run.verdict}. {headline(run)}.", *_commands(kinds)))


def _commands(kinds: Mapping[str, list[tuple[str, str]]]) -> Iterator[str]:
    for kind, told in kinds.items():
        shown = told if len(told) <= MOST else told[: MOST - 1]
        for title, message in shown:
            yield command(kind, title, message)
        if len(told) > len(shown):
            more = f"… and {counted(len(told) - len(shown), kind)} more: see the step summary, or --format json."
            yield command(kind, "dq", more)


def command(kind: str, title: str, message: str) -> str:
    """A workflow command on one line: nothing in title or message can end it, or begin another.

    Args:
        kind: error, warning or notice.
        message: of one line or several.
    """
    title, message = printable(title[:LONGEST]), "\n".join(map(printable, message[: 2 * LONGEST].split("\n")))
    for sign, escape in ESCAPES:
        title, message = title.replace(sign, escape), message.replace(sign, escape)
    for sign, escape in OF_TITLES:
        title = title.replace(sign, escape)
    return f"::{kind} title={title}::{message}"


def _title(one: Incident, run: Run) -> str:
    return f"{names_of(one, run)}: {one.check}{bracketed(one.cause)}"


def _message(one: Incident, run: Run) -> str:
    return f"{when_of(one, run)}: {one.message[:LONGEST]}\n→ {advice(one.check, one.cause)}"
