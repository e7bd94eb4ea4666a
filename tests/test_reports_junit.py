"""A run as JUnit XML: what CI servers accept, red exactly where the exit status is not 0, and never too large."""

import re
import xml.etree.ElementTree as ET
from functools import cache

import pytest
from html_samples import AT, BTC, NQ, clean_run, crowded_run, hole, lifelike, run, sick_run, verdict
from junitparser import JUnitXml
from validate_support import holed

from dq.model import HOUR, MINUTE, CheckVerdict, Finding, RunError, Series
from dq.reports.junit import render
from dq.run.verdicts import exit_status

# What the schemas of Ant and Jenkins let each element hold, in this order, and which attributes.
ORDER = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
    **{leaf: [] for leaf in ("property", "skipped", "error", "failure", "system-out")},
}
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "classname", "time"},
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}
ODD = 'a|<b>&"\x00\x1b[2J\ud800\ufffe日経 ]]>\n'

crowd = cache(crowded_run)


def odd_run():
    series = Series(ODD, MINUTE, "24/7")
    found = [hole(series, AT - HOUR, 3), Finding("broken_contract", "critical", None, AT, AT, 3, ODD)]
    errors = (RunError("source", ODD, ODD, ODD), RunError("bars", ODD, "", "other" + ODD), RunError("bars", ODD))
    judged = verdict(series, lifelike(BTC), [CheckVerdict("missing_bar", "fail", findings=1)])
    return run([judged], found, source=ODD, verdict="unknown", exit_code=3, errors=errors, notes=(ODD,))


RUNS = {
    "clean": lambda: clean_run()[0],
    "sick": lambda: sick_run()[0],
    "crowded": lambda: crowd()[0],
    "empty": lambda: run(verdict="pass", exit_code=0),
    "odd": odd_run,
}


def follows(element):
    """The element and all below hold what the schemas let them hold."""
    tags = [child.tag for child in element]
    order = ORDER[element.tag]
    assert [order.index(tag) for tag in tags] == sorted(order.index(tag) for tag in tags)
    assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
    if element.tag == "testcase":
        assert sum(tags.count(tag) for tag in ("skipped", "error", "failure")) <= 1
    for child in element:
        follows(child)


@pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)
def test_every_run_follows_the_schema_and_its_counts_are_true(made):
    text = render(made())
    assert text.isascii()
    root = ET.fromstring(text)
    follows(root)
    tags = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, *root):
        for name, tag in tags.items():
            if element is not root or name != "skipped":
                assert int(element.get(name)) == len(list(element.iter(tag)))
    assert [suite.get("id") for suite in root] == [str(number) for number in range(len(root))]
    for suite in root:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
        assert re.fullmatch(r"\d+\.\d{3}", suite.get("time"))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases
    assert len(set(cases)) == len(cases)


def test_another_reader_sees_the_same():
    told = sick_run()[0]
    read = JUnitXml.fromstring(render(told).encode())
    assert (read.tests, read.failures, read.errors, read.skipped) == (1 + 5 * 5 + 4, 4, 0, 5)
    assert [suite.name for suite in read] == [told.source, *(one.series.name for one in told.series)]
    spike = next(case for suite in read for case in suite if case.name == "price_spike")
    assert spike.classname == "BTC-USD 1m"
    (failure,) = spike.result
    assert failure.type == "critical"
    assert failure.message == "The high of 73,500.25 stands 5,180 above its neighbours and came back at once."
    assert "2026-03-12 14:19 UTC" in failure.text
    assert "311 sigmas" in failure.text
    assert "→ Fetch these bars again" in failure.text


@pytest.mark.parametrize("fail_on", ["info", "warning", "critical", "never"])
@pytest.mark.parametrize("severity", ["info", "warning", "critical"])
@pytest.mark.parametrize("failed", [False, True])
def test_it_is_red_exactly_where_the_exit_status_says_so(fail_on, severity, failed):
    finding = hole(BTC, AT - HOUR, 12, severity=severity)
    whole = Finding("broken_contract", severity, None, AT, AT, 3, "3 rows set aside.")
    errors = (RunError("source", "Nobody answers.", "Start it."),) if failed else ()
    for findings in ([finding], [whole], []):
        status = exit_status(findings, failed, fail_on)
        root = ET.fromstring(render(run([verdict(BTC, lifelike(BTC))], findings, errors=errors), fail_on=fail_on))
        assert (root.get("errors") != "0") is (status == 3)
        assert (root.get("failures") != "0") is (exit_status(findings, False, fail_on) == 1)
        if findings and root.get("failures") == "0":
            assert findings[0].message in root.find(".//testcase/system-out").text


def test_graver_findings_fail_a_case_and_the_others_are_its_output():
    found = [hole(NQ, AT - HOUR, 1, severity="info"), hole(NQ, AT - HOUR + 9 * MINUTE, 4, severity="warning")]
    found += [hole(NQ, AT - HOUR + 20 * MINUTE, 7)]
    checks = [CheckVerdict("missing_bar", "fail", findings=3), CheckVerdict("stale_series", "not_checked", "no --at")]
    root = ET.fromstring(render(run([verdict(NQ, lifelike(NQ), checks)], found)))
    case = root.find(".//testcase[@name='missing_bar']")
    assert case.find("failure").get("message") == "7 bars are missing. (and 1 more)"
    told = case.find("failure").text.splitlines()
    assert [line.split()[0] for line in told if line[:1].isalpha()] == ["critical", "warning"]
    assert case.find("system-out").text.startswith("info  ")
    assert root.find(".//testcase[@name='stale_series']/skipped").get("message") == "no --at"


def test_what_a_source_says_cannot_break_out_of_it():
    root = ET.fromstring(render(odd_run()))
    name = 'a|<b>&"\ufffd\ufffd[2J\ufffd\ufffd日経 ]]>'
    assert root[1].get("name").startswith(name)
    assert all("\x1b" not in text for text in root.itertext())
    messages = [error.get("message").strip() for error in root.iter("error")]
    assert messages == [name] * 3


def test_ten_thousand_findings_make_a_file_that_servers_accept():
    text = render(crowd()[0])
    assert len(text) < 2_000_000
    assert "and 30 findings more: --format json has them all." in ET.fromstring(text).find(".//failure").text
    many = run([verdict(BTC, lifelike(BTC))], [hole(BTC, AT - HOUR, 1)] * 20_000)
    assert len(render(many)) < 10_000


def test_the_command_writes_it_and_its_status_agrees(desk, tmp_path):
    desk.write("bars.csv", holed())
    for fail_on, red in (("warning", True), ("never", False)):
        answer = desk.ask("bars.csv", "--format", "junit", "--output", "dq.xml", "--fail-on", fail_on)
        suites = JUnitXml.fromfile(str(tmp_path / "dq.xml"))
        assert (answer.status, answer.out, suites.failures > 0, suites.errors) == (int(red), "", red, 0)
