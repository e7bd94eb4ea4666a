"""Alerts in words: a title that a telephone shows whole, and a body that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dq.explain.own import BLIND, SILENT, subject_of
from dq.model import DAY, OWN, Life, instant_text
from dq.settings import masked_text
from dq.suites.words import length_text, listed

LONGEST = 80  # characters of a title
_SUBJECT = 30  # characters of it that names may take
_SENTENCE = 600  # characters of what a check says: a log or a name may be long

_SIGNS = {"critical": "CRITICAL", "warning": "Warning", "info": "Note"}

# What a title says of a check; one that is not here is told by its own name.
_PHRASES = {
    "stale_series": "no bars since {since}{traded}",
    "missing_bar": "bars missing, {span}",
    "low_completeness": "too few bars, {span}",
    "failed_cycle": "the collector fails, {span}",
    "uncovered_level": "levels are not renewed, {span}",
    "broken_contract": "rows that cannot be read",
    "dst_shift": "stamps are displaced, {span}",
    "slow_cycle": "cycles take too long",
    "slow_upsert": "writes take too long",
    "excessive_retry": "too many requests made again",
    "excessive_memory": "too much memory",
    BLIND: "cannot judge the source",
    SILENT: "channel {subject} cannot be reached",
}
_ENDINGS = {
    "mended": "the bars no longer show it",
    "passed": "no run looks at those bars any more; in the table they are as they were",
    "unseen": "nobody has looked at those bars for a week",
}
_OWN_ENDINGS = {BLIND: "runs can tell again", SILENT: "messages get there again"}


@dataclass(frozen=True, slots=True)
class Words:
    """What others know of a life, in words; "" where they know nothing.

    Attributes:
        why: its cause.
        advice: what to do.
        since: its beginning on the clocks of its market, as in `2026-03-08 02:00 Chicago (CST)`.
    """

    why: str = ""
    advice: str = ""
    since: str = ""


NO_WORDS = Words()


def title_of(what: str, life: Life, now: int) -> str:
    """`CRITICAL NQ=F: no bars since 14:05 UTC (5 min of trading)`; 80 characters at most.

    Args:
        now: microseconds UTC; other days than today's are named.
    """
    sign = _SIGNS.get(life.worst, life.worst)
    if what == "resolved":
        told, tail = "Resolved", f", after {length_text(_minutes(_ended(life, now) - _began(life)))}"
    else:
        told = {"worse": f"Now {sign}", "reminder": f"Still {sign}"}.get(what, sign)
        tail = f", for {length_text(_minutes(now - _began(life)))}" if what == "reminder" else ""
    head = f"{told} {_subject(life)}: "
    return head + _cut(_phrase(life, now), LONGEST - len(head) - len(tail)) + tail


def body_of(what: str, life: Life, now: int, words: Words = NO_WORDS, *, was: str = "", link: str = "") -> str:
    """What happened, since when, where, why and what to do, a line each; no line is empty.

    Args:
        was: the severity that was told before, or "".
    """
    lines = (f"{name}: {plain(said)}" if name else plain(said) for name, said in _lines(what, life, now, words, was))
    return "\n".join([masked_text("\n".join(lines)), *([link] if link else [])])


def link_of(life: Life, pages: str | None) -> str:
    """The page of the incident, which is there while it lasts and for a week after; "" where there are no pages."""
    return f"{pages.rstrip('/')}/incidents/{life.id}.html" if pages else ""


def plain(text: str) -> str:
    """On one line, without signs that steer a terminal: names come from the source."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))


def _lines(what: str, life: Life, now: int, words: Words, was: str) -> Iterator[tuple[str, str]]:
    over = what == "resolved"
    if over:
        ending = _OWN_ENDINGS.get(life.check) or _ENDINGS.get(life.ending, "it is over")
        yield "Ended", f"{_clock(_ended(life, now))}: {ending}"
    yield "It was" if over else "", _cut(life.message, _SENTENCE)
    yield from _times(life, words)
    if len(life.series) > 1:
        yield "Series", listed(life.series, 8)
    yield "Severity", life.worst + (f", before {was}" if what == "worse" and was else "")
    if words.why:
        yield "Why", words.why
    if words.advice and not over:
        yield "What to do", words.advice
    if life.flapping and not over:
        yield "Note", "it comes and goes; you hear of it again when it has stayed away for a while"
    yield "Source", life.source
    yield "Look closer", f"dq incidents {life.id}"


def _times(life: Life, words: Words) -> Iterator[tuple[str, str]]:
    """Since when, of what lasts by its nature; which stretch of bars, of everything else."""
    local = f" ({words.since})" if words.since and life.check not in OWN else ""
    if life.check in OWN or life.check == "stale_series":
        yield "Since", _clock(_began(life)) + local
    else:
        first, last = _clock(life.start), _clock(life.end)
        same = first[:10] == last[:10]
        span = first if first == last else f"{first.removesuffix(' UTC')} – {last[11:] if same else last}"
        yield "When", span + local


def _phrase(life: Life, now: int) -> str:
    """What happened, in a few words, and when."""
    shape = _PHRASES.get(life.check, f"{life.check.replace('_', ' ')}, {{span}}")
    # How much trading that is, the check says in its sentence; what the clock says would count nights and weekends.
    traded = re.search(r"([\d,.]+ \w+(?: \d+ \w+)?) of market time", life.message)
    return shape.format(
        since=_short(life.start, now),
        span=_span(life, now),
        traded=f" ({traded[1]} of trading)" if traded else "",
        subject=plain(subject_of(life)) if life.check in OWN else "",
    )


def _subject(life: Life) -> str:
    if life.check in OWN:
        return "dq"
    if not life.series:
        return "collector"
    names = [_cut(plain(name), _SUBJECT) for name in life.series]
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return names[0] + more


def _span(life: Life, now: int) -> str:
    """`14:05 UTC`, `14:05–14:20 UTC`; the day with it where that is another one than today."""
    first, last = _short(life.start, now), _short(life.end, now)
    return first if first == last else f"{first.removesuffix(' UTC')}–{last}"


def _short(instant: int, now: int) -> str:
    text = instant_text(instant)
    day = "" if instant // DAY == now // DAY else f"{text[:10]} "
    return f"{day}{text[11:16]} UTC"


def _clock(instant: int) -> str:
    return f"{instant_text(instant)[:16].replace('T', ' ')} UTC"


def _began(life: Life) -> int:
    """When the trouble itself began: with the first bar that did not come; of other incidents, when a run first saw it."""
    return life.start if life.check == "stale_series" else life.first_seen


def _ended(life: Life, now: int) -> int:
    return now if life.resolved is None else life.resolved


def _minutes(length: int) -> int:
    """A length to the minute, and never below one: nobody is told of seconds."""
    return max(round(length / 60e6), 1) * 60_000_000


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"
