"""Samples as the metrics of prometheus-client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from dq.serving.names import BUCKETS, METRICS, Metric

if TYPE_CHECKING:
    from prometheus_client import Metric as Family
    from prometheus_client.registry import Collector


@cache
def _declared() -> dict[str, Metric]:
    return {one.name: one for one in METRICS}


def family(name: str, samples: Iterable[tuple[Sequence[str], float]]) -> Family:
    """A gauge or a counter with its samples: values of the labels, and the number."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    declared = _declared()[name]
    kind = CounterMetricFamily if declared.kind == "counter" else GaugeMetricFamily
    made: Family = kind(declared.name, declared.about, labels=declared.labels)
    for labels, value in samples:
        made.add_metric(labels, value)  # type: ignore[attr-defined]
    return made


def span_family(spans: Iterable[tuple[str, Sequence[int], float]]) -> Family:
    """The histogram of seconds: cadence, runs in each bucket, and the seconds of all together."""
    from prometheus_client.core import HistogramMetricFamily

    declared = _declared()["dq_run_seconds"]
    made = HistogramMetricFamily(declared.name, declared.about, labels=declared.labels)
    bounds = [*map(str, BUCKETS), "+Inf"]
    for cadence, counts, total in spans:
        made.add_metric([cadence], list(zip(bounds, map(float, accumulate(counts)), strict=True)), total)
    return made


class Texts:
    """All metrics, those of the process besides, in the formats that collectors of metrics take."""

    def __init__(self, collector: Collector) -> None:
        from prometheus_client import CollectorRegistry, ProcessCollector

        self._registry = CollectorRegistry()
        self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def text(self, accepted: str) -> tuple[bytes, str]:
        """The text in the best format of an Accept header, and its content type."""
        from prometheus_client.exposition import choose_encoder

        try:
            encoded, content_type = choose_encoder(accepted)
        except ValueError:  # a version that is no number
            encoded, content_type = choose_encoder("")
        return encoded(self._registry), content_type
