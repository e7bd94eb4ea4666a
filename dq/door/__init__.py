"""The door: the contract of `ohlc_data`, and how decoded columns become Bars or raise. It repairs nothing."""

from dq.door.contract import OHLC_DATA, Column, Form, Layout, settle
from dq.door.instants import epoch_unit, from_epoch, text_form
from dq.door.rows import KEPT, Aside, Piece, Rows, Unreadable, admit, placed, within
from dq.door.zones import NAIVE_HINT, local_to_utc, zone_named

__all__ = [
    "KEPT",
    "NAIVE_HINT",
    "OHLC_DATA",
    "Aside",
    "Column",
    "Form",
    "Layout",
    "Piece",
    "Rows",
    "Unreadable",
    "admit",
    "epoch_unit",
    "from_epoch",
    "local_to_utc",
    "placed",
    "settle",
    "text_form",
    "within",
    "zone_named",
]
