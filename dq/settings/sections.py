"""The sections of dq.toml, each key under its rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dq.settings import rules
from dq.settings.document import Fault, Key, key_text, lines_of_keys
from dq.settings.values import COLUMNS, TABLES, AlertSettings, SeriesSettings

Rules = Mapping[str, rules.Rule]

TOP: Rules = {
    "source": rules.anything,
    "series": rules.anything,
    "collector": rules.anything,
    "alert": rules.anything,
    "history": rules.file,
    "suite": rules.text,
    "grace": rules.duration_or_zero,
    "deadline": rules.duration,
    "window": rules.duration,
}
SOURCE: Rules = {
    "url": rules.source,
    "timezone": rules.zone,
    "schema": rules.text,
    "tables": rules.anything,
    "columns": rules.anything,
    "order_by": rules.text,
}
SERIES: Rules = {
    "interval": rules.duration,
    "calendar": rules.calendar,
    "tick": rules.above_zero,
    "label": rules.one_of("open", "close"),
    "delay": rules.duration_or_zero,
    "continuous": rules.flag,
    "extended_hours": rules.flag,
    "adjusted": rules.flag,
    "allow_non_positive": rules.flag,
}
COLLECTOR: Rules = {"cycle": rules.duration}
ALERT: Rules = {"url": rules.channel, "min_severity": rules.severity}


class Sections(NamedTuple):
    """What a dq.toml says, admitted."""

    top: Mapping[str, Any]
    source: Mapping[str, Any]
    series: Mapping[str, SeriesSettings]
    collector: Mapping[str, Any]
    alerts: tuple[AlertSettings, ...]


NOTHING = Sections({}, {}, {}, {}, ())


def read_sections(path: Path, table: Mapping[str, Any], content: str, faults: list[Fault]) -> Sections:
    """Every section; what breaks a rule is a fault with its line."""
    found: list[tuple[Key, str]] = []
    top = _admitted(table, TOP, (), found)
    sections = Sections(
        top=top,
        source=_source(top.get("source", {}), found),
        series=_series(top.get("series", {}), found),
        collector=_admitted(top.get("collector", {}), COLLECTOR, ("collector",), found),
        alerts=_alerts(top.get("alert", []), found),
    )
    if found:
        lines = lines_of_keys(content)
        faults.extend(Fault(f"{path}{_line(key, lines)}", key_text(key), said) for key, said in found)
    return sections


def _admitted(table: object, allowed: Rules, key: Key, found: list[tuple[Key, str]]) -> dict[str, Any]:
    """The values of a table that keep the rules."""
    if not isinstance(table, dict):
        found.append((key, f"it must be a table with keys {', '.join(allowed)}"))
        return {}
    admitted = {}
    for name, value in table.items():
        if name not in allowed:  # its value stays unsaid: nobody knows whether it is a secret
            meant = rules.nearest(name, tuple(allowed))
            found.append(((*key, name), f"dq knows no such key{meant}; here it knows {', '.join(allowed)}"))
            continue
        try:
            admitted[name] = allowed[name](value)
        except ValueError as wrong:
            found.append(((*key, name), str(wrong)))
    return admitted


def _source(table: object, found: list[tuple[Key, str]]) -> dict[str, Any]:
    source = _admitted(table, SOURCE, ("source",), found)
    for name, defaults in (("tables", TABLES), ("columns", COLUMNS)):
        said = _admitted(source.get(name, {}), dict.fromkeys(defaults, rules.text), ("source", name), found)
        source[name] = {**defaults, **said}
    twice = [name for name, actual in source["columns"].items() if list(source["columns"].values()).count(actual) > 1]
    if twice:
        said_of = f"{' and '.join(twice)} are the same column, {source['columns'][twice[0]]!r}; each needs its own"
        found.append((("source", "columns"), said_of))
    return source


def _series(table: object, found: list[tuple[Key, str]]) -> Mapping[str, SeriesSettings]:
    if not isinstance(table, dict):
        found.append((("series",), 'it must be tables, one per instrument: [series."NQ=F"]'))
        return {}
    return {name: SeriesSettings(**_admitted(said, SERIES, ("series", name), found)) for name, said in table.items()}


def _alerts(entries: object, found: list[tuple[Key, str]]) -> tuple[AlertSettings, ...]:
    if not isinstance(entries, list):
        found.append((("alert",), "it must be a list of tables, each under [[alert]] in two brackets"))
        return ()
    alerts = []
    for number, entry in enumerate(entries):
        said = _admitted(entry, ALERT, ("alert", number), found)
        if "url" in said:
            alerts.append(AlertSettings(**said))
        elif isinstance(entry, dict) and "url" not in entry:
            found.append((("alert", number), "its url is missing: an apprise address, as in slack://…"))
    return tuple(alerts)


def _line(key: Key, lines: Mapping[Key, int]) -> str:
    """The line of the key, or of the nearest table around it that has one."""
    while key and key not in lines:
        key = key[:-1]
    return f":{lines[key]}" if key else ""
