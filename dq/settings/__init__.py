"""Settings: `dq.toml`, `.env` and the environment become one value, or raise with every fault at once."""

from dq.settings.addresses import same_place
from dq.settings.addresses import source as source_address
from dq.settings.document import Fault
from dq.settings.masking import masked
from dq.settings.reading import read_settings, read_settings_of_readers, settings_and_faults
from dq.settings.scrubbing import masked_text
from dq.settings.values import (
    AlertSettings,
    CollectorSettings,
    LogSettings,
    SeriesSettings,
    Settings,
    SourceSettings,
    WatchSettings,
)

__all__ = [
    "AlertSettings",
    "CollectorSettings",
    "Fault",
    "LogSettings",
    "SeriesSettings",
    "Settings",
    "SourceSettings",
    "WatchSettings",
    "masked",
    "masked_text",
    "read_settings",
    "read_settings_of_readers",
    "same_place",
    "settings_and_faults",
    "source_address",
]
