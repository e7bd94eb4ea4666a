"""Fixtures of the collector's tables: what they hold, as a source gives it and as PostgreSQL keeps it."""

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np

from dq.calendars import sessions
from dq.model import DAY, MINUTE, ErrorLog, Levels, Window, parse_duration
from dq.settings import CollectorSettings

FOLDER = Path(__file__).parent / "edge_cases"
TABLES_OF = ("uncovered_level", "failed_cycle")
CASES = sorted(path for path in FOLDER.glob("*.json") if path.stem.split("__")[0] in TABLES_OF)
SUITE = Path(__file__).parent.parent / "expectations" / "collector.json"
TABLES = """
CREATE TABLE {0}.reference_levels (level_type text, instrument text, level numeric, timestamp timestamptz);
CREATE TABLE {0}.error_log (component text, operation text, error_message text, severity text, timestamp timestamptz);
"""
GRANTS = ["GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO reader"]


def instant(text):
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))


@dataclass(frozen=True)
class TableCase:
    """One fixture: `rows` of a table, `expect` for what is told of them."""

    path: Path

    @cached_property
    def said(self):
        return json.loads(self.path.read_text("utf-8"))

    @property
    def check(self):
        return self.path.stem.split("__")[0]

    @property
    def as_of(self):
        return instant(self.said["as_of"])

    @property
    def window(self):
        return Window(self.as_of - parse_duration(self.said["window"]), self.as_of)

    @property
    def collector(self):
        said = self.said.get("settings", {})
        return CollectorSettings(parse_duration(said["cycle"]) if "cycle" in said else None, said.get("levels", {}))

    @property
    def sessions(self):
        return sessions(self.said["calendar"], self.as_of - 45 * DAY, self.as_of + 5 * DAY)

    @property
    def rows(self):
        """(timestamp, the other columns) of every row, by time."""
        return sorted(row for one in self.said["rows"] for row in _rows(one))

    @property
    def levels(self):
        rows = self.rows
        return Levels(_stamps(rows), [row[1] for row in rows], self._names(rows), self.collector.levels)

    @property
    def log(self):
        rows = self.rows
        return ErrorLog(_stamps(rows), *([row[column] for row in rows] for column in range(1, 5)))

    def _names(self, rows):
        return [self.said["instrument"]] * len(rows)

    @property
    def expected(self):
        """Subject, start, end, and what else the fixture says of each finding."""
        return [{**one, "start": instant(one["start"]), "end": instant(one["end"])} for one in self.said["expect"]]


def _rows(said):
    stamps = [instant(text) for text in said.get("at", [])]
    if "first" in said:
        stamps += range(instant(said["first"]), instant(said["last"]) + 1, parse_duration(said["every"]))
    if "level_type" in said:
        return [(at, kind) for at, kind in product(stamps, said["level_type"])]
    names = ("component", "operation", "message", "severity")
    return [(at, *(said[name] for name in names)) for at in stamps]


def _stamps(rows):
    return np.array([row[0] for row in rows], np.int64)


def open_minutes(case):
    """The minutes of the last days in which its market trades: where a healthy collector has bars."""
    stamps = np.arange(case.window.start - 4 * DAY, case.as_of - MINUTE, MINUTE) // MINUTE * MINUTE
    return stamps[case.sessions.contain(stamps)]


def fill_tables(server, schema, *cases):
    """Make the three tables of a collector; bars without a gap, and the rows of those fixtures."""
    server.run(TABLES.format(schema), *(grant.format(schema) for grant in GRANTS))
    for case in cases:
        name = case.said["instrument"]
        _copy(
            server,
            f"INSERT INTO {schema}.ohlc_data SELECT %s, to_timestamp(at / 1000000), 100, 101, 99, 100.5, at %% 97 FROM unnest(%s::bigint[]) AS at",
            [(name, open_minutes(case).tolist())],
        )
        if case.check == "uncovered_level":
            into, values = "reference_levels", "(%s, %s, 1, to_timestamp(%s / 1e6))"
            rows = [(kind, name, at) for at, kind in case.rows]
        else:
            into, values = "error_log", "(%s, %s, %s, %s, to_timestamp(%s / 1e6))"
            rows = [(*texts, at) for at, *texts in case.rows]
        _copy(server, f"INSERT INTO {schema}.{into} VALUES {values}", rows)


def _copy(server, statement, rows):
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.cursor().executemany(statement.encode(), rows)


def told(findings):
    """What fixtures speak of, of each finding."""
    return [
        {
            "subject": one.subject,
            "severity": one.severity,
            "count": one.count,
            "observed": one.observed,
            "expected": one.expected,
            "start": one.start,
            "end": one.end,
        }
        for one in findings
    ]


def same(found, expected):
    """Whether each finding is the one expected, in the terms in which the fixture speaks of it."""
    assert len(found) == len(expected), found
    for one, said in zip(sorted(found, key=_by), sorted(expected, key=_by), strict=True):
        assert {name: one[name] for name in said} == said
    return True


def _by(one):
    return one["start"], one["subject"]
