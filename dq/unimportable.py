"""A package below dq that cannot be imported: told in one sentence, whatever was to be done. It imports nothing heavy."""

import os
import sys
from collections.abc import Iterator
from types import ModuleType, TracebackType

CANNOT_TELL = 3
HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep  # noqa: PTH100, PTH120  pathlib may be what is broken


def said_of(trouble: BaseException) -> str:
    """Which package could not be imported, and why; "" where that is not the trouble."""
    found = reason_of(trouble)
    return "" if found is None else _told(*found)


def reason_of(trouble: BaseException) -> tuple[str, str] | None:
    """The same as a sentence and what to do; None where that is not the trouble.

    Whatever a package raises while it is imported counts: those that are compiled fail in many ways, half a file does
    not even begin, and an empty one is missed later.
    """
    package = _package(trouble)
    if package in {"", "dq"}:
        return None
    return (
        f"{package} cannot be imported: {_cause(trouble)}",
        f'`{sys.executable} -c "import {package}"` shows where; install it again: pip install --force-reinstall {package}',
    )


def last_words(trouble: BaseException) -> str:
    """What to say of that which ended dq where nothing else is left to say it: never nothing, never a traceback."""
    said = [said_of(one) for one in _chain(trouble)]
    hint = "Install it again: pip install --force-reinstall dq; if that does not help, please report it."
    return next(filter(None, said), "") or _told(f"dq itself failed: {_cause(trouble)}", hint)


def _told(sentence: str, hint: str) -> str:
    return f"dq: {sentence}\n    {hint}\n"


def _package(trouble: BaseException) -> str:
    steps = _steps(trouble)
    ours = max((number for number, step in enumerate(steps) if _file(step).startswith(HERE)), default=-1)
    bodies = [step for step in steps[ours + 1 :] if step.tb_frame.f_code.co_name == "<module>"]
    if bodies:
        name = str(bodies[0].tb_frame.f_globals.get("__name__", ""))
    elif isinstance(trouble, ImportError):
        name = trouble.name or ""
    elif isinstance(trouble, AttributeError) and isinstance(trouble.obj, ModuleType):
        name = trouble.obj.__name__
    else:  # it did not begin to run: the file is torn
        name = _imported(steps[-1]) if steps and ours == len(steps) - 1 else ""
    return name.partition(".")[0]


def _imported(step: TracebackType) -> str:
    """The module that an import names, if one is what was being done; "" else."""
    from opcode import opmap

    code, at = step.tb_frame.f_code, step.tb_lasti
    if code.co_code[at] != opmap["IMPORT_NAME"]:
        return ""
    number, shift = code.co_code[at + 1], 8
    while at >= 2 and code.co_code[at - 2] == opmap["EXTENDED_ARG"]:
        at -= 2
        number, shift = number | code.co_code[at + 1] << shift, shift + 8
    return code.co_names[number]


def _file(step: TracebackType) -> str:
    return step.tb_frame.f_code.co_filename


def _steps(trouble: BaseException) -> list[TracebackType]:
    steps, trace = [], trouble.__traceback__
    while trace is not None:
        steps.append(trace)
        trace = trace.tb_next
    return steps


def _chain(trouble: BaseException | None) -> Iterator[BaseException]:
    """What was raised, and what was being told when it was."""
    seen: set[int] = set()
    while trouble is not None and id(trouble) not in seen:
        seen.add(id(trouble))
        yield trouble
        trouble = trouble.__cause__ or trouble.__context__


def _cause(trouble: BaseException) -> str:
    """What began it, in a line: packages wrap it into pages of advice."""
    while trouble.__cause__ is not None:
        trouble = trouble.__cause__
    lines = [line.strip() for line in str(trouble).splitlines() if line.strip()]
    return f"{type(trouble).__name__}: {lines[0]}" if lines else type(trouble).__name__
