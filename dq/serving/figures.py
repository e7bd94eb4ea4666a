"""The numbers of `/metrics`: written by the watch, read by whoever asks, neither ever waiting for the other."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dq.model import SECOND, SEVERITIES
from dq.serving.families import family, span_family
from dq.serving.names import BUCKETS, METRICS, STATES, VERDICTS
from dq.serving.rows import Labels, Newest, Sample, newest
from dq.serving.told import Due, Round, Standing, could_tell
from dq.sources.retrying import retries_made

if TYPE_CHECKING:
    from prometheus_client import Metric as Family


@dataclass(slots=True)
class _Spans:
    """Seconds of the runs of one cadence, by bucket; the last one has no upper end."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


class Figures:
    """Numbers of all rounds so far, as prometheus-client collects them.

    What the watch tells is made into metrics at once and put into the place of the earlier ones in one step, so that
    whoever asks sees all of a round or nothing of it.

    Args:
        silence: seconds since the watch was last seen to turn.
        clock: microseconds UTC.
    """

    def __init__(self, version: str, silence: Callable[[], float], clock: Callable[[], int]) -> None:
        self._version, self._silence, self._clock = version, silence, clock
        self._writing = threading.Lock()
        self._runs: Counter[Labels] = Counter()
        self._spans: dict[str, _Spans] = {}
        self._newest: dict[str, Newest] = {}
        self._successes: dict[str, int] = {}
        self._due: dict[str, int] = {}
        self._ages: dict[Labels, float] = {}
        self._around = _surroundings(None)  # not the round itself, which holds every bar of its run
        self._retries_before = retries_made()
        self._standing: Standing | None = None
        self._families: tuple[Family, ...] = ()
        self._publish()

    def told(self, name: str, one: Round) -> None:
        """A round of the cadence of that name is over."""
        run = one.outcome.run
        with self._writing:
            self._runs.update({(name, one): int(one == run.verdict) for one in VERDICTS})
            self._spans.setdefault(name, _Spans()).add(one.seconds)
            if could_tell(run):
                self._successes[name] = one.began
            self._around = _surroundings(one)
            self._due[name] = one.next_at
            before = self._newest.get(name)
            now = self._newest[name] = newest(name, one, self._successes.get(name))
            self._age(before, now)
            self._publish()

    def stands(self, standing: Standing) -> None:
        """What the history and the channels say now."""
        with self._writing:
            self._standing = standing
            self._publish()

    def expect(self, cadences: Mapping[str, Due], gone: Iterable[str]) -> None:
        """There will be runs of those cadences, so that they are counted from 0; of those gone the gauges go, too."""
        with self._writing:
            self._due = {name: due.at for name, due in cadences.items() if due.at is not None}
            self._runs.update({(name, one): 0 for name in cadences for one in VERDICTS})
            for name in gone:
                self._age(self._newest.pop(name, None), None)
                self._successes.pop(name, None)
            self._publish()

    def collect(self) -> Iterator[Family]:
        """Every metric that has a sample, as of the newest round; the others as of now."""
        yield from self._families
        yield family("dq_source_retries_total", [((), float(retries_made() - self._retries_before))])
        yield family("dq_watch_silent_seconds", [((), self._silence())])
        yield family("dq_threads", [((), float(threading.active_count()))])

    def _age(self, before: Newest | None, now: Newest | None) -> None:
        """The newest run that asks for a series says how old it is; one that cannot tell silences earlier ones."""
        names = now.names if now is not None and now.names else before.names if before is not None else frozenset()
        gone = (before.names if before is not None else frozenset()) | names
        for labels in gone:
            self._ages.pop(labels, None)
        self._ages |= now.ages if now is not None else {}

    def _publish(self) -> None:
        samples: dict[str, list[Sample]] = {
            "dq_build_info": [((self._version,), 1.0)],
            "dq_runs_total": [(labels, float(count)) for labels, count in self._runs.items()],
            "dq_freshness_market_seconds": list(self._ages.items()),
            "dq_next_run_timestamp_seconds": [((name,), at / SECOND) for name, at in self._due.items()],
            **self._around,
            **({} if self._standing is None else _standing(self._standing, self._clock())),
        }
        for one in self._newest.values():
            for name, told in one.samples.items():
                samples.setdefault(name, []).extend(told)
        spans = [(cadence, one.counts, one.total) for cadence, one in self._spans.items()]
        shown = [family(one.name, samples[one.name]) for one in METRICS if samples.get(one.name)]
        self._families = (*shown, *([span_family(spans)] if spans else ()))


def _surroundings(last: Round | None) -> dict[str, list[Sample]]:
    """What is known of source and heartbeat since the last round of any cadence."""
    breaker, failures, missed = (
        ("closed", 0, 0) if last is None else (last.breaker, last.failures, last.heartbeat_failures)
    )
    up = None if last is None else last.heartbeat_up
    return {
        "dq_breaker_state": [((state,), float(state == breaker)) for state in STATES],
        "dq_source_failures": [((), float(failures))],
        "dq_heartbeat_failures_total": [((), float(missed))],
        "dq_heartbeat_up": [] if up is None else [((), float(up))],
    }


def _standing(told: Standing, now: int) -> dict[str, list[Sample]]:
    names = sorted({*told.channels, *(one.message.channel for one in told.parcels)})
    lasting = Counter(one.severity for one in told.lives if one.lasts)
    waiting = {
        name: [one for one in told.parcels if one.message.channel == name and one.sent is None] for name in names
    }
    ages = {name: [now - one.message.created for one in each] for name, each in waiting.items()}
    samples: dict[str, list[Sample]] = {
        "dq_incidents_open": [((one,), float(lasting[one])) for one in SEVERITIES],
        "dq_alerts_pending": [((name,), float(len(each))) for name, each in waiting.items()],
        "dq_alert_attempts_failed": [
            ((name,), float(sum(one.attempts for one in each if one.error))) for name, each in waiting.items()
        ],
        "dq_alert_oldest_pending_seconds": [((name,), max(each, default=0) / SECOND) for name, each in ages.items()],
    }
    if told.history_bytes is not None:
        samples["dq_history_bytes"] = [((), float(told.history_bytes))]
    return samples
