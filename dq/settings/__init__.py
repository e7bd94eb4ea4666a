"""Settings: `dq.toml`, `.env` and the environment become one value, or raise with every fault at once."""

from dq.settings.masking import masked
from dq.settings.reading import read_settings
from dq.settings.values import (
    AlertSettings,
    CollectorSettings,
    SeriesSettings,
    Settings,
    SourceSettings,
)

__all__ = [
    "AlertSettings",
    "CollectorSettings",
    "SeriesSettings",
    "Settings",
    "SourceSettings",
    "masked",
    "read_settings",
]
