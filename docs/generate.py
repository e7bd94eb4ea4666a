"""Write docs/checks and docs/cli.md from the code; with --check, say which of them are stale and fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dq.checks import checks
from dq.cli.commands import commands
from dq.pages import as_markdown, page_of

DOCS = Path(__file__).parent
WIDTH = 100
NOTE = "<!-- written by `make docs` from the code: edit the docstring, not this file -->\n\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file and what it must say."""
    rows = []
    for name, check in checks().items():
        page = page_of(check)
        rows.append(f"| [{name}]({name}.md) | {page.summary} |\n")
        yield DOCS / "checks" / f"{name}.md", NOTE + as_markdown(page) + f"\n{_places(name)}\n"
    head = "# The checks\n\nOne check, one defect. The same pages at the shell: `dq explain CHECK`.\n\n"
    yield DOCS / "checks" / "index.md", f"{NOTE}{head}| check | finds |\n|---|---|\n{''.join(rows)}"
    yield DOCS / "cli.md", f"{NOTE}# The command line\n\n{''.join(_helps())}"


def _places(name: str) -> str:
    root = DOCS.parent
    fixtures = sorted((root / "tests" / "edge_cases").glob(f"{name}.*")) + sorted(
        (root / "tests" / "edge_cases").glob(f"{name}__*")
    )
    files = [root / "dq" / "checks" / f"{name}.py", *fixtures]
    links = [f"[{path.relative_to(root)}](../../{path.relative_to(root)})" for path in files]
    return f"---\n\nCode and fixtures: {', '.join(links)}"


def _helps() -> Iterator[str]:
    top = click.Context(commands, info_name="dq", terminal_width=WIDTH, **commands.context_settings)
    yield f"```text\n{commands.get_help(top)}\n```\n"
    yield from _helps_below(commands, top)


def _helps_below(group: click.Group, context: click.Context) -> Iterator[str]:
    """The help of each command of a group, and of those below it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            below = click.Context(command, parent=context, info_name=name, terminal_width=WIDTH)
            yield f"\n## {below.command_path}\n\n```text\n{command.get_help(below)}\n```\n"
            if isinstance(command, click.Group):
                yield from _helps_below(command, below)


def main() -> int:
    """Write or compare; the exit status is 1 where something is stale."""
    wanted = dict(pages())
    leftover = set((DOCS / "checks").glob("*.md")) - set(wanted)
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in [*stale, *leftover]:
            print(f"{path.relative_to(DOCS.parent)} is stale: run `make docs`")
        return 1 if stale or leftover else 0
    (DOCS / "checks").mkdir(exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], "utf-8")
    for path in leftover:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
