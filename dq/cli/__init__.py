"""The command line: options in, exit status out. The one reader of the clock, the environment and sys.argv.

One file per command: it holds `command`, a click command, and its docstring is the command's help. Nothing lists
the files; see `dq.cli.commands`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from dq.cli.commands import commands
from dq.cli.streams import discard, let_go, prepare
from dq.unimportable import said_of

# Imports make tens of thousands of objects that stay; looking through them again and again takes 30 ms of a short run.
gc.set_threshold(100_000, 20, 20)
# NumPy's linear algebra starts a thread per core when it is imported, for 50 ms, and nothing here multiplies matrices.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BROKEN_PIPE = 141  # what a shell reports of a program that SIGPIPE ended
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one command line and return its exit status.

    Args:
        arguments: the words after `dq`; those of this process where None.
    """
    try:
        prepare()
        status = _answer(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return interrupted()
    except BrokenPipeError:  # `dq checks | head`: the reader has had enough
        discard()
        return BROKEN_PIPE
    except Exception as trouble:
        if _began_with_interrupt(trouble):
            return interrupted()
        if said_of(trouble):  # told by whoever needs less to tell it
            raise
        from dq.cli.trouble import explained

        return explained(trouble)
    finally:
        let_go()
    return status


def interrupted() -> int:
    """Say so, without an import: an interrupt in the middle of one leaves modules that are half there."""
    sys.stderr.write("dq: interrupted.\n")
    return INTERRUPTED


def _began_with_interrupt(trouble: BaseException | None) -> bool:
    """Whether it is what a library made of an interrupt: NumPy's modules, half imported, raise errors of their own."""
    while trouble is not None and not isinstance(trouble, KeyboardInterrupt):
        trouble = trouble.__cause__ or trouble.__context__
    return trouble is not None


def _colours_asked() -> bool | None:
    """What the environment says of colours: https://no-color.org, https://force-color.org; None where nothing."""
    return False if os.environ.get("NO_COLOR") else True if os.environ.get("FORCE_COLOR") else None


def _answer(arguments: list[str]) -> int:
    instruction = os.environ.get("_DQ_COMPLETE")
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, "dq", "_DQ_COMPLETE", instruction)
    try:
        with commands.make_context("dq", arguments, color=_colours_asked()) as context:
            commands.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0
