"""The connection itself."""

from __future__ import annotations

from typing import Any

import psycopg

from dq.sources.postgres.connection import hang_up


class Line(psycopg.Connection[tuple[Any, ...]]):
    """A connection that hangs up where psycopg, interrupted, would ask the server to end the statement.

    That takes a new connection and seconds where the server has fallen silent; one that lives ends the statement
    once it sees that nobody listens.
    """

    def cancel_safe(self, *, timeout: float = 30.0) -> None:
        """Hang up."""
        hang_up(self)


def connect(url: str, limits: dict[str, Any]) -> Line:
    """A connection in autocommit.

    Raises:
        psycopg.Error: it cannot be had.
    """
    return Line.connect(
        url,
        autocommit=True,
        prepare_threshold=None,  # a pooler may give each transaction another connection
        client_encoding="utf8",
        fallback_application_name="dq",
        **limits,
    )
