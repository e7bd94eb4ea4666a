"""From samples to figures: durations, retries, memory."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from dq.model import Figure, Measure
from dq.sources.figures.names import chosen, speaks_of, words_of
from dq.sources.figures.quantiles import P95, of_buckets
from dq.sources.figures.samples import Sample, of_family

TIMES = {"seconds", "second", "s", "duration", "latency", "time", "elapsed", "ms", "milliseconds", "millis"}
THOUSANDTHS = {"ms", "milliseconds", "millis"}
UNITS = {"bytes": 1.0, "kb": 1e3, "kib": 1024.0, "mb": 1e6, "mib": 1048576.0, "gb": 1e9, "gib": 1073741824.0}
USUAL = "process_resident_memory_bytes"  # of every client library

Samples = Sequence[Sample]
Names = Mapping[str, str]
Since = int | None


class UnknownError(ValueError):
    """A measure that the metrics do not tell; the message says why."""


def figure_of(measure: Measure, samples: Samples, names: Names, since: Since) -> Figure:
    """That measure.

    Args:
        names: measure -> the metric that its owner named for it.
        since: from which instant on the samples count; None: since the collector started.

    Raises:
        ValueError: the metrics do not tell it, or several may; the message says which.
    """
    read: Mapping[str, Callable[[Samples, Names, Since], Figure]] = {"retries": _retries, "memory": _memory}
    return read[measure](samples, names, since) if measure in read else _duration(measure, samples, names, since)


def _duration(measure: str, samples: Samples, names: Names, since: Since) -> Figure:
    timed = [one.family for one in samples if _is_duration(one) or one.family.partition("{")[0] in names.values()]
    family = chosen(timed, measure, names)
    if family is None:
        raise UnknownError(_absent("no histogram or summary of the time that", measure, names))
    own = list(of_family(samples, family))
    unit = 1e-3 if THOUSANDTHS.intersection(words_of(family)) else 1.0
    given = [one.value for one in own if one.part == "quantile" and one.bound == P95]
    given += [one.value for one in own if one.kind == "gauge" and "95" in words_of(one.family)]
    if given:  # of several series, the slowest: percentiles do not add up
        counts = [one.value for one in own if one.part == "count"]
        return Figure(max(given) * unit, int(sum(counts)) if counts else None, family, own=True)
    buckets: dict[float, float] = defaultdict(float)
    for one in own:
        if one.part == "bucket" and not math.isnan(one.bound):
            buckets[one.bound] += one.value
    found = of_buckets(buckets)
    if found is None:
        raise UnknownError(
            f"{family} has no buckets and no 0.95 quantile" if len(buckets) < 2 else _idle(family, since)
        )
    return Figure(found[0] * unit, int(max(buckets.values())), family, since, beyond=found[1])


def _is_duration(one: Sample) -> bool:
    said = set(words_of(one.family))
    timed = one.part in {"bucket", "quantile"} or (one.kind == "gauge" and "95" in said)
    return timed and bool(TIMES & said)


def _retries(samples: Samples, names: Names, since: Since) -> Figure:
    """Retries by requests: two counters, or one that tells by a label which requests were retries."""
    family = chosen((one.family for one in samples if one.kind == "counter"), "retries", names)
    by_label = [one for one in samples if one.kind == "counter" and speaks_of(one.outcome, "retries") is not None]
    if family is None and by_label:
        family = by_label[0].family
        return _share(by_label, [one for one in of_family(samples, family) if one not in by_label], family, since)
    if family is None:
        raise UnknownError(_absent("no counter that says how often", "retries", names))
    counted = [one.family for one in samples if one.kind == "counter" and one.family != family]
    counted += [one.family for one in samples if one.part == "count"]
    requests = chosen((one for one in counted if speaks_of(one, "retries") is None), "requests", names)
    if requests is None:
        raise UnknownError(f"{family} counts retries, and {_absent('no counter says how many', 'requests', names)}")
    whole = [one for one in of_family(samples, requests) if one.part in {"", "count"}]
    return _share(list(of_family(samples, family)), whole, f"{family} and {requests}", since)


def _share(retries: Samples, requests: Samples, place: str, since: Since) -> Figure:
    again, whole = (sum(one.value for one in counted) for counted in (retries, requests))
    if whole <= 0:
        raise UnknownError(_idle(place, since))
    return Figure(again / whole, int(whole), place, since)


def _memory(samples: Samples, names: Names, since: Since) -> Figure:
    held = {one.family: one for one in samples if one.part == "" and set(UNITS) & set(words_of(one.family))}
    family = USUAL if USUAL in held and "memory" not in names else chosen(held, "memory", names)
    if family is None:
        raise UnknownError(_absent("no gauge of resident", "memory", names))
    unit = next(UNITS[word] for word in reversed(words_of(family)) if word in UNITS)
    return Figure(max(one.value for one in of_family(samples, family)) * unit, 1, family)


def _absent(what: str, measure: str, names: Names) -> str:
    if measure in names:
        return f"there is no {names[measure]} of that kind"
    told = {"cycle": " a cycle takes", "upsert": " an upsert takes", "retries": " requests are made again"}
    return f"{what}{told.get(measure, f' {measure}')}"


def _idle(place: str, since: Since) -> str:
    return f"{place} has counted nothing since {'it started' if since is None else 'the window began'}"
