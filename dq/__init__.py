"""dq: whether OHLC bars can be traded on; if not, which, since when, why, and what to do.

Everything here is found on first use: `import dq` loads nothing but this file.
"""

TYPE_CHECKING = False  # of typing, which takes longer than all else here
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_HOME = {
    **dict.fromkeys(("Bars", "DqError", "Finding", "Incident"), "dq.model"),
    "Run": "dq.api.run",
    "profile": "dq.api.profiling",
    "sample": "dq.api.sampling",
    "selftest": "dq.api.trying",
    "suite": "dq.api.suites",
    "validate": "dq.api.validating",
}

__all__ = [
    "Bars",
    "DqError",
    "Finding",
    "Incident",
    "Run",
    "__version__",
    "profile",
    "sample",
    "schemas",
    "selftest",
    "suite",
    "validate",
]


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name == "schemas":
        return import_module("dq.schemas")
    if name not in _HOME:
        raise AttributeError(f"module 'dq' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
