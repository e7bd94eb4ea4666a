"""The door: the contract of `ohlc_data`, and how decoded columns become Bars or raise. It repairs nothing."""

from dq.door.contract import (
    ACCEPTED,
    ERROR_LOG,
    IN_CALL,
    IN_SETTINGS,
    NEEDED,
    NO_VOLUME,
    OHLC_DATA,
    REFERENCE_LEVELS,
    Column,
    Form,
    Kind,
    Layout,
    Wording,
    settle,
)
from dq.door.instants import epoch_unit, from_epoch, taken_as, text_form
from dq.door.rows import KEPT, Aside, Piece, Rows, Unreadable, admit, placed, within
from dq.door.zones import NAIVE_HINT, local_to_utc, zone_named

__all__ = [
    "ACCEPTED",
    "ERROR_LOG",
    "IN_CALL",
    "IN_SETTINGS",
    "KEPT",
    "NAIVE_HINT",
    "NEEDED",
    "NO_VOLUME",
    "OHLC_DATA",
    "REFERENCE_LEVELS",
    "Aside",
    "Column",
    "Form",
    "Kind",
    "Layout",
    "Piece",
    "Rows",
    "Unreadable",
    "Wording",
    "admit",
    "epoch_unit",
    "from_epoch",
    "local_to_utc",
    "placed",
    "settle",
    "taken_as",
    "text_form",
    "within",
    "zone_named",
]
