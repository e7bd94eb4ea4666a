"""Names as options take them: an empty one is what is left of a variable that was never set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class Name(click.ParamType[str]):
    """The name of an instrument, as it is written; an empty one would ask for none."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, without spaces around it.

        Raises:
            click.BadParameter: there is nothing else.
        """
        said = str(value).strip()
        if not said:
            self.fail("it names no instrument", param, ctx)
        return said


class Place(click.Path):
    """The path of a file or a folder; an empty one would mean the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path.

        Raises:
            click.BadParameter: it is empty.
        """
        if not str(value):
            self.fail("it names no file and no folder", param, ctx)
        return super().convert(value, param, ctx)
