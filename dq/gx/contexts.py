"""A context of Great Expectations that draws no progress bars."""

from __future__ import annotations

from typing import Any


def context(mode: str = "ephemeral", **more: Any) -> Any:
    """`great_expectations.get_context`, with progress bars off.

    Args:
        mode: "ephemeral" unless said otherwise: nothing is kept in files.
        more: what `get_context` takes besides. A context of files keeps the choice in its great_expectations.yml.
    """
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    get_context: Any = great_expectations.get_context  # has an overload for every mode
    made = get_context(mode=mode, **more)
    if not _is_off(made.variables.progress_bars):
        made.variables.progress_bars = ProgressBarsConfig(globally=False)
        made.variables.save()
    return made


def _is_off(progress_bars: Any) -> bool:
    """Whether that is said already; None where nothing is, and a context of files has read a mapping."""
    said = (
        progress_bars.get("globally") if isinstance(progress_bars, dict) else getattr(progress_bars, "globally", None)
    )
    return said is False
