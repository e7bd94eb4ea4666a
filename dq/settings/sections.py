"""The sections of dq.toml, each key under its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from dq.model import duration_text
from dq.settings import addresses, outward, rules
from dq.settings.document import Fault, Key, key_text, lines_of_keys
from dq.settings.keys import (
    ALERT,
    COLLECTOR,
    LOG,
    MEASURED,
    REFERENCE,
    SERIES,
    SOURCE,
    TOP,
    WATCH,
    Found,
    Rules,
    admitted,
)
from dq.settings.references import Elsewhere
from dq.settings.values import COLUMNS, TABLES, AlertSettings, SeriesSettings, WatchSettings


class Sections(NamedTuple):
    """What a dq.toml says, admitted."""

    top: Mapping[str, Any]
    source: Mapping[str, Any]
    series: Mapping[str, SeriesSettings]
    reference: Mapping[str, Any]
    collector: Mapping[str, Any]
    alerts: tuple[AlertSettings, ...]
    watches: tuple[WatchSettings, ...]
    log: Mapping[str, Any]


NOTHING = Sections({}, {}, {}, {}, {}, (), (), {})


def read_sections(
    path: Path, table: Mapping[str, Any], content: str, elsewhere: Elsewhere, faults: list[Fault]
) -> Sections:
    """Every section; what breaks a rule is a fault with its line."""
    found: Found = []
    lines = cache(partial(lines_of_keys, content))  # asked for where something has to be named
    top = admitted(table, TOP, (), found)
    for name, rule in (("heartbeat", outward.web), ("history", addresses.history)):
        top[name] = elsewhere.value((name,), top.get(name), rule, found)
    sections = Sections(
        top=top,
        source=_source(top.get("source", {}), found),
        series=_series(top.get("series", {}), found),
        reference=_reference(top.get("reference"), found),
        collector=_collector(top.get("collector", {}), found),
        alerts=_alerts(top.get("alert", []), elsewhere, found),
        watches=_watches(top.get("watch", []), lambda key: f"{path}{_line(key, lines())}: {key_text(key)}", found),
        log=admitted(top.get("log", {}), LOG, ("log",), found),
    )
    faults.extend(
        Fault(f"{path}{_line(key, lines())}", key_text(key), said, elsewhere=key in elsewhere.unread)
        for key, said in found
    )
    return sections


def _source(table: object, found: Found) -> dict[str, Any]:
    source = admitted(table, SOURCE, ("source",), found)
    for name, defaults, rule in (("tables", TABLES, rules.table), ("columns", COLUMNS, rules.text)):
        said = admitted(source.get(name, {}), dict.fromkeys(defaults, rule), ("source", name), found)
        source[name] = {**defaults, **said}
        actual = list(source[name].values())
        twins = [ours for ours, theirs in source[name].items() if actual.count(theirs) > 1]
        if twins:
            said_of = f"{' and '.join(twins)} are the same {name[:-1]}, {source[name][twins[0]]!r}; each needs its own"
            found.append((("source", name), said_of))
    return source


def _series(table: object, found: Found) -> Mapping[str, SeriesSettings]:
    if not isinstance(table, dict):
        found.append((("series",), 'it must be tables, one per instrument: [series."NQ=F"]'))
        return {}
    return {name: SeriesSettings(**_one_series(name, said, found)) for name, said in table.items()}


def _one_series(name: str, said: object, found: Found) -> dict[str, Any]:
    """What is said of one instrument; one with a dot in its name makes a table in a table unless it is quoted."""
    if not name.strip():
        found.append((("series", name), 'it names no instrument: [series."NQ=F"]'))
    if isinstance(said, dict) and said and all(isinstance(inner, dict) for inner in said.values()):
        inner = next(iter(said))
        found.append((("series", name, inner), f'a name with a dot in it needs quotes: [series."{name}.{inner}"]'))
        return {}
    return admitted(said, SERIES, ("series", name), found)


def _reference(table: object, found: Found) -> dict[str, Any]:
    if table is None:
        return {}
    if table == {}:
        found.append((("reference",), "its url is missing: where other bars of the same series are, as in yahoo:"))
    return admitted(table, REFERENCE, ("reference",), found)


def _collector(table: object, found: Found) -> dict[str, Any]:
    said = admitted(table, COLLECTOR, ("collector",), found)
    said["names"] = admitted(said.get("names", {}), MEASURED, ("collector", "names"), found)
    levels = said.get("levels", {})
    if not isinstance(levels, dict):
        found.append((("collector", "levels"), "it must be a table: level type = how many of them an hour has"))
        return said
    counted = dict.fromkeys(levels, rules.above_zero)
    return {**said, "levels": admitted(levels, counted, ("collector", "levels"), found)}


def _alerts(entries: object, elsewhere: Elsewhere, found: Found) -> tuple[AlertSettings, ...]:
    """The channels; one whose address stands where nobody can read it is a fault, and keeps saying where that is."""
    alerts = []
    for number, said in _listed("alert", entries, ALERT, "url", "an apprise address, as in slack://…", found):
        key: Key = ("alert", number, "url")
        url = elsewhere.value(key, said["url"], outward.channel, found)
        if url is not None or key in elsewhere.unread:
            url = url or said["url"]
            unnamed = f"{url.partition('://')[0].lower()} {number + 1}"
            alerts.append(AlertSettings(**{"name": unnamed, **said, "url": url}))
    return tuple(alerts)


def _watches(entries: object, where: Callable[[Key], str], found: Found) -> tuple[WatchSettings, ...]:
    watches = []
    said = _listed("watch", entries, WATCH, "every", 'from one run to the next, as in "1m", "1h", "1d"', found)
    for number, one in said:
        told = {"where": where(("watch", number, "suite"))} if "suite" in one else {}
        watch = WatchSettings(**{"name": f"every {duration_text(one['every'])}", **one, **told})
        found.extend((("watch", number, key), wrong) for key, wrong in _too_long(watch))
        watches.append(watch)
    return tuple(watches)


def _too_long(watch: WatchSettings) -> Iterator[tuple[str, str]]:
    """What does not fit between one run of a cadence and the next."""
    every = f"{duration_text(watch.every)}, its every"
    if watch.offset >= watch.every:
        yield "offset", f"{duration_text(watch.offset)} leads past the next run; it must be shorter than {every}"
    if watch.deadline is not None and watch.deadline > watch.every:
        yield "deadline", f"{duration_text(watch.deadline)} lasts past the next run; it must be no longer than {every}"


def _listed(
    section: str, entries: object, allowed: Rules, needed: str, meaning: str, found: Found
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a list that have what they need, admitted; of two with one name the second is a fault."""
    if not isinstance(entries, list):
        found.append(((section,), f"it must be a list of tables, each under [[{section}]] in two brackets"))
        return
    names: set[str] = set()
    for number, entry in enumerate(entries):
        said = admitted(entry, allowed, (section, number), found)
        name = said.get("name")
        if name in names:
            found.append(((section, number, "name"), f"{name!r} is the name of another [[{section}]]"))
        names.update(filter(None, (name,)))
        if needed in said:
            yield number, said
        elif isinstance(entry, dict) and needed not in entry:
            found.append(((section, number), f"its {needed} is missing: {meaning}"))


def _line(key: Key, lines: Mapping[Key, int]) -> str:
    """The line of the key, of the first one inside it, or of the nearest table around it that has one."""
    within = [line for other, line in lines.items() if other[: len(key)] == key]
    if within:
        return f":{lines.get(key, min(within))}"
    return _line(key[:-1], lines) if len(key) > 1 else ""
