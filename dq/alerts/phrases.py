"""What a title says of an incident, in a few words: what happened, how much of it, and when."""

from __future__ import annotations

import re

from dq.explain.own import BLIND, SILENT, subject_of
from dq.explain.stretches import STRETCHES
from dq.model import DAY, OWN, Life, instant_text

# What a title says of a check; one that is not here is told by its own name.
_PHRASES = {
    "stale_series": "no bars {since}",
    "missing_bar": "bars missing, {span}",
    "low_completeness": "too few bars, {span}",
    "failed_cycle": "the collector fails, {span}",
    "uncovered_level": "levels are not renewed, {span}",
    "stuck_price": "price stands still, {span}",
    "zero_volume_run": "no volume, {span}",
    "broken_contract": "rows that cannot be read",
    "dst_shift": "stamps are displaced, {span}",
    "slow_cycle": "cycles take too long",
    "slow_upsert": "writes take too long",
    "excessive_retry": "too many requests made again",
    "excessive_memory": "too much memory",
    BLIND: "cannot judge {subject}",
    SILENT: "channel {subject} cannot be reached",
}
_LEAPS = {"price_spike", "price_jump", "volume_spike"}


def phrase_of(what: str, life: Life, now: int) -> str:
    """What happened, in a few words, and when."""
    several = "" if life.check in STRETCHES or life.start == life.end else " between"
    named = f"{life.check.replace('_', ' ')}{_size(life)}"
    shape = _PHRASES.get(life.check, f"{{named}}{several or ','} {{span}}")
    since = _span(life, now) if what == "resolved" else f"since {_short(life.start, now)}{traded(life)}"
    span = _span(life, now, " and " if several else "–")
    return shape.format(named=named, since=since, span=span, subject=_own_subject(life))


def traded(life: Life) -> str:
    """How much trading a check says that is; what the clock says would count nights and weekends."""
    found = re.search(r"([\d,.]+ \w+(?: \d+ \w+)?) of market time", life.message)
    return f" ({found[1]} of trading)" if found else ""


def _size(life: Life) -> str:
    """How far a price or volume leapt, as the sentence of the check says; else ""."""
    found = re.search(r"[,:] ([\d.,]*\d (?:%|ticks?))(?![\w%])", life.message) if life.check in _LEAPS else None
    return f" of {found[1]}" if found else ""


def _own_subject(life: Life) -> str:
    """The channel, or the source by its host and database, or the name of its file."""
    if life.check not in OWN:
        return ""
    subject = plain(subject_of(life))
    scheme, there, rest = subject.partition("://")
    if life.check != BLIND:
        return subject
    if not there:
        return subject.rpartition("/")[2] or subject
    place = re.split(r"[?#]", rest.rpartition("@")[2])[0]
    host, _, path = place.partition("/")
    database = path.rpartition("/")[2] if scheme.startswith("postgres") else ""
    return "/".join(filter(None, (re.sub(r":\d+$", "", host), database)))


def plain(text: str) -> str:
    """On one line, without signs that steer a terminal: names come from the source."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))


def _span(life: Life, now: int, to: str = "–") -> str:
    """`14:05 UTC`, `14:05–14:20 UTC`; the day with it where that is another one than today."""
    first, last = _short(life.start, now), _short(life.end, now)
    return first if first == last else f"{first.removesuffix(' UTC')}{to}{last}"


def _short(instant: int, now: int) -> str:
    text = instant_text(instant)
    day = "" if instant // DAY == now // DAY else f"{text[:10]} "
    return f"{day}{text[11:16]} UTC"
