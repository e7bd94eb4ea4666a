"""The one metric of all our expectations: the batch, read and examined once under every check."""

from __future__ import annotations

import json
from typing import Any

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import (
    PandasExecutionEngine,
    SparkDFExecutionEngine,
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from dq.gx.asking import question_of_batch
from dq.model import DqError, SourceError
from dq.run.examination import Examination, examination
from dq.run.fetch import as_error

METRIC = "dq.examination"
SETTINGS = "settings"
OF_SQL = "Give the rows as a batch of pandas or Spark, or ask `dq validate postgresql://…`, which reads tables itself."


class BarsExamined(TableMetricProvider):
    """What every check says of the bars of a batch; expectations with equal settings share one.

    Its value argument is the settings as JSON, so that equal ones are the same metric.
    """

    metric_name = METRIC
    value_keys = (SETTINGS,)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any) -> Any:  # noqa: N805  a class method by Great Expectations' decorator
        return _examined(_rows(execution_engine, metric_domain_kwargs), metric_value_kwargs)

    @metric_value(engine=SparkDFExecutionEngine)
    def _spark(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Any, **_: Any) -> Any:  # noqa: N805  as above
        table = _rows(execution_engine, metric_domain_kwargs).toArrow()  # as instants: pandas would lose their zone
        return _examined(table, metric_value_kwargs)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sql(cls, **_: Any) -> Any:  # noqa: N805  as above
        return Examination(errors=[as_error(SourceError("Batches of SQL are not read.", hint=OF_SQL))])


def _rows(engine: Any, domain: Any) -> Any:
    rows, _, _ = engine.get_compute_domain(domain, domain_type=MetricDomainTypes.TABLE)
    return rows


def _examined(frame: object, arguments: Any) -> Examination:
    """The examination; what is wrong with settings or frame stands in its errors, so that it is told in our words."""
    try:
        return examination(question_of_batch(frame, json.loads(arguments[SETTINGS])))
    except DqError as wrong:
        return Examination(errors=[as_error(wrong)])
