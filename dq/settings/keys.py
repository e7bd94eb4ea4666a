"""The keys of dq.toml, each under its rule, and how a table is held to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dq.settings import addresses, outward, rules, told
from dq.settings.document import Key

Rules = Mapping[str, rules.Rule]
Found = list[tuple[Key, str]]  # what breaks a rule: the key, and what is wrong with its value

TOP: Rules = {
    "source": rules.anything,
    "series": rules.anything,
    "reference": rules.anything,
    "collector": rules.anything,
    "alert": rules.anything,
    "watch": rules.anything,
    "log": rules.anything,
    "history": addresses.history,
    "keep": rules.duration,
    "suite": rules.text,
    "grace": rules.duration_or_zero,
    "deadline": rules.duration,
    "window": rules.duration,
    "serve": outward.endpoint,
    "pages": outward.web,
    "heartbeat": outward.secret_web,
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
COLLECTOR: Rules = {
    "cycle": rules.duration,
    "levels": rules.anything,
    "metrics": outward.web,
    "log": rules.file,
    "names": rules.anything,
}
MEASURED: Rules = dict.fromkeys(("cycle", "upsert", "retries", "requests", "memory"), rules.text)
ALERT: Rules = {
    "name": rules.name,
    "url": outward.channel,
    "min_severity": rules.severity,
    "checks": told.checks,
    "instruments": rules.words,
    "remind": rules.duration,
    "resolved": rules.flag,
}
WATCH: Rules = {
    "name": rules.name,
    "every": rules.duration,
    "offset": rules.duration_or_zero,
    "window": rules.duration,
    "suite": rules.text,
    "instruments": rules.words,
    "deadline": rules.duration,
}
LOG: Rules = {
    "file": rules.file,
    "format": rules.one_of("text", "json"),
    "level": rules.one_of("debug", "info", "warning", "error"),
    "max_bytes": rules.size,
    "backups": rules.whole,
}
# "url" stands in three sections and is guessed to be that of the first.
PLACES: Mapping[str, Rules] = {
    "[source]": SOURCE,
    '[series."NAME"]': SERIES,
    "[collector]": COLLECTOR,
    "[[alert]]": ALERT,
    "[[watch]]": WATCH,
    "[log]": LOG,
}
SECRETS = ("key", "api_key", "apikey", "password", "token", "secret", "supabase_key")


def admitted(table: object, allowed: Rules, key: Key, found: Found) -> dict[str, Any]:
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
