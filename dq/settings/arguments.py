"""What a call in Python says, under the rules of dq.toml: values, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dq.model import SettingsError
from dq.settings import rules
from dq.settings.instants import duration_of, instant_of
from dq.settings.keys import SERIES
from dq.settings.values import COLUMNS, SeriesSettings

FAIL_ON = ("info", "warning", "critical", "never")


def names(value: object) -> tuple[str, ...]:
    """One name, or several."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple | set | frozenset) or not all(isinstance(one, str) for one in listed):
        raise ValueError(f"{value!r} is not allowed; it must be a name, or a list of names")
    return tuple(rules.text(one) for one in listed)


def suite(value: object) -> str:
    """A suite's name, or the path of its file."""
    if isinstance(value, Mapping):
        raise ValueError("it must be a name or a file: write what you altered with json.dumps, and give that path")  # noqa: TRY004  a fault of the call's values, told with the others
    return rules.text(value)


def columns(value: object) -> Mapping[str, str]:
    """Our name of a column to theirs."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is not allowed; it must map our names to yours, as in {{'timestamp': 'ts'}}")  # noqa: TRY004  a fault of the call's values, told with the others
    strange = [name for name in value if name not in COLUMNS]
    if strange:
        meant = rules.nearest(str(strange[0]), tuple(COLUMNS))
        raise ValueError(f"{strange[0]!r} is no column of the contract{meant}; it has {', '.join(COLUMNS)}")
    said = {**COLUMNS, **{name: rules.text(theirs) for name, theirs in value.items()}}
    twice = [name for name, theirs in said.items() if list(said.values()).count(theirs) > 1]
    if twice:
        raise ValueError(f"{' and '.join(twice)} are the same column, {said[twice[0]]!r}; each needs its own")
    return said


def whole(least: int) -> rules.Rule:
    """Whole numbers from that one up: how many series are judged at once, how many defects are tried."""

    def rule(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{value!r} is not allowed; it must be a whole number from {least} up")
        return value

    return rule


RULES: Mapping[str, rules.Rule] = {
    "window": duration_of,
    "begin": instant_of,
    "end": instant_of,
    "at": instant_of,
    "suite": suite,
    "instruments": names,
    "interval": duration_of,
    "calendar": rules.calendar,
    "timezone": rules.zone,
    "columns": columns,
    "fail_on": rules.one_of(*FAIL_ON),
    "allow_empty": rules.flag,
    "jobs": whole(1),
    "deadline": duration_of,
    "record": rules.flag,
    "progress": rules.flag,
    "each": whole(1),
    "seed": whole(0),
}
LENGTHS = (rules.duration, rules.duration_or_zero)


def admitted(
    said: Mapping[str, object], series: object = None, wrong: Sequence[str] = ()
) -> tuple[dict[str, Any], dict[str, SeriesSettings]]:
    """The arguments as dq uses them, None where nothing was said, and what was said of each series.

    Args:
        said: under the names of RULES.
        series: instrument to what its section of dq.toml could say, durations as texts or timedeltas.
        wrong: faults that are known already.

    Raises:
        SettingsError: with every fault, one a line.
    """
    faults = list(wrong)
    values = {name: _value(name, RULES[name], value, faults) for name, value in said.items()}
    if values.get("window") is not None and values.get("begin") is not None:
        faults.append("window and begin: both say where to begin; give one of them")
    if values.get("end") is not None and said.get("window") is None and said.get("begin") is None:
        faults.append("end: it needs a beginning; give begin, or window for a length of time before end")
    described = _series(series, faults)
    if len(faults) == 1:
        raise SettingsError(faults[0])
    if faults:
        raise SettingsError("\n".join([f"{len(faults)} faults in the call:", *(f"  {fault}" for fault in faults)]))
    return values, described


def _series(series: object, faults: list[str]) -> dict[str, SeriesSettings]:
    if series is None:
        return {}
    if not isinstance(series, Mapping) or not all(isinstance(one, Mapping) for one in series.values()):
        faults.append("series: it must map instruments to what is known of them, as in {'NQ=F': {'tick': 0.25}}")
        return {}
    described = {}
    for instrument, said in series.items():
        values = {}
        for name, value in said.items():
            key = f"series[{instrument!r}][{name!r}]"
            if name not in SERIES:
                meant = rules.nearest(str(name), tuple(SERIES))
                faults.append(f"{key}: dq knows no such key{meant}; here it knows {', '.join(SERIES)}")
                continue
            rule = SERIES[name]
            length = rule in LENGTHS and not isinstance(value, str)
            values[name] = _value(key, duration_of if length else rule, value, faults)
        described[str(instrument)] = SeriesSettings(**values)
    return described


def _value(name: str, rule: Callable[[object], Any], value: object, faults: list[str]) -> Any:
    if value is None:
        return None
    try:
        return rule(value)
    except ValueError as wrong:
        faults.append(f"{name}: {wrong}")
        return None
