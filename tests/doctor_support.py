"""How tests ask `dq doctor` and `dq init`: the commands themselves, in this process; test_secrets gives them their own."""

import json
from dataclasses import dataclass

from validate_support import called

# when the row is written, however long the tests have run
UP_TO_NOW = "(date_trunc('minute', now()) - n * interval '1 minute')"


@dataclass(frozen=True)
class Told:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def lines(self):
        """Step to its line, of an answer in JSON."""
        document = json.loads(self.out)
        assert document["schema"] == "dq.doctor/1"
        assert document["exit_code"] == self.status
        assert sum(document["summary"].values()) == len(document["lines"])
        assert self.err == ""
        return {line["step"]: line for line in document["lines"]}

    @property
    def verdicts(self):
        return {step: line["verdict"] for step, line in self.lines.items()}

    def steps(self, verdict):
        return [step for step, one in self.verdicts.items() if one == verdict]


def tell(desk, *words, **environment):
    """What `dq` with those words says in that folder."""
    told = Told(*called(desk, *words, **environment))
    assert "Traceback" not in told.out + told.err
    return told


def doctor(desk, *words, **environment):
    """The lines of `dq doctor`."""
    return tell(desk, "doctor", *words, "--format", "json", **environment)


def recent(server, schema, name="BTC-USD", *, table="ohlc_data", count=600, ago=1, columns=None):
    """A calm walk of minutes up to some minutes ago, on a grid of 0.25."""
    names = columns or "instrument, timestamp, open, high, low, close, volume"
    server.run(
        f"INSERT INTO {schema}.\"{table}\" ({names}) SELECT '{name}', {UP_TO_NOW}, "
        f"100 + round(40 * sin(n)) / 4, 112, 88, 100 + round(40 * sin(n + 1)) / 4, n % 17 + 1 "
        f"FROM generate_series({ago}, {ago + count - 1}) AS n"
    )
