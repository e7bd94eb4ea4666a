"""What settings are once they are read: values, all of them admitted. None where nothing was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dq.model import DAY, SECOND

GRACE = 60 * SECOND  # bars of a healthy collector arrive well within a minute
KEEP = 90 * DAY
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
        metrics: where it publishes its metrics (Prometheus' text), or None.
        log: the file of its own log (a JSON document a line), or None.
        names: cycle, upsert, retries, requests or memory -> the metric or operation that tells of it.
    """

    cycle: int | None = None
    levels: Mapping[str, float] = field(default_factory=dict)
    metrics: str | None = field(default=None, repr=False)
    log: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Whom to tell of what.

    Attributes:
        url: an apprise address, full of secrets: never shown whole.
        name: as lists, logs and metrics show the channel; unique among all.
        min_severity: incidents of this severity and above.
        checks: incidents of these checks alone; empty: of all. Shell patterns.
        instruments: incidents of these instruments alone; empty: of all. Shell patterns.
        remind: microseconds between reminders of an incident that lasts; None: none.
        resolved: whether the end of an incident is told, to those who were told of it.
    """

    url: str = field(repr=False)
    name: str = ""
    min_severity: str = "warning"
    checks: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    remind: int | None = None
    resolved: bool = True


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """One cadence of `dq watch`. Durations in microseconds; None where the flags of the command, or defaults, hold.

    Attributes:
        name: unique among all.
        offset: after the boundary of `every` and the grace.
        instruments: the only ones it judges; empty: those of the command.
        where: file, line and key of its suite, for sentences on what is wrong with that.
    """

    name: str
    every: int
    offset: int = 0
    window: int | None = None
    suite: str | None = None
    instruments: tuple[str, ...] = ()
    deadline: int | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Where the log goes, besides stderr.

    Attributes:
        file: its path, or None for stderr alone.
        format, level: of the file; of stderr where there is none, unless a flag says otherwise.
        max_bytes, backups: when the file is rotated, and how many older ones are kept.
    """

    file: Path | None = None
    format: str = "text"
    level: str | None = None
    max_bytes: int = 10 << 20
    backups: int = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was said outside the command line.

    Attributes:
        instruments: those of INSTRUMENT, in its order; empty where it is not set.
        grace: microseconds after a bar's end before it is due.
        deadline, window: microseconds, or None.
        history: the file of past runs, or the address of a PostgreSQL database (text, perhaps with a password: show
            `masked(history)`); cache: the folder of computed sessions. Neither need exist.
        state: the folder in which runs wait while that database is down; None: in the cache.
        keep: microseconds for which runs, incidents that ended and alerts that were sent are kept.
        shown_zone: IANA name of the zone in which people are shown instants; never what is computed.
        reference: where other bars of the same series are, or None; `yahoo:` takes the instruments' own names.
        watches: the cadences of `dq watch`; empty: the one of its flags.
        serve: HOST:PORT for health, metrics and pages, or None.
        pages: the web address under which people reach those pages, for links in alerts, or None.
        heartbeat: an address to ping after each run; a secret.
        config: the `dq.toml` that was read, or None.
    """

    history: Path | str = field(repr=False)
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
    watches: tuple[WatchSettings, ...] = ()
    log: LogSettings = field(default_factory=LogSettings)
    keep: int = KEEP
    serve: str | None = None
    pages: str | None = None
    heartbeat: str | None = field(default=None, repr=False)
    config: Path | None = None
    state: Path | None = None
