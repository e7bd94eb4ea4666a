"""Incidents as JSON has them: `incidents.schema.json` among the reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dq.cli.life import events_of, findings_of, parcels_of
from dq.model import NO_INSTANT, OWN, Life, Parcel, instant_text
from dq.reports.advice import advice
from dq.reports.json import finding_document

if TYPE_CHECKING:
    from dq.history.store import History

SCHEMA = "dq.incidents/1"
PLAIN = ("id", "source", "check", "cause", "severity", "worst", "state", "message", "flapping", "quiet", "ending")


def life_document(one: Life) -> dict[str, Any]:
    """An incident as the list has it; instants are UTC, or null."""
    instants = {name: _instant(getattr(one, name)) for name in ("first_seen", "last_seen", "resolved", "start", "end")}
    told = {name: getattr(one, name) for name in PLAIN}
    scope = {"suite": one.scope.suite, "window_seconds": one.scope.length / 1e6}
    return {**told, **instants, "series": list(one.series), "scope": scope, "what_to_do": advice(one.check, one.cause)}


def whole_document(one: Life, history: History) -> dict[str, Any]:
    """An incident with its life: its steps, what was told of it, and what the newest run that tells it found."""
    run = None if one.check in OWN else history.teller(one)
    events = [
        {"at": instant_text(each.at)} | {name: getattr(each, name) for name in ("what", "severity", "run", "message")}
        for each in events_of(one, history)
    ]
    return life_document(one) | {
        "events": events,
        "messages": [_message(each) for each in parcels_of(one, history)],
        "run": run and run.id,
        "findings": [finding_document(each) for each in findings_of(one, run)],
    }


def _message(parcel: Parcel) -> dict[str, Any]:
    told = asdict(parcel.message)
    kept = {name: told[name] for name in ("id", "channel", "what", "severity", "title", "body", "link")}
    return kept | {
        "created": instant_text(parcel.message.created),
        "sent": _instant(parcel.sent),
        "attempts": parcel.attempts,
        "error": parcel.error,
        "due": _instant(parcel.due) if parcel.sent is None else None,
    }


def _instant(instant: int | None) -> str | None:
    return None if instant is None or instant == NO_INSTANT else instant_text(instant)
