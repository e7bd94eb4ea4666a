"""One suspect in words: the check's own template, filled with what is known."""

from __future__ import annotations

import math
from typing import Any

from dq.checks import Check
from dq.displaced.zones import PLACES
from dq.model import CAUSES, MINUTE, SECOND, Evidence, Finding, Market, Suspects, column_names, duration_text

_BACK = {1: True, 0: False, -1: None}


def finding(check: Check, suspects: Suspects, at: int, severity: str, market: Market) -> Finding:
    """The suspect at that position as a finding."""
    cause = CAUSES[suspects["cause"][at]]
    words = _words(suspects, at, market)
    template = check.messages.get(cause) or check.messages.get("") or next(iter(check.messages.values()))
    return Finding(
        check=check.name,
        severity=severity,
        series=market.series,
        start=int(suspects["start"][at]),
        end=int(suspects["end"][at]),
        count=int(suspects["count"][at]),
        message=_capital(template.format(**words)),
        columns=column_names(int(suspects["columns"][at])),
        cause=cause or None,
        observed=_known(suspects["observed"][at]),
        expected=_known(suspects["expected"][at]),
        evidence=_evidence(suspects, at),
    )


def remainder(check: Check, suspects: Suspects, severity: str, market: Market) -> Finding:
    """All those suspects as one finding, because they are too many to tell each."""
    count = int(suspects["count"].sum())
    causes = {CAUSES[code] for code in suspects["cause"].tolist()}
    return Finding(
        check=check.name,
        severity=severity,
        series=market.series,
        start=int(suspects["start"].min()),
        end=int(suspects["end"].max()),
        count=count,
        message=f"And {len(suspects):,} more of this kind ({counted(count, 'bar')}), not listed one by one.",
        cause=(causes.pop() or None) if len(causes) == 1 else None,
    )


def counted(number: int, noun: str) -> str:
    """`1 bar`, `12 bars`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _words(suspects: Suspects, at: int, market: Market) -> dict[str, object]:
    count, length = int(suspects["count"][at]), int(suspects["length"][at])
    percent = float(suspects["percent"][at])
    columns = _listed(column_names(int(suspects["columns"][at])))
    return {
        "count": f"{count:,}",
        "bars": counted(count, "bar"),
        "Bars": counted(count, "bar"),
        "rows": counted(count, "row"),
        "observed": float(suspects["observed"][at]),
        "expected": float(suspects["expected"][at]),
        "columns": columns,
        "Columns": columns,
        "far": _far(suspects, at),
        "share": _percent(percent),
        "apart": "" if math.isnan(percent) or percent == 0 else f" (prices by up to {_percent(percent)})",
        "instants": "one bar" if suspects["start"][at] == suspects["end"][at] else "several bars",
        "age": _age(length),
        "interval": duration_text(market.series.interval),
        "calendar": market.series.calendar,
        "details": "; ".join(market.set_aside.details[:3]) + (" …" if len(market.set_aside.details) > 3 else ""),
        **_read(suspects, at),
    }


def _read(suspects: Suspects, at: int) -> dict[str, str]:
    """What `observed` says where it stands for seconds of lateness or of displacement, for sessions or for winters."""
    zone, observed = int(suspects["zone"][at]), float(suspects["observed"][at])
    known = math.isfinite(observed)
    return {
        "again": f", at the same time of {observed:,.0f} sessions" if known else "",
        "ahead": _age(int(observed) * SECOND) if known else "",
        "shift": _shift(observed),
        "place": PLACES[zone] if zone >= 0 else "another zone",
        "winters": counted(int(observed), "winter") if known and observed >= 1 else "winter",
    }


def _listed(names: tuple[str, ...]) -> str:
    """`open, high and close`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _shift(seconds: float) -> str:
    """An offset of stamps in words: `1 h late`, `5 h 30 min early`."""
    if not math.isfinite(seconds):
        return ""
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return f"{' '.join(parts)} {'late' if seconds > 0 else 'early'}"


def _age(length: int) -> str:
    """A length of market time in its largest units: `14 min`, `3 h 20 min`, `2 d 4 h`."""
    days, minutes = divmod(length // MINUTE, 1440)
    hours, minutes = divmod(minutes, 60)
    if length < MINUTE:
        return duration_text(length) if length else "0 s"
    if days:
        return f"{days:,} d {hours} h" if hours else f"{days:,} d"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _far(suspects: Suspects, at: int) -> str:
    """The distance in the unit that people of this series think in: ticks where known, else percent; and sigmas."""
    ticks, percent, sigmas = (float(suspects[name][at]) for name in ("ticks", "percent", "sigmas"))
    near = f"{ticks:,.0f} ticks" if math.isfinite(ticks) else _percent(percent)
    return f"{near} ({sigmas:.0f} sigmas)" if math.isfinite(sigmas) else near


def _percent(percent: float) -> str:
    return f"{percent:,.0f} %" if percent >= 10 else f"{percent:.2g} %"


def _evidence(suspects: Suspects, at: int) -> Evidence | None:
    sigmas, ticks, percent = (_known(suspects[name][at]) for name in ("sigmas", "ticks", "percent"))
    back = _BACK[int(suspects["came_back"][at])]
    if (sigmas, ticks, percent, back) == (None, None, None, None):
        return None
    return Evidence(sigmas, ticks, percent, back)


def _known(number: Any) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
