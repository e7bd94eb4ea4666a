"""The sections of dq.toml, each key under its rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dq.settings import addresses, rules
from dq.settings.document import Fault, Key, key_text, lines_of_keys
from dq.settings.values import COLUMNS, TABLES, AlertSettings, SeriesSettings

Rules = Mapping[str, rules.Rule]

TOP: Rules = {
    "source": rules.anything,
    "series": rules.anything,
    "reference": rules.anything,
    "collector": rules.anything,
    "alert": rules.anything,
    "history": rules.file,
    "suite": rules.text,
    "grace": rules.duration_or_zero,
    "deadline": rules.duration,
    "window": rules.duration,
}
SOURCE: Rules = {
    "url": addresses.source,
    "timezone": rules.zone,
    "schema": rules.text,
    "tables": rules.anything,
    "columns": rules.anything,
    "order_by": rules.text,
    "connect_timeout": rules.duration,
    "call_timeout": rules.duration,
    "retries": rules.whole,
}
REFERENCE: Rules = {"url": addresses.reference}
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
COLLECTOR: Rules = {"cycle": rules.duration, "levels": rules.anything}
ALERT: Rules = {"url": addresses.channel, "min_severity": rules.severity}
# "url" stands in three sections and is guessed to be that of the first.
PLACES: Mapping[str, Rules] = {
    "[source]": SOURCE,
    '[series."NAME"]': SERIES,
    "[collector]": COLLECTOR,
    "[[alert]]": ALERT,
}
SECRETS = ("key", "api_key", "apikey", "password", "token", "secret", "supabase_key")


class Sections(NamedTuple):
    """What a dq.toml says, admitted."""

    top: Mapping[str, Any]
    source: Mapping[str, Any]
    series: Mapping[str, SeriesSettings]
    reference: Mapping[str, Any]
    collector: Mapping[str, Any]
    alerts: tuple[AlertSettings, ...]


NOTHING = Sections({}, {}, {}, {}, {}, ())


def read_sections(path: Path, table: Mapping[str, Any], content: str, faults: list[Fault]) -> Sections:
    """Every section; what breaks a rule is a fault with its line."""
    found: list[tuple[Key, str]] = []
    top = _admitted(table, TOP, (), found)
    sections = Sections(
        top=top,
        source=_source(top.get("source", {}), found),
        series=_series(top.get("series", {}), found),
        reference=_reference(top.get("reference"), found),
        collector=_collector(top.get("collector", {}), found),
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
            found.append(
                ((*key, name), f"dq knows no such key{_meant(name, allowed)}; here it knows {', '.join(allowed)}")
            )
            continue
        try:
            admitted[name] = allowed[name](value)
        except ValueError as wrong:
            found.append(((*key, name), str(wrong)))
    return admitted


def _meant(name: str, allowed: Rules) -> str:
    """What was probably meant by an unknown key: a key of another section, or one that is spelled nearly so."""
    if name.lower() in SECRETS:
        return " (secrets stand in .env or the environment: SUPABASE_KEY, or the password in DATABASE_URL)"
    if allowed is not TOP and name in TOP:
        return " (it belongs above the first section)"
    place = next((place for place, keys in PLACES.items() if name in keys and keys is not allowed), None)
    return f" (it belongs under {place})" if place else rules.nearest(name, tuple(allowed))


def _source(table: object, found: list[tuple[Key, str]]) -> dict[str, Any]:
    source = _admitted(table, SOURCE, ("source",), found)
    for name, defaults, rule in (("tables", TABLES, rules.table), ("columns", COLUMNS, rules.text)):
        said = _admitted(source.get(name, {}), dict.fromkeys(defaults, rule), ("source", name), found)
        source[name] = {**defaults, **said}
        actual = list(source[name].values())
        twins = [ours for ours, theirs in source[name].items() if actual.count(theirs) > 1]
        if twins:
            said_of = f"{' and '.join(twins)} are the same {name[:-1]}, {source[name][twins[0]]!r}; each needs its own"
            found.append((("source", name), said_of))
    return source


def _series(table: object, found: list[tuple[Key, str]]) -> Mapping[str, SeriesSettings]:
    if not isinstance(table, dict):
        found.append((("series",), 'it must be tables, one per instrument: [series."NQ=F"]'))
        return {}
    return {name: SeriesSettings(**_one_series(name, said, found)) for name, said in table.items()}


def _one_series(name: str, said: object, found: list[tuple[Key, str]]) -> dict[str, Any]:
    """What is said of one instrument; one with a dot in its name makes a table in a table unless it is quoted."""
    if not name.strip():
        found.append((("series", name), 'it names no instrument: [series."NQ=F"]'))
    if isinstance(said, dict) and said and all(isinstance(inner, dict) for inner in said.values()):
        inner = next(iter(said))
        found.append((("series", name, inner), f'a name with a dot in it needs quotes: [series."{name}.{inner}"]'))
        return {}
    return _admitted(said, SERIES, ("series", name), found)


def _reference(table: object, found: list[tuple[Key, str]]) -> dict[str, Any]:
    if table is None:
        return {}
    if table == {}:
        found.append((("reference",), "its url is missing: where other bars of the same series are, as in yahoo:"))
    return _admitted(table, REFERENCE, ("reference",), found)


def _collector(table: object, found: list[tuple[Key, str]]) -> dict[str, Any]:
    said = _admitted(table, COLLECTOR, ("collector",), found)
    levels = said.get("levels", {})
    if not isinstance(levels, dict):
        found.append((("collector", "levels"), "it must be a table: level type = how many of them an hour has"))
        return said
    counted = dict.fromkeys(levels, rules.above_zero)
    return {**said, "levels": _admitted(levels, counted, ("collector", "levels"), found)}


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
    """The line of the key, of the first one inside it, or of the nearest table around it that has one."""
    within = [line for other, line in lines.items() if other[: len(key)] == key]
    if within:
        return f":{lines.get(key, min(within))}"
    return _line(key[:-1], lines) if len(key) > 1 else ""
