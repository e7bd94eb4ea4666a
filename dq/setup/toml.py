"""The text of dq.toml: what was found, with the reasons beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dq.model import duration_text, instant_text
from dq.settings.values import TABLES
from dq.setup.series import Inferred
from dq.setup.tables import Chosen

WIDTH = 29  # of keys, so that comments stand in a column
DAYS = 14


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that the file says.

    Attributes:
        label: the source, as people are told.
        url: the address, where it may stand in a file that others read; None where it belongs into .env.
        variable: the environment variable that holds the address otherwise.
        chosen: the table, its columns' names, and the tables beside it.
        now: microseconds UTC.
        recent: whether the series had bars in the last 14 days.
        suite: the name of a copy that was made to be edited, or None.
    """

    label: str
    url: str | None
    variable: str
    chosen: Chosen
    series: Sequence[Inferred]
    now: int
    recent: bool
    suite: str | None = None


def as_toml(draft: Draft) -> str:
    """The whole file."""
    parts = [_head(draft), _source(draft), _tables(draft), _columns(draft), _series(draft), _rest()]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    day = instant_text(draft.now)[:10]
    yield f"# Settings of dq, written by `dq init` on {day} after a look at {_comment(draft.label)}."
    yield "# Change what you know better, and run `dq doctor`: it reads this file and says what is wrong with it."
    yield ""
    yield _key("window", '"1h"', "of a database, where neither --window nor --from says")
    if draft.suite is not None:
        yield _key("suite", _text(draft.suite), f"your copy: expectations/{draft.suite}.json")
    else:
        yield _key(
            '# suite = "ohlc_1m"', "", "unless said: ohlc_1d from one day up, ohlc_1m below; `dq suites` lists them"
        )
    yield _key('# grace = "60s"', "", "after a bar's end before it is due")


def _source(draft: Draft) -> Iterator[str]:
    access = draft.chosen.access
    yield "[source]"
    if draft.url is not None:
        yield _key("url", _text(draft.url), "or DATABASE_URL; a password belongs into .env")
    else:
        yield f"# The address is a secret, so it stands in .env as {draft.variable}: see .env.example."
    if access.schema is not None:
        yield _key("schema", _text(access.schema))
    if access.timezone is not None:
        yield _key("timezone", _text(access.timezone), "of its timestamps, which have no zone")
    if access.order_by is not None:
        yield _key("order_by", _text(access.order_by), "tells in which order rows arrived: for out_of_order_timestamp")


def _tables(draft: Draft) -> Iterator[str]:
    access, known = draft.chosen.access, draft.chosen.tables
    if not draft.chosen.place:
        return
    yield "[source.tables]"
    yield _key("ohlc", _text(access.table))
    for ours, check in (("levels", "uncovered_level"), ("errors", "failed_cycle")):
        if ours in known:
            yield _key(ours, _text(known[ours]), f"for {check}")
        else:
            yield _key(f'# {ours} = "{TABLES[ours]}"', "", f"not there, or not readable: {check} cannot answer")


def _columns(draft: Draft) -> Iterator[str]:
    columns = draft.chosen.access.columns
    if columns:
        yield "[source.columns]              # our name = the table's"
        yield from (_key(ours, _text(theirs)) for ours, theirs in columns.items())


def _series(draft: Draft) -> Iterator[str]:
    yield "# Of a database, the series named here are the ones that are judged: add a section for each new one."
    if not draft.recent:
        yield f"# None of them had a bar in the last {DAYS} days."
    for one in draft.series:
        yield ""
        yield from _one(one)


def _one(one: Inferred) -> Iterator[str]:
    yield f"[series.{_text(one.instrument)}]"
    if one.interval is None:
        yield _key('# interval = "1m"', "", "its bars are too few to say")
    else:
        yield _key("interval", _text(duration_text(one.interval)))
    if one.calendar is not None:
        yield _key("calendar", _text(one.calendar), one.why)
    if one.extended_hours:
        yield _key("extended_hours", "true", "its bars are those of pre- and post-market, too")
    if one.tick is not None:
        yield _key("tick", _number(one.tick), "the step that its last prices keep")
    if one.label is not None:
        yield _key("label", _text(one.label), "its bars are stamped with their ends")
    if one.late is not None:
        told = duration_text(one.late)
        yield _key(f'# delay = "{told}"', "", f"the newest bar was {told} late: say so if the source always is")


def _rest() -> Iterator[str]:
    yield "# [collector]"
    yield _key('# cycle = "60s"', "", "from one attempt of the collector to the next")
    yield _key('# log = "collector.jsonl"', "", "its own log, or `metrics`, the address of its metrics: for slow_cycle")
    yield ""
    yield "# [[alert]]"
    yield _key('# name = "desk"', "")
    yield _key('# url = "$SLACK_URL"', "", "an apprise address, which is a secret; `dq alerts test` tries it")
    yield _key('# min_severity = "warning"', "", "info, warning or critical; see alerts.md for more rules")


def _key(name: str, value: str, why: str = "") -> str:
    """`name = value`, its comment in a column of its own."""
    said = f"{name} = {value}" if value else name
    return f"{said:{WIDTH}} # {_comment(why)}" if why else said


def _comment(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _text(text: str) -> str:
    """A TOML string: JSON's, but for the one sign that JSON leaves as it is and TOML does not allow."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(number: float) -> str:
    import numpy as np

    written = np.format_float_positional(number, trim="-")
    return written.removesuffix(".")
