"""The same expectations on a batch of Spark."""

import os

import pytest
from gx_support import batch_definition, of_results, suite_of
from test_gx import bars

import dq.gx

pytest.importorskip("pyspark", reason="needs pyspark, the extra `spark`")


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    quiet = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "America/New_York"}
    begun = SparkSession.builder.master("local[1]").config(map=quiet).getOrCreate()
    yield begun
    begun.stop()


def test_a_spark_frame_has_the_findings_of_the_same_bars_in_pandas(spark):
    context, frame = dq.gx.context(), bars()
    asset = context.data_sources.add_spark("spark").add_dataframe_asset("bars")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": spark.createDataFrame(frame)})
    found, in_pandas = (
        one.validate(suite_of("ohlc_1m", {}), result_format="COMPLETE")
        for one in (batch, batch_definition(context).get_batch({"dataframe": frame}))
    )
    assert of_results(found.results) == of_results(in_pandas.results) != {}
    assert found.success is in_pandas.success is False
