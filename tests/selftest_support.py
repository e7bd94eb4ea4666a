"""How tests ask `dq selftest`: the command itself, in this process and a folder of its own."""

import json
from dataclasses import dataclass

from validate_support import Answer, Desk, called


@dataclass(frozen=True)
class Told(Answer):
    """What the command said."""

    @property
    def report(self):
        """The JSON that it printed: nothing but one document, whose keys are the ones that are promised."""
        document = json.loads(self.out)
        assert list(document) == ["schema", "run", "summary", "series", "checks", "defects", "errors"]
        assert document["schema"] == "dq.selftest/1"
        assert document["run"]["exit_code"] == self.status
        assert all(
            list(one) == ["check", "injected", "caught", "exact", "false_alarms", "reason"]
            for one in document["checks"]
        )
        return document


@dataclass(frozen=True)
class Bench:
    """A desk at which self-tests are run."""

    desk: Desk

    def ask(self, *words, **environment):
        told = Told(*called(self.desk, "selftest", *words, **environment))
        assert "Traceback" not in told.out + told.err
        return told

    def json(self, *words, **more):
        return self.ask(*words, "--format", "json", **more)


def figures(told):
    """Of every check that was tried: injected, caught, exact, false alarms."""
    return {
        one["check"]: (one["injected"], one["caught"], one["exact"], one["false_alarms"])
        for one in told.report["checks"]
        if one["injected"]
    }


def reasons(told):
    """Why the other checks were not tried."""
    return {one["check"]: one["reason"] for one in told.report["checks"] if not one["injected"]}
