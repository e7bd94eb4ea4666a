"""The examination behind `dq doctor`: step by step from the settings to the newest bar, what is in order and what to do.

Nothing is written anywhere, and no step waits longer than it may: a peer that accepts and stays silent is told within
the budget of a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

from dq.doctor import calendars, local, network, recording, series
from dq.doctor.line import FAILED, NOT_TRIED, OK, VERDICTS, WARNING, Line, exit_status
from dq.doctor.steps import Step, Walk, Within, refused
from dq.doctor.targets import Target
from dq.model import SettingsError
from dq.run import Asked

__all__ = [
    "FAILED",
    "NOT_TRIED",
    "OK",
    "VERDICTS",
    "WARNING",
    "Line",
    "Step",
    "Walk",
    "Within",
    "examine",
    "exit_status",
    "refused",
]

WAY = ("name", "TCP", "TLS")
LISTING, LEARNING = 15.0, 20.0  # seconds: whole files are read for it; calendars are computed once


def examine(asked: Asked, walk: Walk, dq: str, clock: Callable[[], int]) -> Iterator[Line]:
    """A line per step, as soon as it is known; the settings have been read.

    Args:
        dq: its version.
        clock: this machine's, in microseconds UTC.
    """
    patient = series.Patient(asked)
    url = asked.access.url
    steps = next((steps for scheme, steps in SCHEMES.items() if url.startswith(scheme)), _local)
    yield from walk.through([Step("versions", partial(local.versions, dq))])
    with closing(patient):
        yield from steps(patient, walk, clock)
    yield from _collector(asked, walk)
    settings = asked.settings
    yield from walk.through(
        [Step("history", partial(recording.history, settings)), Step("alerts", partial(local.alerts, settings))]
    )


def _collector(asked: Asked, walk: Walk) -> Iterator[Line]:
    """What the collector tells of itself, where the settings say where."""
    from dq.doctor import measured

    if measured.is_said(asked):
        yield from walk.through([Step(measured.STEP, partial(measured.figures, asked))])


def _database(patient: series.Patient, walk: Walk, clock: Callable[[], int]) -> Iterator[Line]:
    """PostgreSQL: the way there, the tables, the series."""
    from dq.doctor.postgres import Database, address_of
    from dq.doctor.tls import database_tls

    access, budget, found = patient.asked.access, patient.asked.access.connect_seconds, network.Found()
    try:
        parts, targets = address_of(access.url)
    except SettingsError as wrong:
        yield refused("address", wrong)
        yield Line("the source", NOT_TRIED, "the address has to be in order first")
        return
    table = ("login", "tables", "rights")
    with closing(Database(access, clock)) as database:
        steps = [
            *(_way(targets, found, budget, partial(database_tls, found, parts, budget)) if targets else ()),
            Step("login", database.login, WAY, budget + 1),
            Step("clock", database.skew, ("login",)),
            Step("tables", database.tables, ("login",)),
            Step("rights", database.rights, ("login", "tables")),
            Step("columns", database.columns, table),
            Step("indexes", database.indexes, (*table, "columns")),
        ]
        yield from walk.through(steps)
    yield from walk.through(_series(patient, (*table, "columns")))


def _web(patient: series.Patient, walk: Walk, clock: Callable[[], int]) -> Iterator[Line]:
    """Supabase's web interface: the way there, the key, the tables, the series."""
    from dq.doctor import supabase
    from dq.doctor.tls import web_tls

    access, budget, found = patient.asked.access, patient.asked.access.connect_seconds, network.Found()
    try:
        targets = [supabase.project(patient)]
    except SettingsError as wrong:
        yield refused("address", wrong)
        yield Line("the source", NOT_TRIED, "the address has to be in order first")
        return
    steps = [
        *_way(targets, found, budget, partial(web_tls, found, access.url.partition(":")[0], budget)),
        Step("key", partial(supabase.key, patient)),
        Step("tables", partial(supabase.tables, patient), (*WAY, "key")),
        Step("collector", partial(supabase.collector, patient), (*WAY, "key", "tables")),
    ]
    yield from walk.through(steps)
    yield from walk.through(_series(patient, (*WAY, "key", "tables")))


def _local(patient: series.Patient, walk: Walk, clock: Callable[[], int]) -> Iterator[Line]:
    """Files, and whatever else opens by itself."""
    yield from walk.through([Step("source", partial(series.opened, patient, "source"))])
    yield from walk.through(_series(patient, ("source",)))


def _way(targets: list[Target], found: network.Found, budget: float, tls: Callable[[], Line]) -> list[Step]:
    """The steps to a server, each within the budget of a connection."""
    return [
        Step("name", partial(network.look_up, targets, found, budget), (), budget + 0.5),
        Step("TCP", partial(network.reach, targets, found, budget), ("name",), budget + 0.5),
        Step("TLS", tls, ("name", "TCP"), 2 * budget),
    ]


def _series(patient: series.Patient, needs: tuple[str, ...]) -> list[Step]:
    return [
        Step("newest bar", partial(series.newest, patient), needs, LISTING),
        Step("calendars", partial(calendars.calendars, patient), (*needs, "newest bar"), LEARNING),
    ]


SCHEMES = {"postgresql://": _database, "postgres://": _database, "https://": _web, "http://": _web}
