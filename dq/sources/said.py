"""What a library says when it fails, as part of a sentence of ours."""

from __future__ import annotations


def said_by(error: BaseException) -> str:
    """The first line of its words, at most 200 characters; its kind where it has none."""
    return str(error).strip().split("\n")[0][:200].rstrip(".") or type(error).__name__
