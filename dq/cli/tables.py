"""Tables for a terminal, as wide as it is; plain text where nobody looks at colours."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dq.cli.terminal import coloured, columns
from dq.reports.lines import folded, painted, printable

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod

STYLES = {
    "critical": "bold red",
    "fail": "bold red",
    "warning": "bold yellow",
    "unknown": "bold magenta",
    "pass": "green",
    "info": "cyan",
}
MOST = 120  # columns: longer lines are hard to follow
LEAST = 24  # columns for the words of the last cell; with less, each row is told in lines of its own
GAP = 2


def table_text(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under their heads, the last cells folded to the terminal's width; in a narrow one row after row.

    Args:
        heads: one that begins with > stands right, with its numbers.
        rows: the cells, as many as there are heads.
    """
    shown = [[printable(cell) for cell in row] for row in rows]
    names = [head.lstrip(">") for head in heads]
    width = min(columns(), MOST)
    widths = [max(map(len, column)) for column in zip(names, *shown, strict=True)]
    if sum(widths[:-1]) + GAP * (len(heads) - 1) + min(widths[-1], LEAST) > width:
        return "\n".join(_one_by_one(names, shown, width))
    return _table(heads, shown, width)


def sentence_text(sentence: str, *, lead: str = "", indent: int = 0) -> str:
    """A sentence folded to the terminal, under itself from `indent` on where a word leads it."""
    width = max(min(columns(), MOST), indent + LEAST)
    return "\n".join(folded(f"{lead:{indent}}{sentence}", width, indent=" " * indent))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for at, head in enumerate(heads):
        side: JustifyMethod = "right" if head.startswith(">") else "left"
        whole = at + 1 < len(heads)
        table.add_column(Text(head.lstrip(">")), justify=side, overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(Text(cell, STYLES.get(cell, "")) for cell in row))
    console = _console(width)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _console(width: int) -> Console:
    """One that prints nowhere: what goes to stdout, and what goes wrong there, is told in one place."""
    from rich.console import Console

    colours = coloured()
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colours,
        color_system="standard" if colours else None,
        no_color=not colours,
        legacy_windows=False,
    )


def _one_by_one(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Each row as lines of its own: its first cell, and below it what the others are and say."""
    indent = max(map(len, names[1:]), default=0) + 2 * GAP
    colours = coloured()
    for row in rows:
        yield from folded(row[0], width)
        for name, cell in zip(names[1:], row[1:], strict=True):
            for line in folded(f"  {name:{indent - 2}}{cell}", max(width, indent + 10), indent=" " * indent):
                yield painted(line, cell, coloured=colours)
