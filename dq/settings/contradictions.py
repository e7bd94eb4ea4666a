"""Settings that are right one by one and cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator

from dq.model import duration_text
from dq.settings.addresses import same_place
from dq.settings.document import Fault
from dq.settings.values import Settings


def contradictions(settings: Settings) -> Iterator[Fault]:
    """What cannot hold together, whoever said it."""
    source, where = settings.source, str(settings.config or "")
    limit = settings.deadline
    for name, length in (("connect_timeout", source.connect_timeout), ("call_timeout", source.call_timeout)):
        if limit is not None and length is not None and length > limit:
            said = f"{duration_text(limit)} is over before source.{name}, {duration_text(length)}; make one of them fit"
            yield Fault(where, "deadline", said)
    if settings.reference is not None and source.url is not None and same_place(settings.reference, source.url):
        yield Fault(where, "reference.url", "it is the source itself, which would agree with itself; name another")
