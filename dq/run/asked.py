"""What one run is asked: flags and settings, merged; flags win."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dq.calendars import check_calendar, guess_calendar
from dq.model import Series, SettingsError
from dq.settings import AlertSettings, SeriesSettings, Settings
from dq.settings.scrubbing import secrets_in
from dq.sources import Access


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one source.

    Attributes:
        now: microseconds UTC; `as_of` where `at` is not given.
        at: microseconds UTC, or None.
        window: microseconds back from `as_of`, or None.
        begin, end: bounds of the window in microseconds UTC, or None.
        instruments: the only series to judge; empty: all that the source has.
        flags: what the command line says of every series it judges; it wins over the settings.
        usual: microseconds that such runs look back as a rule, where this one looks further; None: as far as this one.
        channels: whom incidents are told; empty: nobody.
        cadence: the name of the `[[watch]]` that asks; "" where none with a name does.
        folder: from which relative names of suites start.
        jobs: threads that judge series.
        reference: where other bars of the same series are, or None; required: a run that cannot read it cannot tell.
        reference_frame: the frame that holds them, of which `reference` is then the label; or None.
    """

    access: Access
    settings: Settings
    now: int
    at: int | None = None
    window: int | None = None
    begin: int | None = None
    end: int | None = None
    suite: str | None = None
    instruments: tuple[str, ...] = ()
    flags: SeriesSettings = field(default_factory=SeriesSettings)
    fail_on: str = "warning"
    allow_empty: bool = False
    record: bool = True
    usual: int | None = None
    channels: tuple[AlertSettings, ...] = ()
    cadence: str = ""
    jobs: int = 1
    reference: str | None = None
    reference_required: bool = False
    reference_frame: object = None
    folder: Path = Path()

    @property
    def as_of(self) -> int:
        return self.now if self.at is None else self.at

    @property
    def windowed(self) -> bool:
        """Whether a window was asked for, rather than all that there is."""
        return self.window is not None or self.begin is not None

    @property
    def secrets(self) -> list[str]:
        """What must not be shown, whoever repeats it: the key, and the secret parts of all addresses."""
        addresses = filter(None, (self.access.url, self.reference, self.settings.collector.metrics))
        return [*filter(None, (self.access.key,)), *(part for address in addresses for part in secrets_in(address))]

    def series(self, instrument: str, inferred: int | None, late: int = 0) -> Series:
        """The series of an instrument as flags, settings and its name describe it.

        Args:
            inferred: microseconds between its bars, as the bars themselves say; None where they do not.
            late: microseconds by which its source is late as a rule, where nobody says.

        Raises:
            SettingsError: nobody says the interval, or the calendar is unknown.
        """
        said = self._said(instrument)
        interval = said.pop("interval", None) or inferred
        if interval is None:
            raise SettingsError(
                "Its bars do not say their interval: no two of them in a row lie whole seconds apart.",
                hint=f'Say it: --interval 1m, or interval = "1m" under [series."{instrument}"] in dq.toml.',
                series=instrument,
            )
        calendar = said.pop("calendar", None)
        if calendar is not None:
            check_calendar(calendar)
        said.setdefault("delay", late)
        return Series(instrument, interval, calendar or guess_calendar(instrument), guessed=calendar is None, **said)

    def says_interval(self, instrument: str) -> bool:
        """Whether flags or settings say the interval, so that it need not be inferred."""
        return "interval" in self._said(instrument)

    def says_delay(self, instrument: str) -> bool:
        """Whether flags or settings say how late the source is as a rule."""
        return "delay" in self._said(instrument)

    def _said(self, instrument: str) -> dict[str, Any]:
        of_settings = self.settings.series.get(instrument, SeriesSettings())
        merged = {}
        for each in fields(SeriesSettings):
            flag = getattr(self.flags, each.name)
            value = flag if flag is not None else getattr(of_settings, each.name)
            if value is not None:
                merged[each.name] = value
        return merged
