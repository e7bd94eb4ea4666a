"""The sections of dq.toml, each key under its rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dq.model import duration_text
from dq.settings import outward, rules
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
    top = admitted(table, TOP, (), found)
    top["heartbeat"] = elsewhere.value(("heartbeat",), top.get("heartbeat"), outward.web, found)
    sections = Sections(
        top=top,
        source=_source(top.get("source", {}), found),
        series=_series(top.get("series", {}), found),
        reference=_reference(top.get("reference"), found),
        collector=_collector(top.get("collector", {}), found),
        alerts=_alerts(top.get("alert", []), elsewhere, found),
        watches=_watches(top.get("watch", []), found),
        log=admitted(top.get("log", {}), LOG, ("log",), found),
    )
    if found:
        lines = lines_of_keys(content)
        faults.extend(Fault(f"{path}{_line(key, lines)}", key_text(key), said) for key, said in found)
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
    """The channels; one whose address stands where nobody can read it is a fault, and gone."""
    alerts = []
    for number, said in _listed("alert", entries, ALERT, "url", "an apprise address, as in slack://…", found):
        url = elsewhere.value(("alert", number, "url"), said["url"], outward.channel, found)
        if url is not None:
            unnamed = f"{url.partition('://')[0].lower()} {number + 1}"
            alerts.append(AlertSettings(**{"name": unnamed, **said, "url": url}))
    return tuple(alerts)


def _watches(entries: object, found: Found) -> tuple[WatchSettings, ...]:
    said = _listed("watch", entries, WATCH, "every", 'from one run to the next, as in "1m", "1h", "1d"', found)
    return tuple(WatchSettings(**{"name": f"every {duration_text(one['every'])}", **one}) for _, one in said)


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
