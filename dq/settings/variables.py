"""The environment variables that dq reads, and what each may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dq.settings import addresses, rules
from dq.settings.document import Fault


def instruments(value: object) -> tuple[str, ...]:
    """Names with commas between them, each once."""
    names = tuple(dict.fromkeys(name.strip() for name in str(value).split(",") if name.strip()))
    if not names:
        raise ValueError(f"{value!r} names no instrument; write names with commas between them, as in NQ=F,ES=F")
    return names


VARIABLES: Mapping[str, rules.Rule] = {
    "DATABASE_URL": addresses.database,
    "SUPABASE_URL": addresses.supabase,
    "SUPABASE_KEY": addresses.key,
    "INSTRUMENT": instruments,
    "MARKET_TIMEZONE": rules.zone,
    "FETCH_INTERVAL_SECONDS": rules.seconds,
    "DQ_CONFIG": rules.text,
    "DQ_HISTORY": addresses.history,
    "DQ_CACHE_DIR": rules.text,
}


def read_variables(texts: Mapping[str, tuple[str, str]], faults: list[Fault]) -> dict[str, Any]:
    """Variable -> its value; what breaks its rule is a fault.

    Args:
        texts: variable -> where it was said, and its text.
        faults: grows by what is found.
    """
    said = {}
    for name, (where, text) in texts.items():
        if text[0] == text[-1] and text[0] in "\"'" and len(text) > 1:  # in .env they are taken off before
            said_of = "it stands in quotes that belong to the value, as docker's --env-file leaves them; take them off"
            faults.append(Fault(where, name, said_of))
            continue
        try:
            said[name] = VARIABLES[name](text)
        except ValueError as wrong:
            faults.append(Fault(where, name, str(wrong)))
    return said
