"""What a defect entails: the other checks that rightly speak of it, besides the one that it is named after."""

from __future__ import annotations

from collections.abc import Mapping

_MOVED = ("off_tick_price", "precision_loss")  # prices that were moved leave the grid
_SHORT = ("low_completeness",)  # what a long hole is besides

_ENTAILED: Mapping[str, tuple[str, ...]] = {
    "dst_shift": (
        *_SHORT,
        "missing_bar",
        "stale_series",
        "off_session_bar",
        "duplicate_timestamp",
        "out_of_order_timestamp",
        "future_bar",
        "price_jump",
        "price_spike",
        "volume_spike",
    ),
    "future_bar": ("off_session_bar",),
    "low_completeness": ("missing_bar",),
    "missing_bar": _SHORT,
    "off_session_bar": ("stuck_price", "zero_volume_run"),
    "price_jump": (*_MOVED, "split_jump"),
    "price_spike": (*_MOVED, "scale_error", "price_jump"),
    "scale_error": (*_MOVED, "price_spike", "price_jump"),
    "split_jump": (*_MOVED, "price_jump", "scale_error"),
    "stale_series": _SHORT,
    "stuck_price": ("zero_volume_run", "price_jump", "price_spike"),
    "zero_volume_run": ("stuck_price",),
    "duplicate_timestamp": (*_MOVED, "price_spike"),
    "off_tick_price": ("precision_loss",),
    "precision_loss": ("off_tick_price",),
}


def entailed(fault: str) -> frozenset[str]:
    """The checks that may speak of a defect of that kind, its own left out."""
    return frozenset(_ENTAILED.get(fault, ()))
