"""What settings are once they are read: values, all of them admitted. None where nothing was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dq.model import SECOND

GRACE = 60 * SECOND  # bars of a healthy collector arrive well within a minute
TABLES: Mapping[str, str] = {"ohlc": "ohlc_data", "levels": "reference_levels", "errors": "error_log"}
COLUMNS: Mapping[str, str] = {
    name: name for name in ("instrument", "timestamp", "open", "high", "low", "close", "volume")
}


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Where the bars are.

    Attributes:
        url: a PostgreSQL or Supabase address, `yahoo:SYMBOL`, or a path. May hold a password: show `masked(url)`.
        key: Supabase's, never shown.
        timezone: IANA name of the zone of timestamps that have none.
        schema: of the tables; None for the connection's own search path.
        tables: our name (ohlc, levels, errors) -> the table's.
        columns: our name -> the table's, for the seven columns of the bars.
        order_by: the column that says in which order rows arrived.
        connect_timeout: microseconds for all attempts to connect together; call_timeout: for each statement or request.
        retries: further attempts where the trouble may be gone in a moment.
    """

    url: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    timezone: str | None = None
    schema: str | None = None
    tables: Mapping[str, str] = field(default_factory=lambda: TABLES)
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    order_by: str | None = None
    connect_timeout: int | None = None
    call_timeout: int | None = None
    retries: int = 3


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """What the owner says of one instrument; None where nothing was said. Durations in microseconds."""

    interval: int | None = None
    calendar: str | None = None
    tick: float | None = None
    label: str | None = None
    delay: int | None = None
    continuous: bool | None = None
    extended_hours: bool | None = None
    adjusted: bool | None = None
    allow_non_positive: bool | None = None


@dataclass(frozen=True, slots=True)
class CollectorSettings:
    """What the collector promises.

    Attributes:
        cycle: microseconds from one cycle to the next.
        levels: level type -> how many rows of it an instrument gets in an hour of trading.
    """

    cycle: int | None = None
    levels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Whom to tell, by an apprise address (full of secrets: never shown whole), from which severity up."""

    url: str = field(repr=False)
    min_severity: str = "warning"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was said outside the command line.

    Attributes:
        instruments: those of INSTRUMENT, in its order; empty where it is not set.
        grace: microseconds after a bar's end before it is due.
        deadline, window: microseconds, or None.
        history: the file of past runs; cache: the folder of computed sessions. Neither need exist.
        shown_zone: IANA name of the zone in which people are shown instants; never what is computed.
        reference: where other bars of the same series are, or None; `yahoo:` takes the instruments' own names.
        config: the `dq.toml` that was read, or None.
    """

    history: Path
    cache: Path
    source: SourceSettings = field(default_factory=SourceSettings)
    series: Mapping[str, SeriesSettings] = field(default_factory=dict)
    instruments: tuple[str, ...] = ()
    suite: str | None = None
    grace: int = GRACE
    deadline: int | None = None
    window: int | None = None
    shown_zone: str | None = None
    collector: CollectorSettings = field(default_factory=CollectorSettings)
    reference: str | None = None
    alerts: tuple[AlertSettings, ...] = ()
    config: Path | None = None
