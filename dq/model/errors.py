"""What raises: wrong questions and our own trouble. Wrong data never does: it is returned as findings."""


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


class SettingsError(DqError):
    """The question was wrong: a flag, an environment variable, `dq.toml`."""

    kind = "settings"
    exit_status = 2


class SuiteError(DqError):
    """The question was wrong: a suite that cannot be read, with every fault of the file."""

    kind = "suite"
    exit_status = 2


class BarsError(DqError):
    """A table or file that cannot become bars: a column absent or of the wrong type."""

    kind = "bars"


class SourceError(DqError):
    """The source is unreachable, silent, refuses us, or gave an incomplete answer."""

    kind = "source"
