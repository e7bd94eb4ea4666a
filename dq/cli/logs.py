"""Where the log goes, and as what: as the flags of a command say, else as `[log]` of the settings does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from dq.cli.secrets import Discreet
from dq.cli.terminal import STDERR, Lines
from dq.settings import LogSettings

FILE = "dq: file"


def log_by(settings: LogSettings) -> None:
    """From now on log to stderr, and to a file where one is named: as the flags of the command say, else the settings.

    A level that nobody said is `info` for a file and for JSON on stderr, and `warning` for people. It may be called
    again, with settings that were read anew.
    """
    style, file, level = _said("log_format"), _said("log_file"), _said("log_level")
    style, file, level = style or settings.format, file or settings.file, level or settings.level
    _stop()
    if (style, file, level) == ("text", None, None) and logging.getLogger().handlers:
        return
    near = Lines(_number(level or ("info" if style == "json" and file is None else "warning")), plain=style == "text")
    _start(near, STDERR, _as(style, Discreet("dq: %(levelname)s: %(message)s")))
    if file is not None:
        from dq.cli.log_file import LogFile

        far = LogFile(Path(file), settings.max_bytes, settings.backups)
        far.setLevel(_number(level or "info"))
        _start(far, FILE, _as(style, None))
    logging.captureWarnings(style == "json")


def _said(flag: str) -> Any:
    """What was said on the command line; None where it was not, whatever is the default."""
    context = click.get_current_context(silent=True)
    if context is None or context.get_parameter_source(flag) in {None, ParameterSource.DEFAULT}:
        return None
    return context.params.get(flag)


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _as(style: str, text: logging.Formatter | None) -> logging.Formatter:
    from dq.cli.log_lines import Stamped, as_json

    return as_json() if style == "json" else text or Stamped()


def _start(ours: logging.Handler, name: str, layout: logging.Formatter) -> None:
    ours.set_name(name)
    ours.setFormatter(layout)
    root = logging.getLogger()
    root.addHandler(ours)
    root.setLevel(min(one.level for one in _ours()))


def _ours() -> list[logging.Handler]:
    return [one for one in logging.getLogger().handlers if one.get_name() in {STDERR, FILE}]


def _stop() -> None:
    for one in _ours():
        logging.getLogger().removeHandler(one)
        one.close()
