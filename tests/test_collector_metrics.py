"""What the collector measured of itself: every fixture, read from a real file or from a real server, and judged."""

import json
from functools import cached_property
from pathlib import Path

import pytest
from doctor_support import doctor
from metrics_server import serving
from table_cases import FOLDER, TableCase, instant

from dq.checks import checks
from dq.examine import examine_table
from dq.model import DAY, Cycles, parse_duration
from dq.reports.advice import advice
from dq.sources.figures import Places, read_figures
from dq.suites import load_suite
from dq.suites.judging import judge, questions

OF_FIGURES = [name for name, check in checks().items() if check.view == "figures"]
CASES = sorted(path for name in OF_FIGURES for path in [*FOLDER.glob(f"{name}.json"), *FOLDER.glob(f"{name}__*.json")])
COLLECTOR = load_suite("collector")
HEADER = "instrument,timestamp,open,high,low,close\n"
BARS = HEADER + "".join(f"BTC-USD,2026-03-04T14:0{minute}Z,1,1,1,1\n" for minute in range(5))


class FigureCase(TableCase):
    """A fixture with a `log` or with `metrics`."""

    @cached_property
    def log_text(self):
        return "".join(line for one in self.said.get("log", ()) for line in _lines(one))

    @cached_property
    def metrics_text(self):
        return "\n".join(self.said.get("metrics", ())) + "\n"

    def places(self, folder, server):
        if "log" not in self.said:
            server.answer(self.metrics_text)
            return Places(metrics=f"{server.url}/metrics")
        path = folder / "collector.jsonl"
        path.write_text(self.log_text)
        return Places(log=path)


def _lines(said):
    if "torn" in said:
        return [said["torn"] + "\n"]
    fields = {
        name: value for name, value in said.items() if name not in {"first", "every", "last"} and value is not None
    }
    stamps = range(instant(said["first"]), instant(said["last"]) + 1, parse_duration(said["every"]))
    return [json.dumps({"timestamp": at / 1_000_000, **fields}) + "\n" for at in stamps]


@pytest.fixture(scope="module")
def server():
    with serving() as desk:
        yield desk


def answers(case, folder, server):
    figures = read_figures(case.places(folder, server), case.window, case.as_of)
    cycles = Cycles(None, case.window, None)
    asked = [question for question in questions(COLLECTOR) if question.check == case.check]
    return examine_table(figures, cycles, asked)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_distrusts_exactly_what_the_fixture_expects(path, tmp_path, server):
    case = FigureCase(path)
    found = answers(case, tmp_path, server)
    findings = [one for one in judge(COLLECTOR, found, None) if one.severity != "info"]
    told = [
        {name: getattr(one, name) for name in said} for one, said in zip(findings, case.said["expect"], strict=True)
    ]
    assert told == case.said["expect"]
    assert {(one.start, one.end) for one in findings} <= {(case.window.start, case.window.end)}
    assert case.said.get("not_checked", "") in (found[0].reason or "")
    assert (found[0].reason is not None) == ("not_checked" in case.said)
    for words in case.said.get("says", ()):
        assert any(words in one.message for one in findings), [one.message for one in findings]


def test_every_check_of_figures_has_fixtures_of_guilt_and_of_innocence():
    assert {path.stem.split("__")[0] for path in CASES} == set(OF_FIGURES)
    for name in OF_FIGURES:
        guilty = {bool(FigureCase(path).said["expect"]) for path in CASES if path.stem.split("__")[0] == name}
        assert guilty == {True, False}
    assert [path.name for path in CASES if not FigureCase(path).said["about"].endswith(".")] == []


def test_different_measures_are_different_incidents():
    from dq.explain.incidents import tell_incidents
    from dq.model import Finding

    found = [Finding(name, "warning", None, 0, DAY, 1, "…", subject="the collector") for name in OF_FIGURES]
    assert sorted(one.check for one in tell_incidents(found, {}, 0)) == sorted(OF_FIGURES)


def test_without_an_address_and_a_file_the_reason_says_what_to_set():
    case = FigureCase(Path(CASES[0]))
    figures = read_figures(Places(), case.window, case.as_of)
    assert set(figures.unknown) == {"cycle", "upsert", "retries", "memory"}
    assert all("[collector] metrics or log" in reason for reason in figures.unknown.values())


def test_the_doctor_says_which_figures_it_finds_and_where(desk, server):
    desk.write("bars.csv", BARS)
    desk.write("dq.toml", f'[collector]\nmetrics = "http://me:hunter22@127.0.0.1:{server.port}/metrics"\n')
    server.answer("process_resident_memory_bytes 3.1e8\n")
    answer = doctor(desk, "bars.csv")
    line = answer.lines["collector's figures"]
    assert (answer.status, line["verdict"]) == (0, "warning")
    assert line["said"].startswith("310 MB of memory by process_resident_memory_bytes; slow_cycle cannot answer: ")
    server.answer("", 500)
    line = doctor(desk, "bars.csv").lines["collector's figures"]
    assert "slow_cycle, slow_upsert, excessive_retry and excessive_memory cannot answer: " in line["said"]
    assert "answers with status 500" in line["said"]
    assert "hunter22" not in str(line)


def test_the_check_has_a_page_and_an_entry_of_the_suite_says_why():
    for name in OF_FIGURES:
        (entry,) = [one for one in COLLECTOR.expectations if one.check == name]
        assert entry.severity == "warning"
        assert advice(name, None) != advice("no such check", None)
