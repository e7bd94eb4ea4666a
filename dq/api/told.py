"""What a run tells: its verdict as plain values, what was found as frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dq.api.spans import Span, span_of, timestamp_of
from dq.model import SEVERITIES, SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from dq.model import Run as Record
    from dq.model import RunError


class Told:
    """What a run tells, whether its bars are at hand or not.

    Attributes:
        record: the run as a plain value, instants in microseconds UTC: what reports and the history are made from.
    """

    record: Record

    @property
    def verdict(self) -> str:
        """pass, fail, or unknown: dq could not tell everything, and `errors` say why."""
        return self.record.verdict

    @property
    def exit_code(self) -> int:
        """What `dq validate` would exit with: 0 clean, 1 findings, 3 could not tell."""
        return self.record.exit_code

    @property
    def source(self) -> str:
        """Where the bars came from, without secrets."""
        return self.record.source

    @property
    def suite(self) -> str:
        """Names of the suites that were applied."""
        return self.record.suite

    @property
    def as_of(self) -> pd.Timestamp:
        """The instant that the run pretended it was."""
        return timestamp_of(self.record.as_of)

    @property
    def window(self) -> Span:
        """The stretch in which the run looked."""
        return span_of(self.record.window)

    @property
    def completeness(self) -> float | None:
        """Share of the slots owed for certain that have a bar, 0 to 1; None where none was owed."""
        return self.record.completeness

    @property
    def errors(self) -> Sequence[RunError]:
        """Why dq could not tell, where it could not: each with a message and a hint."""
        return self.record.errors

    @property
    def notes(self) -> Sequence[str]:
        """What people should know besides."""
        return self.record.notes

    @property
    def findings(self) -> pd.DataFrame:
        """What the checks distrust: a row each, numbered as incidents and `plot(around=…)` count them.

        Instants are the source's own timestamps, UTC, equal for a single bar; `count` is bars, rows or slots. The
        columns sigmas, ticks, percent and came_back say how far a value lies from what was expected.
        """
        from dq.api.frames import findings_frame

        return findings_frame(self.record.findings)

    @property
    def incidents(self) -> pd.DataFrame:
        """Findings with one cause, worst first, under the id that an incident keeps from run to run."""
        from dq.api.frames import incidents_frame
        from dq.reports.words import worst_first

        return incidents_frame(worst_first(self.record.incidents))

    @property
    def series(self) -> pd.DataFrame:
        """What was judged: verdict, completeness, bars owed and missing, findings by severity, the calendar."""
        from dq.api.frames import series_frame

        return series_frame(self.record)

    @property
    def checks(self) -> pd.DataFrame:
        """What each check said of each series: pass, fail, or not_checked with the reason."""
        from dq.api.frames import checks_frame

        return checks_frame(self.record.series)

    def count(self, severity: str) -> int:
        """Findings of that severity: info, warning or critical.

        Raises:
            SettingsError: it is none of these; zero would look like clean.
        """
        if severity not in SEVERITIES:
            raise SettingsError(f"{severity!r} is no severity.", hint=f"It must be one of {', '.join(SEVERITIES)}.")
        return self.record.count(severity)
