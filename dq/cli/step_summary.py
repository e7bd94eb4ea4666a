"""The summary of a run for GitHub Actions, in the file that GITHUB_STEP_SUMMARY names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from dq.model import Run
from dq.reports.lines import Spark


def write_step_summary(run: Run, sparks: Mapping[str, Spark]) -> None:
    """Add the run to the summary of the step, as far as it fits; nothing where no file is named.

    A file that cannot be written, or holds as much as GitHub takes, is told on stderr: what the run found is not less
    true for it.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from dq.reports.summary import LIMIT, markdown

    try:
        with Path(name).open("ab") as file:
            written = file.tell() if file.seekable() else 0
            text = markdown(run, limit=LIMIT - written, sparks=sparks)
            file.write(text.encode("utf-8", "replace"))
    except OSError as wrong:
        click.echo(f"dq: the step summary {name} cannot be written ({wrong.strerror}).", err=True)
        return
    if not text:
        click.echo(f"dq: the step summary {name} is full: GitHub takes {LIMIT >> 20} MiB.", err=True)
