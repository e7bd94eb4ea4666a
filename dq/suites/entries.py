"""One entry of a suite becomes an Expectation, or tells everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dq.checks import checks
from dq.model import SEVERITIES
from dq.suites.expectation import Expectation
from dq.suites.kwargs import FILTERS, like, nearest, one_of, shown
from dq.suites.positions import Key

PREFIX = "expect_no_"
UNSAID_SEVERITY = "critical"  # Great Expectations' own

Tell = Callable[[Key, str], None]

# Great Expectations knows these keys of an entry and refuses every other.
_ENTRY: Mapping[str, tuple[type, ...]] = {
    "type": (str,),
    "kwargs": (dict,),
    "meta": (dict, type(None)),
    "notes": (str, list, type(None)),
    "description": (str, type(None)),
    "severity": (str,),
    "id": (str, type(None)),
    "success_on_last_run": (bool, type(None)),
    "expectation_context": (dict, type(None)),
    "rendered_content": (list, type(None)),
}
_NAMES = {str: "text", dict: "an object", list: "a list", bool: "true or false", type(None): "null"}


def keys_in_order(found: object, allowed: Mapping[str, tuple[type, ...]], key: Key, tell: Tell) -> dict[str, Any]:
    """The keys of an object that are allowed there and of the right type; the others are told."""
    if not isinstance(found, dict):
        tell(key, f"it must be an object with keys {', '.join(allowed)}")
        return {}
    good = {}
    for name, value in found.items():
        if name not in allowed:
            tell((*key, name), f"no such key{nearest(name, allowed)}; allowed here: {', '.join(allowed)}")
        elif not isinstance(value, allowed[name]):
            tell((*key, name), f"it must be {' or '.join(_NAMES[kind] for kind in allowed[name])}")
        else:
            good[name] = value
    return good


def read_entry(entry: object, given: Mapping[str, Any], key: Key, tell: Tell) -> Expectation | None:
    """The expectation of one entry, or None after telling why there is none.

    Args:
        given: the suite's own parameters, for kwargs that are `{"$PARAMETER": name}`.
    """
    good = keys_in_order(entry, _ENTRY, key, tell)
    if not isinstance(entry, dict):
        return None
    missing = [name for name in ("type", "kwargs") if name not in entry]
    if missing:
        tell(key, f"{' and '.join(missing)} missing; an entry needs both, kwargs may be {{}}")
    severity = good.get("severity", UNSAID_SEVERITY)
    if severity not in SEVERITIES:
        tell(
            (*key, "severity"),
            f"{shown(severity)} is no severity{nearest(severity, SEVERITIES)}; {one_of(SEVERITIES)}",
        )
    check = _check(good["type"], (*key, "type"), tell) if "type" in good else None
    if check is None or missing:
        return None
    read = _read_kwargs(check, good.get("kwargs", {}), given, (*key, "kwargs"), tell)
    if read is None:
        return None
    parameters = {name: value for name, value in read.items() if name not in FILTERS}
    filters = read.get("cause"), read.get("longer_than"), read.get("bars")
    return Expectation(check, severity, parameters, *filters, good.get("meta") or {})


def _check(type_: str, key: Key, tell: Tell) -> str | None:
    """The name of the check, or None."""
    name = type_.removeprefix(PREFIX)
    if type_.startswith(PREFIX) and name in checks():
        return name
    meant = nearest(type_, [PREFIX + known for known in checks()])
    tell(key, f"{type_!r} is no expectation of dq{meant}; allowed: {PREFIX} and a check of `dq checks`")
    return None


def _read_kwargs(
    check: str, kwargs: Mapping[str, object], given: Mapping[str, Any], key: Key, tell: Tell
) -> dict[str, Any] | None:
    """Filters and the check's own parameters, or None after telling which of them cannot be used."""
    own, choices = checks()[check].parameters, checks()[check].choices
    read: dict[str, Any] = {}
    for name, said in kwargs.items():
        try:
            value = _given(said, given)
            if name in FILTERS:
                read[name] = FILTERS[name](value)
            elif name in own:
                read[name] = like(own[name], value, choices.get(name, ()))
            else:
                allowed = (*own, *FILTERS)
                tell((*key, name), f"{check} has no such parameter{nearest(name, allowed)}; {one_of(allowed)}")
        except ValueError as wrong:
            tell((*key, name), str(wrong))
    return read if len(read) == len(kwargs) else None


def _given(value: object, given: Mapping[str, Any]) -> object:
    """The value, from the suite's parameters where it refers to one."""
    if not (isinstance(value, dict) and list(value) == ["$PARAMETER"]):
        return value
    name = value["$PARAMETER"]
    if not isinstance(name, str) or name not in given:
        raise ValueError(
            f"{shown(name)} is not among the suite_parameters; {one_of(given or ['none, there are none'])}"
        )
    return given[name]
