"""The same frame before dq's own runner and before Great Expectations, and what each of them finds."""

import json
from dataclasses import replace
from pathlib import Path

from great_expectations.core.expectation_suite import ExpectationSuite

import dq.gx
from dq.gx.asking import question_of_batch
from dq.model import SEVERITIES
from dq.reports.json import finding_document
from dq.run import validate

SUITES = Path(__file__).parent.parent / "expectations"
LOUD = SEVERITIES[1:]


def batch_definition(context=None, name="bars"):
    context = context or dq.gx.context()
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    return asset.add_batch_definition_whole_dataframe("all")


def suite_of(name, said):
    """A suite of ours, every entry with what is said of the bars."""
    document = json.loads((SUITES / f"{name}.json").read_text("utf-8"))
    for entry in document["expectations"]:
        entry["kwargs"] |= said
    suite = ExpectationSuite(**document)
    assert len(suite.expectations) == len(document["expectations"])
    return suite


def own_run(frame, said, suite):
    return validate(replace(question_of_batch(frame, said), suite=suite), "0").run


def loud(documents):
    """What was found, without the notes; what several entries tell of one suspect, by the one that is most severe."""
    found = {}
    for one in documents:
        suspect = tuple(one[name] for name in ("check", "instrument", "interval", "start", "end", "cause"))
        if one["severity"] in LOUD and (suspect not in found or _rank(one) > _rank(found[suspect])):
            found[suspect] = one
    return found


def _rank(document):
    return SEVERITIES.index(document["severity"])


def of_run(run):
    return loud(json.loads(json.dumps(finding_document(one))) for one in run.findings)


def of_results(results):
    return loud(one for each in results for one in (each.result.get("details") or {}).get("findings", ()))
