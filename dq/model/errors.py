"""What raises: wrong questions and our own trouble. Wrong data never does: it is returned as findings."""

from collections.abc import Sequence


class DqError(Exception):
    """A sentence that says what is wrong, and another that says what to do.

    Attributes:
        kind: a short stable word, as in `errors[].kind` of the JSON.
        hint: what to do about it; empty where the message says it already.
        series: the series concerned, or None where it concerns the whole run.
        exit_status: 2 where the question was wrong, 3 where dq could not tell.
    """

    kind = "error"
    exit_status = 3

    def __init__(self, message: str, *, hint: str = "", series: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.series = series
        if hint:
            self.add_note(f"→ {hint}")  # so that a traceback, in a notebook as well, says what to do


class SettingsError(DqError):
    """The question was wrong: a flag, an environment variable, `dq.toml`."""

    kind = "settings"
    exit_status = 2


class SuiteError(DqError):
    """The question was wrong: a suite that cannot be read, with every fault of the file."""

    kind = "suite"
    exit_status = 2


def together(faults: Sequence[DqError]) -> DqError:
    """One fault of a question as it is; several as one that tells them all, a line each."""
    if len(faults) == 1:
        return faults[0]
    told = [line for fault in faults for line in _lines(fault)]
    return SettingsError("\n".join([f"{len(told)} faults in what was asked:", *(f"  {line}" for line in told)]))


def _lines(fault: DqError) -> list[str]:
    """The faults that one of them tells, each in one line; of several the first line only counts them."""
    head, *inner = fault.message.splitlines()
    if inner:
        return [line.strip() for line in inner]
    return [
        f"{head.rstrip('.')}. {fault.hint}" if fault.hint and head[-1] not in "?:" else f"{head} {fault.hint}".strip()
    ]


class BarsError(DqError):
    """A table or file that cannot become bars: a column absent or of the wrong type."""

    kind = "bars"


class SourceError(DqError):
    """The source is unreachable, silent, refuses us, or gave an incomplete answer.

    Attributes:
        passing: it may be gone in a moment, so that another attempt makes sense: never a wrong key or a bad query.
        wait: seconds after which the source itself asks to be asked again, or None.
        tried: further attempts have been made already.
        silent: nobody answered, or not in time: another attempt at once would wait as long again, a later one may not.
    """

    kind = "source"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        series: str | None = None,
        passing: bool = False,
        wait: float | None = None,
        silent: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, series=series)
        self.passing = passing
        self.wait = wait
        self.silent = silent
        self.tried = False

    @property
    def unreached(self) -> bool:
        """Whether the trouble lies in reaching the source, not in what it was asked: later it may be gone."""
        return self.passing or self.silent
