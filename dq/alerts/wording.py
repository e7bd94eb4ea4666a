"""Alerts in words: a title that a telephone shows whole, and a body that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dq.alerts.phrases import phrase_of, plain, traded
from dq.explain.own import BLIND, SILENT
from dq.explain.stretches import length_of
from dq.model import OWN, Life, Message, instant_text
from dq.settings import masked_text
from dq.suites.words import length_text, listed

LONGEST = 80  # characters of a title
_SUBJECT = 30  # characters of it that names may take
_SENTENCE = 600  # characters of what a check says: a log or a name may be long

_OVER = "Over"  # begins the title of an end that nobody brought about; `Resolved` is for what was mended

_SIGNS = {"critical": "CRITICAL", "warning": "Warning", "info": "Note"}

_ENDINGS = {
    "mended": "the bars no longer show it",
    "passed": "no run looks at all of those bars any more, and none saw them mended; judge their stretch again to know",
    "unseen": "nobody has looked at those bars for a week",
}
_TAILS = {"passed": ", not seen mended", "unseen": ", not looked at for a week"}
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
    told = {"worse": f"Now {sign}", "reminder": f"Still {sign}", "resolved": "Resolved"}.get(what, sign)
    if what == "resolved" and life.ending in _TAILS and life.check not in OWN:
        told = _OVER
    head, tail = f"{told} {_subject(life)}: ", _tail(what, life, now)
    return head + _cut(phrase_of(what, life, now), LONGEST - len(head) - len(tail)) + tail


def is_mended(message: Message) -> bool:
    """Whether what it tells the end of was mended: the history keeps of a message its words alone."""
    return message.what == "resolved" and not message.title.startswith(f"{_OVER} ")


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


def _lines(what: str, life: Life, now: int, words: Words, was: str) -> Iterator[tuple[str, str]]:
    over = what == "resolved"
    if over:
        yield "Ended", _ending(life)
    yield "It was" if over else "", _cut(life.message, _SENTENCE)
    yield from _times(life, words, over=over)
    if len(life.series) > 1:
        yield "Series", listed(life.series, 8)
    if over or (what == "worse" and was):  # else the title says it
        yield "Severity", life.worst + ("" if over else f", before {was}")
    if words.why:
        yield "Why", words.why
    if words.advice and (not over or life.ending == "passed"):
        yield "What to do", words.advice
    if life.flapping and not over:
        yield "Note", "it comes and goes; you hear of it again when it has stayed away for a while"
    yield "Source", life.source
    yield "Written", _clock(now)  # it may arrive much later
    yield "Look closer", f"dq incidents {life.id}"


def _ending(life: Life) -> str:
    """How it ended, and until when it was seen: with bars that is not when they came, but when a run looked last."""
    if life.check in OWN:
        return f"{_OWN_ENDINGS[life.check]}, {_clock(life.last_seen if life.resolved is None else life.resolved)}"
    return f"{_ENDINGS.get(life.ending, 'it is over')}; seen until {_clock(life.last_seen)}"


def _times(life: Life, words: Words, *, over: bool) -> Iterator[tuple[str, str]]:
    """Since when, of what lasts by its nature; which stretch of bars, of everything else."""
    local = f" ({words.since})" if words.since and life.check not in OWN else ""
    if life.check in OWN or (life.check == "stale_series" and not over):
        yield "Since", _clock(_began(life)) + local
    else:
        first, last = _clock(life.start), _clock(life.end)
        same = first[:10] == last[:10]
        span = first if first == last else f"{first.removesuffix(' UTC')} – {last[11:] if same else last}"
        yield "When", span + local


def _tail(what: str, life: Life, now: int) -> str:
    """How long it was, or has been known; "" where the title says so already, or single bars are bad."""
    if what == "resolved":
        lasted, known = length_of(life), _TAILS.get(life.ending, "") if life.series else ""
        word = "after" if life.check in OWN else "for"
        return known or (f", {word} {length_text(_minutes(lasted))}" if lasted else "")
    if what != "reminder" or (life.check == "stale_series" and traded(life)):
        return ""
    since = "for" if life.check in {*OWN, "stale_series"} else "known for"
    return f", {since} {length_text(_minutes(now - _began(life)))}"


def _subject(life: Life) -> str:
    if life.check in OWN:
        return "dq"
    if not life.series:
        return "collector"
    names = [_cut(plain(name), _SUBJECT) for name in life.series]
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return names[0] + more


def _clock(instant: int) -> str:
    return f"{instant_text(instant)[:16].replace('T', ' ')} UTC"


def _began(life: Life) -> int:
    """When the trouble itself began: with the first bar that did not come; of other incidents, when a run first saw it."""
    return life.start if life.check == "stale_series" else life.first_seen


def _minutes(length: int) -> int:
    """A length to the minute, and never below one: nobody is told of seconds."""
    return max(round(length / 60e6), 1) * 60_000_000


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"
