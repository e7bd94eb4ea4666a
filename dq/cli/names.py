"""Names as options take them."""

from __future__ import annotations

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
