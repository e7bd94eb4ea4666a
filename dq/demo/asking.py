"""Asking dq, as a person at a shell would: the command itself, in a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dq.demo.story import Chapter
from dq.model import DqError, instant_text

_ANSWERED = (0, 1)  # found nothing, found something; all else means that dq could not tell


@dataclass(frozen=True, slots=True)
class Shell:
    """Where and as what the command runs.

    Attributes:
        program: how dq is started.
        environment: what it sees; nothing of the user's own source or settings.
        folder: an empty one, so that no dq.toml or .env has a say.
    """

    program: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def question(chapter: Chapter) -> tuple[str, ...]:
    """The words after `dq` that show a chapter."""
    return ("validate", "--window", "1h", "--at", instant_text(chapter.at))


def show(shell: Shell, chapter: Chapter, docs: Path) -> int:
    """Let the command speak to the terminal and write its page into a folder; its exit status."""
    words = (*shell.program, *question(chapter), "--docs", str(docs))
    return subprocess.run(words, env=shell.environment, cwd=shell.folder, check=False).returncode  # noqa: S603  our own


def ask(shell: Shell, chapter: Chapter) -> dict[str, Any]:
    """The same run as JSON, not recorded.

    Raises:
        DqError: the command did not answer, with what it said instead.
    """
    words = (*shell.program, *question(chapter), "--format", "json", "--no-history")
    answer = subprocess.run(  # noqa: S603  our own
        words, env=shell.environment, cwd=shell.folder, check=False, capture_output=True, text=True
    )
    if answer.returncode not in _ANSWERED:
        raise DqError(f"`dq {' '.join(question(chapter))}` ended with {answer.returncode}: {answer.stderr.strip()}")
    report: dict[str, Any] = json.loads(answer.stdout)
    return report
