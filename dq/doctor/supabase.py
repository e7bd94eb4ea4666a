"""What Supabase's web interface says: as whom the key lets us in, and which tables it shows."""

from __future__ import annotations

from dq.doctor.line import WARNING, Line
from dq.doctor.relations import USES
from dq.doctor.series import Patient
from dq.doctor.steps import fine
from dq.doctor.targets import Target, web_target
from dq.model import HOUR
from dq.sources import Absent, open_source
from dq.sources.supabase.address import key_of, understood
from dq.suites.words import listed

READER = "dq only reads: a publishable (anon) key, and a policy that shows it the tables, are enough."


def project(patient: Patient) -> Target:
    """The place of the project.

    Raises:
        SettingsError: the address names none.
    """
    return web_target(understood(patient.asked.access.url).url)


def key(patient: Patient) -> Line:
    """As whom the key lets us in, as its own text says."""
    known = key_of(patient.asked.access.key)
    if known.sees_all:
        said = f"its text is that of a {known.kind} (role {known.role}): who has one may write, and no policy holds"
        return Line("key", WARNING, said, READER)
    if not known.role:
        hint = "Supabase's keys begin with sb_publishable_, sb_secret_ or eyJ: look whether it was copied whole."
        return Line("key", WARNING, "it has the shape of no key of Supabase", hint)
    return fine("key", f"it is {'an' if known.kind[0] in 'aeiou' else 'a'} {known.kind} (role {known.role})")


def tables(patient: Patient) -> Line:
    """Open the table of bars as `dq validate` does: its columns are matched with the contract there."""
    patient.source = open_source(patient.asked.access)
    return fine("tables", f"{patient.source.label} shows the key bars, with columns as dq needs them")


def collector(patient: Patient) -> Line:
    """Ask for the last hour of the collector's other two tables."""
    asked, source = patient.asked, patient.opened()
    answers = (source.levels(asked.now - HOUR, asked.now), source.error_log(asked.now - HOUR, asked.now))
    names = (asked.access.levels_table, asked.access.errors_table)
    wanting = [
        f"{use} cannot answer: {answer.reason}"
        for use, answer in zip(USES[1:], answers, strict=True)
        if isinstance(answer, Absent)
    ]
    if wanting:
        hint = "If the collector writes them elsewhere, name them under [source.tables]; if it does not, that is fine."
        return Line("collector", WARNING, "; ".join(wanting), hint)
    return fine("collector", f"{listed(names)} answer, too")
