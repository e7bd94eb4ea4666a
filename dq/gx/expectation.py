"""What all our expectations share: what may be said of the bars, the one metric, and the judgement of one entry."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Optional, Union

from great_expectations.compatibility import pydantic
from great_expectations.core.suite_parameters import is_suite_parameter
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from dq.checks import checks
from dq.gx.asking import NOW, OF_BATCH, OF_SERIES
from dq.gx.leaving import left_alone
from dq.gx.metric import METRIC, SETTINGS
from dq.gx.outcome import outcome
from dq.gx.rendering import PREFIX, Rendered
from dq.model import SettingsError, parse_duration
from dq.settings import rules
from dq.settings.arguments import RULES, admitted
from dq.settings.keys import SERIES
from dq.suites import Expectation
from dq.suites.kwargs import FILTERS, like

# Great Expectations' models are pydantic's of the first version, which read annotations as they are written here. Each
# value may also be the name of a suite parameter: {"$PARAMETER": name}.
Parameter = dict[str, Any]
Text = Optional[Union[str, Parameter]]  # noqa: UP007, UP045
Texts = Optional[Union[list[str], Parameter]]  # noqa: UP007, UP045
Names = Optional[Union[str, list[str], Parameter]]  # noqa: UP007, UP045
Number = Optional[Union[float, Parameter]]  # noqa: UP007, UP045
Whole = Optional[Union[int, Parameter]]  # noqa: UP007, UP045
Flag = Optional[Union[bool, Parameter]]  # noqa: UP007, UP045
Mapped = Optional[dict[str, Any]]  # noqa: UP045

OF_BARS = (*OF_BATCH, *OF_SERIES, "series", "reference")  # what is said of the bars
CHOSEN = ("cause", "longer_than", "bars", "leave")  # which suspects an entry speaks of


class BarsExpectation(Rendered):
    """An expectation of bars.

    Every field is also what `dq.validate` takes, or what an entry of one of dq's suites says; None where nothing is.
    """

    cause: Texts = None
    longer_than: Text = None
    bars: Whole = None
    leave: Texts = None
    instruments: Names = None
    interval: Text = None
    calendar: Text = None
    timezone: Text = None
    columns: Mapped = None
    series: Mapped = None
    tick: Number = None
    label: Text = None
    delay: Text = None
    continuous: Flag = None
    extended_hours: Flag = None
    adjusted: Flag = None
    allow_non_positive: Flag = None
    window: Text = None
    begin: Text = None
    end: Text = None
    at: Text = None
    reference: Text = None
    allow_empty: Flag = None

    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC,)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    @pydantic.validator("*", pre=True)
    def _is_allowed(cls, value: Any, field: Any) -> Any:  # noqa: N805  a class method by pydantic's decorator
        """The value as it was said; what dq would refuse is refused here, in its words."""
        if value is not None and not is_suite_parameter(value):
            _refuse(cls._check(), field.name, value)
        return value

    @classmethod
    def _check(cls) -> str:
        return str(cls.expectation_type).removeprefix(PREFIX)

    def get_validation_dependencies(self, execution_engine: Any = None, runtime_configuration: Any = None) -> Any:
        """The one metric, under what is said of the bars.

        Not put together by Great Expectations, which would write the whole expectation out once for every key it has.
        """
        said = {name: getattr(self, name) for name in OF_BARS if getattr(self, name) is not None}
        settings = {SETTINGS: json.dumps(said, sort_keys=True)}
        wanted = MetricConfiguration(METRIC, {"batch_id": self.batch_id}, settings)
        format_said = (runtime_configuration or {}).get("result_format", self.result_format)
        return ValidationDependencies({METRIC: wanted}, parse_result_format(format_said))

    def entry(self) -> Expectation:
        """The same as an entry of a suite of dq's own."""
        check = self._check()
        defaults = checks()[check].parameters
        own = {name: like(default, getattr(self, name)) for name, default in defaults.items()}
        said: Any = self  # suite parameters have been replaced by their values
        return Expectation(
            check=check,
            severity=said.severity.value,
            parameters={name: value for name, value in own.items() if value != defaults[name]},
            cause=None if said.cause is None else tuple(said.cause),
            longer_than=None if said.longer_than is None else parse_duration(said.longer_than),
            bars=said.bars,
            meta=said.meta or {},
        )


def judged(self: Any, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
    """What Great Expectations calls `_validate`; given to each class, so that the one above stays abstract."""
    entry = self.entry()
    left = left_alone(entry.check) if self.leave is None else tuple(self.leave)
    format_said = (runtime_configuration or {}).get("result_format", self.result_format)
    return outcome(entry, metrics[METRIC].found(entry, left), parse_result_format(format_said))


def _refuse(check: str, name: str, value: Any) -> None:
    """Raise what is wrong with the value of a field.

    Raises:
        ValueError: with what is allowed.
    """
    kind = checks()[check]
    if name in kind.parameters:
        like(kind.parameters[name], value, kind.choices.get(name, ()))
    elif name in CHOSEN and (name, value) != ("leave", []):
        FILTERS["cause" if name == "leave" else name](value)
    elif name in {"columns", "series"}:
        _refuse_described(name, value)
    elif name == "reference":
        rules.text(value)
    elif name in OF_BARS and not (name == "at" and value == NOW):
        (RULES if name in RULES else SERIES)[name](value)


def _refuse_described(name: str, value: Any) -> None:
    try:
        admitted({"columns": value} if name == "columns" else {}, value if name == "series" else None)
    except SettingsError as wrong:
        raise ValueError(wrong.message) from None
