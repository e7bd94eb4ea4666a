"""What channels are told, as the history keeps it: written with a run, sent afterwards, in order, by another process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields

from dq.history.database import Database
from dq.history.records import Row
from dq.model import Message, Parcel, Told

OF_MESSAGE = tuple(field.name for field in fields(Message))


class Outbox:
    """The messages of a history."""

    database: Database

    def told(self, source: str, since: int) -> Mapping[tuple[str, str], Told]:
        """Incident and channel to the newest message, for incidents that last or were resolved at `since` or later."""
        rows = self.database.rows("history_told", {"source": source, "since": since})
        return {(row.pop("incident"), row.pop("channel")): Told(**row) for row in rows}

    def keep_messages(self, messages: Iterable[Message]) -> None:
        """Write what is to be sent; a message that is there already stays as it is."""
        self.database.run_many(
            "history_write_message", ({name: getattr(one, name) for name in OF_MESSAGE} for one in messages)
        )

    def parcels(self, *, pending: bool = True, incident: str | None = None, limit: int = 1_000) -> tuple[Parcel, ...]:
        """Messages that are still to be sent, oldest first; or, not only those, the newest first.

        Args:
            incident: only those of the incident of that id.
            limit: of those that are not only pending.
        """
        if pending:
            found = map(_parcel, self.database.rows("history_pending_messages"))
            return tuple(one for one in found if incident in {None, one.message.incident})
        asked = {"incident": incident, "limit": limit}
        return tuple(map(_parcel, self.database.rows("history_messages", asked)))

    def parcels_since(self, source: str, since: int) -> tuple[Parcel, ...]:
        """What was told of all lives of that source that last or were resolved at `since` or later, oldest first."""
        return tuple(map(_parcel, self.database.rows("history_life_messages", {"source": source, "since": since})))

    def claim(self, now: int, lease: int, channels: Collection[str]) -> tuple[Parcel, ...]:
        """The oldest unsent message of each of those channels, where it is due: this caller's alone for a while.

        A channel whose oldest message waits, or is being sent, gives none: it is told in order.

        Args:
            now: microseconds UTC; lease: microseconds for which nobody else gets them.
        """
        with self.database.alone():
            heads = self.database.rows("history_heads")
            free = [row for row in heads if row["channel"] in channels and not 0 < row["leased"] - now <= lease]
            mine = [row for row in free if _parcel(row).is_due(now)]
            self.database.run_many("history_lease_message", ({"id": row["id"], "until": now + lease} for row in mine))
        return tuple(map(_parcel, mine))

    def sent(self, identity: str, now: int) -> None:
        """The message of that id was sent."""
        self.database.run("history_sent_message", {"id": identity, "now": now})

    def unsent(self, identity: str, error: str, due: int) -> None:
        """The message of that id could not be sent; it is to be tried again at `due`, microseconds UTC.

        Args:
            error: why, without secrets.
        """
        self.database.run("history_unsent_message", {"id": identity, "error": error, "due": due})


def _parcel(row: Row) -> Parcel:
    message = Message(**{name: row[name] for name in OF_MESSAGE})
    return Parcel(message, row["attempts"], row["error"], row["due"], row["sent"])
