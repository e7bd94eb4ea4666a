"""One suspect in words: the check's own template, filled with what is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dq.checks import Check
from dq.displaced.zones import PLACES
from dq.levels import nearest_split
from dq.model import CAUSES, COLUMNS, SECOND, About, Evidence, Finding, Market, Suspects, column_names, duration_text
from dq.suites.words import counted, length_text, listed

_BACK = {1: True, 0: False, -1: None}


def finding(check: Check, suspects: Suspects, at: int, severity: str, market: Market | None) -> Finding:
    """The suspect at that position as a finding; without a market it concerns a table and no series."""
    cause = CAUSES[suspects["cause"][at]]
    about: About | None = suspects["about"][at]
    words = _words(suspects, at, market) if market and not about else _table_words(suspects, at, about)
    template = check.messages.get(cause) or check.messages.get("") or next(iter(check.messages.values()))
    return Finding(
        check=check.name,
        severity=severity,
        series=market.series if market else None,
        start=int(suspects["start"][at]),
        end=int(suspects["end"][at]),
        count=int(suspects["count"][at]),
        message=_capital(template.format(**words)),
        columns=column_names(int(suspects["columns"][at])),
        cause=cause or None,
        observed=_known(suspects["observed"][at]),
        expected=_known(suspects["expected"][at]),
        evidence=_evidence(suspects, at),
        subject=about.subject if about else "",
        parts=about.parts if about else (),
        names=about.names if about else (),
    )


def remainder(check: Check, suspects: Suspects, severity: str, market: Market | None) -> Finding:
    """All those suspects as one finding, because they are too many to tell each."""
    count = int(suspects["count"].sum())
    causes = {CAUSES[code] for code in suspects["cause"].tolist()}
    return Finding(
        check=check.name,
        severity=severity,
        series=market.series if market else None,
        start=int(suspects["start"].min()),
        end=int(suspects["end"].max()),
        count=count,
        message=f"And {len(suspects):,} more of this kind{_of_bars(check, count)}, not listed one by one.",
        cause=(causes.pop() or None) if len(causes) == 1 else None,
    )


def _of_bars(check: Check, count: int) -> str:
    return f" ({counted(count, 'bar')})" if check.of_bars else ""


def _table_words(suspects: Suspects, at: int, about: About | None) -> dict[str, object]:
    words = {} if about is None else {**about.words, "subject": about.subject}
    return {"count": f"{int(suspects['count'][at]):,}", **words}


def _words(suspects: Suspects, at: int, market: Market) -> dict[str, object]:
    count, length = int(suspects["count"][at]), int(suspects["length"][at])
    percent = float(suspects["percent"][at])
    columns = listed(column_names(int(suspects["columns"][at])), most=len(COLUMNS))
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
        "age": length_text(length),
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
        "reference": _reference(int(suspects["filled"][at]), int(suspects["count"][at])),
        "ahead": length_text(int(observed) * SECOND) if known else "",
        "shift": _shift(observed),
        "place": PLACES[zone] if zone >= 0 else "another zone",
        "split": _split(observed, float(suspects["expected"][at])),
        "winters": counted(int(observed), "winter") if known and observed >= 1 else "winter",
    }


def _reference(filled: int, count: int) -> str:
    """What the reference has of the missing bars; nothing where it says nothing."""
    if filled < 0:
        return ""
    if filled == 0:
        return "; the reference has none either"
    return "; the reference has them" if filled >= count else f"; the reference has {filled:,} of them"


def _split(price: float, before: float) -> str:
    """The split that leads from one price to another: `4:1`, or `1:10` where shares were merged."""
    if not (0 < price < math.inf and 0 < before < math.inf):
        return ""
    nearest = nearest_split(np.array([math.log(price) - math.log(before)]))
    many, few = int(nearest.many[0]), int(nearest.few[0])
    return f"{many}:{few}" if price < before else f"{few}:{many}"


def _shift(seconds: float) -> str:
    """An offset of stamps in words: `1 h late`, `5 h 30 min early`."""
    if not math.isfinite(seconds):
        return ""
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return f"{' '.join(parts)} {'late' if seconds > 0 else 'early'}"


def _far(suspects: Suspects, at: int) -> str:
    """The distance in the unit that people of this series think in: ticks where known, else percent; and sigmas."""
    ticks, percent, sigmas = (float(suspects[name][at]) for name in ("ticks", "percent", "sigmas"))
    near = counted(round(ticks), "tick") if math.isfinite(ticks) else _percent(percent)
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
