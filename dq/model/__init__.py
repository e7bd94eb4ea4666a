"""The nouns. Everything here is a value and imports NumPy alone."""

from dq.model.bars import COLUMNS, PRICES, Bars, Byte, Float, Int, Mask, OrderedBars, Repeats
from dq.model.errors import BarsError, DqError, SettingsError, SourceError, SuiteError
from dq.model.findings import SEVERITIES, Evidence, Finding, Incident
from dq.model.habits import Grid, Habits, Nights, Spells, Turnover
from dq.model.instants import (
    DAY,
    HOUR,
    MINUTE,
    NO_INSTANT,
    SECOND,
    WEEK,
    duration_text,
    instant_text,
    parse_duration,
)
from dq.model.market import Market, SetAside
from dq.model.run import CheckVerdict, Run, RunError, SeriesVerdict, completeness, worst
from dq.model.series import Series, Window
from dq.model.sessions import Halt, Sessions
from dq.model.slots import Slots, lay_slots
from dq.model.suspects import (
    CAUSES,
    Suspects,
    at_rows,
    cause,
    column_bits,
    column_names,
    concatenated,
    has_cause,
    no_suspects,
    suspects,
)

__all__ = [
    "CAUSES",
    "COLUMNS",
    "DAY",
    "HOUR",
    "MINUTE",
    "NO_INSTANT",
    "PRICES",
    "SECOND",
    "SEVERITIES",
    "WEEK",
    "Bars",
    "BarsError",
    "Byte",
    "CheckVerdict",
    "DqError",
    "Evidence",
    "Finding",
    "Float",
    "Grid",
    "Habits",
    "Halt",
    "Incident",
    "Int",
    "Market",
    "Mask",
    "Nights",
    "OrderedBars",
    "Repeats",
    "Run",
    "RunError",
    "Series",
    "SeriesVerdict",
    "Sessions",
    "SetAside",
    "SettingsError",
    "Slots",
    "SourceError",
    "Spells",
    "SuiteError",
    "Suspects",
    "Turnover",
    "Window",
    "at_rows",
    "cause",
    "column_bits",
    "column_names",
    "completeness",
    "concatenated",
    "duration_text",
    "has_cause",
    "instant_text",
    "lay_slots",
    "no_suspects",
    "parse_duration",
    "suspects",
    "worst",
]
