"""`dq.selftest`: whether dq finds what can go wrong, in one's own bars."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dq.api.asking import Call, call_of

if TYPE_CHECKING:
    import pandas as pd

    from dq.api.asking import Instant, Length
    from dq.model import RunError
    from dq.trials import Outcome


class SelfTest:
    """What came of a self-test: every defect that was put into copies of the bars, and whether it was caught."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    @property
    def verdict(self) -> str:
        """pass: all were caught; fail: some were missed; unknown: `errors` say why."""
        return self._outcome.verdict

    @property
    def exit_code(self) -> int:
        """What `dq selftest` would exit with: 0 all were caught, 1 some were missed, 3 could not tell."""
        return self._outcome.exit_code

    @property
    def errors(self) -> Sequence[RunError]:
        """Why dq could not try everything."""
        return self._outcome.errors

    @property
    def notes(self) -> Sequence[str]:
        """What people should know besides."""
        return self._outcome.notes

    @property
    def checks(self) -> pd.DataFrame:
        """A row per check: defects put in, caught, caught from the first bar to the last, and false alarms.

        `reason` says why a check was not tried: the bars cannot hold the defect, or the suite does not ask.
        """
        import pandas as pd

        from dq.api.frames import counts, texts

        scores = self._outcome.scores
        columns = {
            "injected": counts([len(one.trials) for one in scores]),
            **{name: counts([getattr(one, name) for one in scores]) for name in ("caught", "exact", "false_alarms")},
            "reason": texts([one.reason for one in scores]),
        }
        return pd.DataFrame(columns).set_axis(pd.Index(texts([one.check for one in scores]), name="check"))

    @property
    def defects(self) -> pd.DataFrame:
        """A row per defect that was put in: where, what, whether it was caught, and what was said instead."""
        import pandas as pd

        from dq.api.frames import counts, instants, texts

        trials = self._outcome.trials
        columns = {
            "check": texts([one.check for one in trials]),
            "series": texts([one.series.name for one in trials]),
            "start": instants([one.start for one in trials]),
            "end": instants([one.end for one in trials]),
            "defect": texts([one.what for one in trials]),
            "caught": pd.Series([one.caught for one in trials], dtype="bool"),
            "exact": pd.Series([one.exact for one in trials], dtype="bool"),
            "false_alarms": counts([len(one.false_alarms) for one in trials]),
            "instead": texts([one.instead for one in trials]),
        }
        return pd.DataFrame(columns)

    @property
    def missed(self) -> pd.DataFrame:
        """The defects that were not caught."""
        return self.defects.query("not caught")

    def __repr__(self) -> str:
        from dq.api.words import trials_text

        return "\n".join([trials_text(self._outcome), *(f"  {one.message}" for one in self.errors)])

    def _repr_html_(self) -> str:
        from dq.api.cell import trials_cell

        return trials_cell(self._outcome)


def selftest(
    source: Any = None,
    *,
    window: Length | None = None,
    begin: Instant | None = None,
    end: Instant | None = None,
    at: Instant | None = None,
    suite: str | os.PathLike[str] | None = None,
    instruments: str | Collection[str] | None = None,
    interval: Length | None = None,
    calendar: str | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    series: Mapping[str, Mapping[str, object]] | None = None,
    each: int = 3,
    seed: int = 1,
    deadline: Length | None = None,
    progress: bool | None = None,
) -> SelfTest:
    """Put every defect into copies of the bars, in memory, and see whether dq finds it, as `dq selftest` does.

    Args:
        source, window, begin, end, at, suite, instruments, interval, calendar, timezone, columns, series, deadline,
            progress: as in `dq.validate`.
        each: defects of every kind.
        seed: chooses where they go.

    Raises:
        SettingsError, SuiteError: arguments or settings are wrong, with every fault; nothing was read.
        SourceError: the time was over.
    """
    said = {name: value for name, value in locals().items() if name not in {"source", "series"}}
    return _tried(call_of(source, said, series))


def _tried(call: Call) -> SelfTest:
    from dq import __version__
    from dq.sources.doing import steps
    from dq.trials import selftest as tried

    how = {name: call.values[name] for name in ("each", "seed")}
    return SelfTest(call.done(lambda: tried(call.asked, __version__, **how, progress=steps)))
