"""Print the page of a check: what it finds, why that matters, how, and what it leaves alone.

Examples:
  dq explain missing_bar
  dq explain price_spike | less
"""

from __future__ import annotations

from pathlib import Path

import click

from dq.cli import offers


@click.command
@click.argument("check", shell_complete=offers.checks)
def command(check: str) -> None:
    from dq.checks import checks
    from dq.cli.terminal import columns
    from dq.pages import as_text, page_of

    if check not in checks():
        raise _unknown(check)
    width = min(columns(), 100)
    click.echo(as_text(page_of(checks()[check]), width))
    click.echo(_suites(check, width))


def _unknown(check: str) -> Exception:
    from difflib import get_close_matches

    from dq.checks import checks
    from dq.model import SettingsError

    near = get_close_matches(check.replace("-", "_"), checks(), n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return SettingsError(f"There is no check {check!r}.{meant}", hint="`dq checks` lists them.")


def _suites(check: str, width: int) -> str:
    import textwrap

    from dq.cli.policy import in_words
    from dq.suites import load_suite, suite_names

    lines = ["In suites"]
    for name in suite_names(Path.cwd()):
        entries = [one for one in load_suite(name, Path.cwd()).expectations if one.check == check]
        lines += [
            textwrap.fill(f"{name}: {in_words(one)}", width, initial_indent="    ", subsequent_indent="      ")
            for one in entries
        ]
    return "\n".join(lines if len(lines) > 1 else [*lines, "    None: no suite asks for it."])
