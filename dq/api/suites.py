"""`dq.suite`: a suite to read, alter and save as one's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def suite(name: str | os.PathLike[str]) -> dict[str, Any]:
    """A suite as it stands in its file, in Great Expectations' own format.

    Altered and saved as JSON, it is a suite that `dq.validate(…, suite="mine.json")` takes.

    Args:
        name: of one of dq's suites ("ohlc_1m", "ohlc_1d"), of one in the folder `expectations` here, or a .json file.

    Raises:
        SuiteError: there is none, or with every fault of the file.
    """
    from dq.suites import load_suite
    from dq.suites.shelf import find_suite

    load_suite(os.fspath(name), Path.cwd())
    document: dict[str, Any] = json.loads(find_suite(os.fspath(name), Path.cwd()).read_text("utf-8-sig"))
    return document
