"""docs/gx.md does what it says: its lines are run as they stand there."""

import re
from pathlib import Path

from test_gx import bars

import dq.gx
from dq.gx.asking import OF_BATCH, OF_SERIES
from dq.gx.expectation import CHOSEN

GUIDE = (Path(__file__).parent.parent / "docs" / "gx.md").read_text("utf-8").split("\n## Data Docs")[0]
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def test_the_lines_of_the_guide_run_one_after_the_other():
    place = {"frame": bars()}
    for block in BLOCKS:
        exec(compile(block, "docs/gx.md", "exec"), place)
    (mine,) = place["definition"].run(batch_parameters={"dataframe": place["frame"]}).results[:1]
    assert mine.result["observed_value"] == "1 finding, 10 bars missing"
    assert '"1 finding, 10 bars missing"' in GUIDE
    assert len(place["suite"].expectations) == 2
    assert place["answer"].success is False
    assert len(place["answer"].results) == len(place["whole"].expectations) > 30


def test_three_lines_add_expectations():
    assert [sum(map(bool, block.splitlines())) for block in BLOCKS if "add_expectation" in block] == [3]


def test_every_kwarg_is_explained():
    kwargs = {*OF_BATCH, *OF_SERIES, *CHOSEN, "series", "reference"}
    table = GUIDE.split("| kwargs | say |")[1].split("\n\n")[0]
    assert {name for name in kwargs if not re.search(rf"\b{name}\b", table)} == set()
    assert kwargs <= set(dq.gx.ExpectNoMissingBar.__fields__)
