"""Where the log goes, and as what: stderr as the flags of a command say, a file as `[log]` of the settings does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from dq.cli.secrets import Discreet
from dq.cli.terminal import STDERR, Lines
from dq.settings import LogSettings

FILE = "dq: file"


def log_by(settings: LogSettings) -> None:
    """From now on log to stderr, and to a file where one is named.

    The settings' format and level are the file's, whoever names it, and stderr's where there is no file. The flags' are
    stderr's, and those of a file that a flag names: two processes that write one file must agree on what it is. A level
    that nobody said is `info` for a file and for JSON on stderr without one, and `warning` for people. It may be called
    again, with settings that were read anew.
    """
    style, named, level = _said("log_format"), _said("log_file"), _said("log_level")
    file = named or settings.file
    alone = settings if file is None else LogSettings()
    near, far = _Wish(style or alone.format, level or alone.level), _Wish(settings.format, settings.level)
    far = _Wish(style or far.style, level or far.level) if named else far
    _stop()
    if (near, file) == (_Wish("text", None), None) and logging.getLogger().handlers:
        return
    usual = "info" if near.style == "json" and file is None else "warning"
    lines = Lines(_number(near.level or usual), plain=near.style == "text")
    _start(lines, STDERR, _as(near.style, Discreet("dq: %(levelname)s: %(message)s")))
    if file is not None:
        _start(_opened(Path(file), settings, far), FILE, _as(far.style, None))
    logging.captureWarnings("json" in {near.style, far.style if file else ""})


class _Wish(NamedTuple):
    """How a log looks, and from which level on; None where nobody said."""

    style: str
    level: str | None


def _opened(path: Path, settings: LogSettings, wish: _Wish) -> logging.Handler:
    from dq.cli.log_file import LogFile

    file = LogFile(path, settings.max_bytes, settings.backups)
    file.setLevel(_number(wish.level or "info"))
    return file


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
