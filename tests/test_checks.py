"""Every check over every fixture: it distrusts what the `expect` column says, and nothing else."""

import json
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from dq.checks import checks
from dq.explain.causes import EXCUSED
from dq.model import instant_text, parse_duration
from dq.run import Asked, validate
from dq.settings import SeriesSettings, Settings
from dq.sources import Access

OF_BARS = tuple(name for name, check in checks().items() if check.of_bars)  # the others have fixtures in JSON
FOLDER = Path(__file__).parent / "edge_cases"
CASES = sorted(FOLDER.glob("*.csv"))
HEADER = "timestamp,open,high,low,close,volume"
EXCUSED_WORDS = {f"{check}={cause}" for check in ("missing_bar", "stale_series") for cause in EXCUSED}
READ = {
    "interval": parse_duration,
    "delay": parse_duration,
    "tick": float,
    "extended_hours": bool,
    "allow_non_positive": bool,
    "calendar": str,
    "label": str,
}


@dataclass(frozen=True)
class Line:
    """One line of a fixture: cells of a bar, or None where the bar is absent; and `check` or `check=cause` in words."""

    at: int | None
    cells: tuple[str, ...] | None
    words: frozenset[str]
    number: int

    @property
    def broken(self):
        return "broken_contract" in self.words

    @property
    def place(self):
        return f"line {self.number}" if self.at is None else instant_text(self.at)


@dataclass(frozen=True)
class Case:
    options: dict[str, str]
    lines: tuple[Line, ...]

    def text(self):
        """The fixture as a source has it: without what is expected, and without absent bars."""
        rows = [",".join(line.cells) for line in self.lines if line.cells is not None]
        return "\n".join([HEADER, *rows]) + "\n"


def instant(text):
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))


def read_case(path):
    about, header, *rows = path.read_text("utf-8").splitlines()
    assert about.startswith("# ")
    assert header == f"{HEADER},expect"
    options = dict(word.rstrip(".").split("=", 1) for word in about[2:].split() if re.match(r"[a-z_]+=\S", word))
    lines = [_line(row, options, number) for number, row in zip(count(3), rows, strict=False)]
    return Case(options, tuple(lines))


def _line(row, options, number):
    stamp, *cells, words = row.split(",")
    torn = options.get("torn") == str(number)  # the line ends behind its last filled cell
    absent = not torn and stamp and not any(cells)
    kept = (stamp, *cells)
    if torn:
        kept = tuple(row.rstrip(",").split(",")) if not words else tuple(",".join(kept).rstrip(",").split(","))
    at = instant(stamp) if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", stamp) else None
    return Line(at, None if absent else kept, frozenset(words.split()), number)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A folder with a suite that asks every check once, and with the sessions that were computed already."""
    folder = tmp_path_factory.mktemp("shelf")
    entries = [{"type": f"expect_no_{name}", "kwargs": {}, "severity": "warning"} for name in OF_BARS]
    excused = [
        {"type": f"expect_no_{name}", "kwargs": {"cause": list(EXCUSED)}, "severity": "info"}
        for name in ("missing_bar", "stale_series")
    ]
    displaced = [
        {"type": f"expect_no_{name}", "kwargs": {"cause": ["dst"]}, "severity": "info"}
        for name in ("off_session_bar", "duplicate_timestamp", "out_of_order_timestamp")
    ]
    suite = {"name": "every_check", "expectations": [*entries, *excused, *displaced]}
    (folder / "every_check.json").write_text(json.dumps(suite))
    return folder


def judged(case, shelf, folder, suite="every_check"):
    """The run of `dq validate` over the fixture."""
    path = folder / "bars.csv"
    path.write_text(case.text())
    said = {name: read(case.options[name]) for name, read in READ.items() if name in case.options}
    asked = Asked(
        Access(str(path), instrument=case.options["instrument"]),
        Settings(history=folder / "history", cache=shelf / "cache"),
        now=instant("2030-01-01T00:00Z"),
        at=instant(case.options["as_of"]) if "as_of" in case.options else None,
        window=parse_duration(case.options["window"]) if "window" in case.options else None,
        suite=str(shelf / f"{suite}.json"),
        reference=str(FOLDER / case.options["reference"]) if "reference" in case.options else None,
        flags=SeriesSettings(**said),
        record=False,
    )
    return validate(asked, "0").run


def places(finding, case):
    """The lines of the fixture that a finding speaks of; as many as it counts."""
    if finding.check == "broken_contract":
        lines = [line for line in case.lines if line.broken]
    elif checks()[finding.check].slots:
        owed = [line for line in case.lines if line.at is not None and (line.cells is None or line.broken)]
        lines = [line for line in owed if finding.start <= line.at <= finding.end]
        if finding.check == "low_completeness":
            lines = [line for line in lines if not EXCUSED_WORDS & line.words]
    else:
        rows = [line for line in case.lines if line.cells is not None and line.at is not None and not line.broken]
        lines = [line for line in rows if finding.start <= line.at <= finding.end]
    found = {line.place for line in lines}
    assert finding.count in {len(lines), len(found)}, (finding, sorted(found))
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_distrusts_exactly_what_the_fixture_expects(path, shelf, tmp_path):
    case = read_case(path)
    run = judged(case, shelf, tmp_path)
    assert run.errors == ()
    told = [(place, one) for one in run.findings for place in places(one, case)]
    loud = {f"{place} {one.check}" for place, one in told if one.severity != "info"}
    words = [(line.place, *word.partition("=")) for line in case.lines for word in line.words]
    assert loud == {f"{place} {check}" for place, check, _, cause in words if cause not in EXCUSED}
    causes = {f"{place} {one.check}={one.cause}" for place, one in told}
    assert {f"{place} {check}={cause}" for place, check, _, cause in words if cause} - causes == set()
    if "findings" in case.options:
        assert sum(one.severity != "info" for one in run.findings) == int(case.options["findings"])


@pytest.mark.parametrize("name", OF_BARS)
def test_a_check_that_is_asked_alone_finds_the_same(name, shelf, tmp_path):
    case = read_case(FOLDER / f"{name}.csv")
    entry = {"type": f"expect_no_{name}", "kwargs": {}, "severity": "warning"}
    (shelf / f"{name}.json").write_text(json.dumps({"name": name, "expectations": [entry]}))
    alone, among_all = judged(case, shelf, tmp_path, name), judged(case, shelf, tmp_path)
    assert alone.findings == tuple(one for one in among_all.findings if one.check == name)
    assert alone.findings


def test_every_check_has_its_own_fixture():
    assert {path.stem.split("__")[0] for path in CASES} == set(OF_BARS)


@pytest.mark.parametrize("name", OF_BARS)
def test_a_check_is_proved_by_a_line_that_it_must_distrust(name):
    expected = {
        word.split("=")[0]
        for path in FOLDER.glob(f"{name}*.csv")
        for line in read_case(path).lines
        for word in line.words
    }
    assert name in expected


def test_a_fixture_tells_its_story_and_stays_small():
    assert [path.name for path in CASES if path.stat().st_size >= 60_000] == []
    stories = {path.name: path.read_text("utf-8").splitlines()[0].split(". ", 1) for path in CASES}
    assert [name for name, story in stories.items() if len(story) < 2 or not story[1].endswith(".")] == []
