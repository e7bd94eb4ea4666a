"""What Great Expectations costs: a suite over a frame of bars there, and the same with dq's own runner.

    python benchmarks/gx.py [ROWS]

Both read the same pandas frame of one future's minutes and ask the whole of ohlc_1m: CPU time, the best of several turns.
One expectation alone reads and examines as much as all of them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from _bars import lifelike

SUITE = Path(__file__).parent.parent / "expectations" / "ohlc_1m.json"
SAID = {"instruments": "NQ=F", "calendar": "CME_Equity", "tick": 0.25}
TURNS = 9


def frame_of(rows):
    bars = lifelike(rows)
    columns = {name: bars.column(name) for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame({"timestamp": pd.to_datetime(bars.timestamp, unit="us", utc=True), **columns})


def best(work):
    times = []
    for _ in range(TURNS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def imported(code):
    """Seconds of CPU that a fresh Python takes to import that."""
    timed = f"import time; begun = time.process_time(); {code}; print(time.process_time() - begun)"
    return min(
        float(subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    )


def main(rows):
    import dq

    frame = frame_of(rows)
    known = {"series": {"NQ=F": {"tick": 0.25}}, "instruments": "NQ=F", "calendar": "CME_Equity"}
    own = best(lambda: dq.validate(frame, suite="ohlc_1m", **known))

    from great_expectations.core.expectation_suite import ExpectationSuite

    import dq.gx

    document = json.loads(SUITE.read_text("utf-8"))
    for entry in document["expectations"]:
        entry["kwargs"] |= SAID
    suite, one = ExpectationSuite(**document), dq.gx.ExpectNoMissingBar(**SAID)
    asset = dq.gx.context().data_sources.add_pandas("pandas").add_dataframe_asset("bars")
    definition = asset.add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch({"dataframe": frame})
    read = best(lambda: definition.get_batch({"dataframe": frame}))
    whole, alone = best(lambda: batch.validate(suite)), best(lambda: batch.validate(one))
    told = {
        "dq's own runner": own,
        f"the {len(suite.expectations)} expectations in Great Expectations": whole,
        "one of them alone": alone,
        "its own get_batch, which hashes the frame": read,
    }
    print(f"{rows:,} bars of one series")
    for name, seconds in told.items():
        print(f"  {name:<48} {seconds * 1000:8.0f} ms   {seconds / own:5.2f} × dq's own")
    print(f"  {'most memory of the process':<48} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    print("imports of a fresh Python")
    for code in ("import great_expectations", "import dq.gx"):
        print(f"  {code:<48} {imported(code):8.2f} s")


if __name__ == "__main__":
    for number in [int(sys.argv[1])] if sys.argv[1:] else [1_000, 1_000_000]:
        main(number)
