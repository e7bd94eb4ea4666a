"""A suite of dq as a suite of Great Expectations, with what is known of the bars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from great_expectations.core.expectation_suite import ExpectationSuite

from dq.gx.leaving import left_alone
from dq.model import SuiteError
from dq.suites import Expectation, Suite
from dq.suites.judging import question_of
from dq.suites.reading import read_suite
from dq.suites.shelf import find_suite

TELLS_OF_DST = "dst_shift"


def suite(name_or_path: str, **said: Any) -> ExpectationSuite:
    """A suite of dq's own, of `expectations/` in the current folder, or of a .json file.

    Read strictly, which Great Expectations does not: it leaves out, silently, what it does not know. Entries that name no
    cause are told which causes have entries of their own in this suite.

    Args:
        said: of the bars, for every entry: `calendar="24/7"`, `columns={…}` and so on.

    Raises:
        SuiteError: there is none, or with every fault of the file.
        ValueError: what is said of the bars is wrong.
    """
    path = find_suite(name_or_path, Path.cwd())
    text = path.read_text("utf-8-sig")
    own, document = read_suite(text, str(path)), json.loads(text)
    for entry, told in zip(own.expectations, document["expectations"], strict=True):
        told["kwargs"] = {**told["kwargs"], **said, **_leaving(entry, own)}
    made = ExpectationSuite(**document)
    if len(made.expectations) < len(own.expectations):
        raise SuiteError(f"{path}: Great Expectations left out some of its entries; its log says which.")
    return made


def _leaving(entry: Expectation, own: Suite) -> dict[str, list[str]]:
    """The causes that this suite judges by other entries, where they are not those that are left alone anyway."""
    if entry.cause is not None:
        return {}
    others = [one for one in own.expectations if one.cause is not None and question_of(one) == question_of(entry)]
    causes = list(dict.fromkeys(cause for one in others for cause in one.cause or ()))
    if not any(one.check == TELLS_OF_DST for one in own.expectations):
        causes = [cause for cause in causes if cause != "dst"]  # nobody else would: to dq's own runner they are holes
    return {} if set(causes) == set(left_alone(entry.check)) else {"leave": causes}
