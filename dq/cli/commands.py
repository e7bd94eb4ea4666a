"""The commands, found by their files: listing them imports none, running one imports that one."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import click

from dq import __version__

COMMAND = re.compile(r"^(def )?command\b", re.MULTILINE)

ABOUT = """Tell whether OHLC bars can be traded on; if not: which, since when, why, and what to do.

Examples:
  dq demo                             a database of lifelike bars with known defects, judged
  dq validate --window 1h             the last hour of the database that .env or dq.toml names
  dq validate bars.parquet            a file, or a folder of them
  dq validate --window 1d --docs out  the last day, as pages for a browser, too
  dq explain missing_bar              what a check finds, and what it leaves alone

Exit status: 0 clean, 1 findings, 2 the question was wrong, 3 could not tell, 130 interrupted.
"""


class Commands(click.Group):
    """The files beside this one that hold a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command by name, in alphabetical order."""
        return sorted(_sources())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with its module's docstring for help; None where there is none."""
        if cmd_name not in _sources():
            return None
        module = import_module(f"dq.cli.{cmd_name}")
        command: click.Command = module.command
        command.name = cmd_name
        command.help = command.help or as_help(module.__doc__ or "")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but the suggestions for a mistyped command are ours."""
        if args[0] not in _sources() and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=sorted(_sources()), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands: the first line of each file."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(source)) for name, source in sorted(_sources().items())])


def as_help(docstring: str) -> str:
    """A docstring as click prints it: text is wrapped, the lines of a paragraph with indented lines are kept."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(f"\b\n{text}" if "\n  " in text else text for text in paragraphs)


def _sources() -> dict[str, str]:
    texts = {path.stem: path.read_text("utf-8") for path in Path(__file__).parent.glob("[!_]*.py")}
    return {name: text for name, text in texts.items() if COMMAND.search(text)}


def _summary(source: str) -> str:
    return source.split("\n", 1)[0].strip('" ')


commands = Commands(
    "dq",
    help=as_help(ABOUT),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
click.version_option(__version__, "--version", prog_name="dq", message="%(prog)s %(version)s")(commands)
