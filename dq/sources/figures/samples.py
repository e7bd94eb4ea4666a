"""The text of a metrics page as samples, and those of them that belong together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dq.sources.figures.names import is_yahoo, printable, speaks_of

OPERATIONS = ("operation", "op", "stage", "step", "phase", "task", "action")  # labels that are part of a name for us
PROVIDERS = ("source", "provider", "upstream", "target", "host", "api", "client", "service", *OPERATIONS)
OUTCOMES = ("outcome", "status", "result", "kind", "type", "reason")  # labels that say how a request ended
COUNTED = ("cycle", "upsert", "retries", "requests")  # measures that are made of what counts upwards
ENDINGS = ("_bucket", "_count", "_sum")


@dataclass(frozen=True, slots=True)
class Sample:
    """One value.

    Attributes:
        family: the name without `_bucket`, `_count` and the like, as the owner chose it, with the operation that a
            label names.
        kind: counter, gauge, histogram, summary, …
        part: bucket, count, sum, quantile or "", the value itself.
        bound: of a bucket or a quantile; NaN of others.
        outcome: how the requests that it counts ended, or "".
    """

    family: str
    kind: str
    part: str
    bound: float
    outcome: str
    value: float


Samples = Mapping[str, Sample]  # by name and labels, as on the page


def samples_of(text: str) -> Samples:
    """The finite samples of a metrics page.

    Raises:
        ValueError: it is no such page.
    """
    from prometheus_client.parser import text_string_to_metric_families

    found: dict[str, Sample] = {}
    try:
        for family in text_string_to_metric_families(text):
            for one in family.samples:
                if math.isfinite(one.value):
                    key = f"{one.name}{sorted(one.labels.items())}"
                    found[key] = _sample(one.name, family.type, one.labels, one.value)
    except (ValueError, KeyError, IndexError, TypeError) as wrong:  # the parser trusts what it reads
        raise ValueError("it is no text of Prometheus' format") from wrong
    return found


def _sample(name: str, kind: str, labels: Mapping[str, str], value: float) -> Sample:
    kind = _kind(name, kind, labels)
    ending = next((one for one in ENDINGS if name.endswith(one)), "")
    part = ending.strip("_") if kind in {"histogram", "summary"} else ""
    bound = _number(labels.get("le") if part == "bucket" else labels.get("quantile"))
    if kind == "summary" and "quantile" in labels:
        part = "quantile"
    whole = name.removesuffix(ending) if part else name
    outcome = " ".join(labels[label] for label in OUTCOMES if label in labels)
    return Sample(printable(f"{whole}{_distinct(kind, labels)}"), kind, part, bound, outcome, value)


def _kind(name: str, kind: str, labels: Mapping[str, str]) -> str:
    """Its type, where its owner did not say by its name."""
    if kind not in {"unknown", "untyped"}:
        return kind
    if name.endswith("_bucket") and "le" in labels:
        return "histogram"
    return "counter" if name.endswith("_total") else "summary" if "quantile" in labels else "gauge"


def _distinct(kind: str, labels: Mapping[str, str]) -> str:
    """The label that keeps a sample apart from others of its name: an operation; of counters, Yahoo among others."""
    among = PROVIDERS if kind == "counter" else OPERATIONS
    named = [label for label in among if label in labels and (kind != "counter" or is_yahoo(labels[label]))]
    return next((f'{{{label}="{labels[label]}"}}' for label in named), "")


def _number(text: str | None) -> float:
    try:
        return math.nan if text is None else float(text)
    except ValueError:
        return math.nan


def since(samples: Samples, earlier: Mapping[str, float]) -> dict[str, Sample]:
    """The same samples, what counts upwards as its growth since an earlier look."""
    grown = {}
    for key, one in samples.items():
        before = earlier.get(key, 0.0) if counts(one) else 0.0
        grown[key] = replace(one, value=one.value - before)
    return grown


def counts(one: Sample) -> bool:
    """Whether it only grows while its process lives."""
    return one.kind == "counter" or one.part in {"bucket", "count", "sum"}


def counted(samples: Samples, names: Mapping[str, str]) -> dict[str, float]:
    """The values of those that count something that a measure may be made of, by key.

    Args:
        names: measure -> the metric that its owner named for it.
    """
    return {key: one.value for key, one in samples.items() if counts(one) and _matters(one.family, names)}


def _matters(family: str, names: Mapping[str, str]) -> bool:
    named = any(one in {family, family.partition("{")[0]} for one in names.values())
    return named or any(speaks_of(family, measure) is not None for measure in COUNTED)


def of_family(samples: Iterable[Sample], family: str) -> Iterator[Sample]:
    """Those of one family."""
    return (one for one in samples if one.family == family)
