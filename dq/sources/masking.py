"""Addresses as people may see them: without secrets."""

from __future__ import annotations

import re

_USER = re.compile(r"(://[^/?#:@\s]*):([^\s]*)@(?=[^@\s]*(?:[/?\s]|$))")
_QUERY = re.compile(r"((?:password|passwd|pwd|sslpassword|token|key|secret|apikey)=)(?:'[^']*'|[^&\s]*)", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with the passwords of the addresses in it replaced by `***`."""
    return _QUERY.sub(r"\1***", _USER.sub(r"\1:***@", text))
