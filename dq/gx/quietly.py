"""Great Expectations, imported without what its import does to the process around it."""

from __future__ import annotations

import logging
import warnings


def import_quietly() -> None:
    """Import Great Expectations; warnings go where they went before, through the filters that there were.

    On import it sends every warning of the process to a logger that drops it. Where somebody else imported it before,
    nothing is undone: by now nobody can tell whose wish that is.
    """
    captured = getattr(logging, "_warnings_showwarning", None) is not None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "module 'sre_", DeprecationWarning)  # its own, of Python's
        import great_expectations  # noqa: F401  for what it registers

        if not captured:
            logging.captureWarnings(False)  # noqa: FBT003  the standard library has no name for it
