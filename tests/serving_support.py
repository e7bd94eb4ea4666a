"""A server of health, metrics and pages to ask over real connections, and rounds to tell it."""

import http.client
from contextlib import closing

from html_samples import AT, BTC, lifelike, run, verdict

from dq.model import HOUR, MINUTE
from dq.run import Outcome
from dq.serving import Due, serve
from dq.watch.rounds import Round

FAST, AUDIT = "fast", "audit"


DUE = {FAST: Due(MINUTE, AT), AUDIT: Due(24 * HOUR, AT + 9 * HOUR)}


class Clock:
    now = AT

    def __call__(self):
        return self.now


def told(
    judged=None,
    *,
    cadence=FAST,
    every=MINUTE,
    began=AT,
    seconds=0.3,
    breaker="closed",
    failures=0,
    next_at=None,
    **more,
):
    """A round as the watch tells it; without series, of a run that could not tell."""
    made = run([judged], verdict=judged.verdict) if judged is not None else run(verdict="unknown", exit_code=3)
    outcome = Outcome(made, source_seconds=0.1 if judged is not None else None)
    return Round(outcome, cadence, every, HOUR, began, seconds, breaker, failures, next_at or began + every, **more)


WELL = verdict(BTC, lifelike(BTC), verdict="pass")


def served(folder, clock):
    """A server on a free port, to be closed."""
    return serve("127.0.0.1:0", folder / "site", clock, version="9.9", cadences=DUE)


def asked(serving, path, method="GET", **headers):
    """Status, headers and body of one answer; the path goes as it is."""
    with closing(http.client.HTTPConnection(serving.address, timeout=20)) as connection:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
