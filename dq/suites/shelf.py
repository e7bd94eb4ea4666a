"""Where suites lie: in a folder of the user's, and those that dq brings."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path

import dq
from dq.model import SuiteError


def suite_names(folder: Path | None = None) -> tuple[str, ...]:
    """Names that `load_suite` finds, in alphabetical order: those of dq and of `folder`/expectations."""
    return tuple(sorted({path.stem for shelf in _shelves(folder) for path in shelf.glob("*.json")}))


def find_suite(name_or_path: str, folder: Path | None) -> Path:
    """The file of a suite; a path is one that ends in .json or has a slash in it.

    Raises:
        SuiteError: there is none.
    """
    if name_or_path.endswith(".json") or "/" in name_or_path:
        path = (folder or Path()) / name_or_path
        if path.is_file():
            return path
        raise SuiteError(
            f"There is no file {str(path)!r}.", hint="A suite is a .json file, or the name of one of dq's."
        )
    for shelf in _shelves(folder):
        path = shelf / f"{name_or_path}.json"
        if path.is_file():
            return path
    names = suite_names(folder)
    near = get_close_matches(name_or_path, names, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    hint = f"Name {', '.join(names)}, or the path of a .json file."
    raise SuiteError(f"There is no suite {name_or_path!r}.{meant}", hint=hint)


def _shelves(folder: Path | None) -> tuple[Path, ...]:
    """The folders to look in, first come first served."""
    return (folder / "expectations", _ours()) if folder else (_ours(),)


@cache
def _ours() -> Path:
    """The folder of dq's own; that of a wheel lies inside the package."""
    package = Path(dq.__file__).parent
    inside = package / "expectations"
    return inside if inside.is_dir() else package.parent / "expectations"
