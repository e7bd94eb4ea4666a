"""The run as JUnit XML, which CI servers show: a suite per series, a case per check.

A case fails where a check found something at or above `--fail-on`, and has an error where dq could not tell: the file
is red exactly where the exit status is 1 or 3. What a check found below `--fail-on` is the output of a case that passes.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence

from dq.model import SEVERITIES, CheckVerdict, Finding, Run, RunError, SeriesVerdict, instant_text, worst
from dq.reports.advice import advice
from dq.reports.lines import Spark, xml_text
from dq.reports.words import at_or_above, finding_text, percent_text, zone_of
from dq.suites.words import counted

MOST = 20  # findings told of one check of one series
LONGEST = 1_000  # characters of a sentence that holds what the source holds
BUDGET = 1_000_000  # characters of all findings together: CI servers refuse files of many megabytes
JUDGED = "can be judged"  # the case that has an error where dq could not tell


def render(
    run: Run,
    *,
    width: int = 0,
    coloured: bool = False,
    fail_on: str = "warning",
    sparks: Mapping[str, Spark] | None = None,
) -> str:
    """The run as one XML document.

    Args:
        fail_on: the lowest severity that fails a case, or never.
    """
    told = _Document(run, fail_on).element()
    ET.indent(told, " ")
    text = ET.tostring(told, "us-ascii", xml_declaration=False).decode()  # whatever encoding stdout has, it stays whole
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


class _Document:
    def __init__(self, run: Run, fail_on: str) -> None:
        self.run, self.fail_on, self.left = run, fail_on, BUDGET
        self.found: dict[tuple[str, str], list[Finding]] = {}
        for one in run.findings:
            self.found.setdefault((one.series.name if one.series else "", one.check), []).append(one)

    def element(self) -> ET.Element:
        """Everything: the source first, then each series."""
        root = ET.Element("testsuites", name="dq validate")
        suites = [self._of_source(), *map(self._of_series, self.run.series)]
        for number, suite in enumerate(suites):
            suite.set("id", str(number))
            root.append(suite)
        for count in ("tests", "failures", "errors"):  # Jenkins takes no others here
            root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
        root.set("time", f"{self.run.seconds:.3f}")
        return root

    def _of_source(self) -> ET.Element:
        """What concerns no series that was judged: whether there is an answer at all, and findings of whole tables."""
        judged = {one.series.name for one in self.run.series}
        instruments = {one.series.instrument for one in self.run.series}
        about = {"source": self.run.source, "suite": self.run.suite, "run": self.run.id, "verdict": self.run.verdict}
        about |= {"as_of": instant_text(self.run.as_of), "fail_on": self.fail_on, "dq_version": self.run.dq_version}
        about |= {"start": instant_text(self.run.window.start), "end": instant_text(self.run.window.end)}
        elsewhere = [one for one in self.run.errors if one.series not in instruments]
        cases = [self._judged(self.run.source, [one for one in elsewhere if not one.series], self.run.seconds)]
        names = dict.fromkeys(one.series for one in elsewhere if one.series)
        cases += [self._judged(name, [one for one in elsewhere if one.series == name]) for name in names]
        for (series, check), findings in self.found.items():
            if series not in judged:
                cases.append(self._case(series or self.run.source, CheckVerdict(check, "fail"), findings))
        return self._suite(self.run.source, about, cases, self.run.notes, self.run.seconds)

    def _of_series(self, one: SeriesVerdict) -> ET.Element:
        name, share = one.series.name, one.completeness
        about = {"calendar": one.series.calendar, "zone": one.zone, "verdict": one.verdict, "bars": str(one.bars)}
        about |= {"completeness": percent_text(share)} if share is not None else {}
        errors = [error for error in self.run.errors if error.series == one.series.instrument]
        cases = [self._judged(name, errors)]
        cases += [self._case(name, check, self.found.get((name, check.check), [])) for check in self._checks(one)]
        return self._suite(name, about, cases, [*one.notes, *(f"assumed: {what}" for what in one.assumed)])

    def _checks(self, one: SeriesVerdict) -> list[CheckVerdict]:
        """Those of the series, and any other that found something there."""
        known = {check.check for check in one.checks}
        others = [check for series, check in self.found if series == one.series.name and check not in known]
        return [*one.checks, *(CheckVerdict(check, "fail") for check in others)]

    def _suite(
        self,
        name: str,
        about: Mapping[str, str],
        cases: Sequence[ET.Element],
        notes: Sequence[str],
        seconds: float = 0.0,
    ) -> ET.Element:
        """Elements in the order of the schemas: properties, cases, output."""
        suite = ET.Element("testsuite", name=_clean(name), tests=str(len(cases)))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
        suite.set("time", f"{seconds:.3f}")
        suite.set("timestamp", instant_text(self.run.as_of)[:19])
        suite.set("hostname", "localhost")
        known = ET.SubElement(suite, "properties")
        for key, value in about.items():
            ET.SubElement(known, "property", name=key, value=_clean(value))
        suite.extend(cases)
        if notes:
            ET.SubElement(suite, "system-out").text = _clean("\n".join(notes), LONGEST * 10)
        return suite

    def _judged(self, series: str, errors: Sequence[RunError], seconds: float = 0.0) -> ET.Element:
        case = _empty_case(series, JUDGED, seconds)
        if errors:
            trouble = ET.SubElement(case, "error", message=_clean(errors[0].message), type=_clean(errors[0].kind))
            told = (f"{one.message}\n{one.hint}".strip() for one in errors[:MOST])
            trouble.text = _clean("\n\n".join(told), LONGEST * MOST)
        return case

    def _case(self, series: str, check: CheckVerdict, findings: Sequence[Finding]) -> ET.Element:
        case = _empty_case(series, check.check)
        loud = [one for one in findings if at_or_above(one.severity, self.fail_on)]
        if loud:
            gravest = worst(one.severity for one in loud)
            first = next(one for one in loud if one.severity == gravest)
            message = _clean(first.message) + (f" (and {len(loud) - 1:,} more)" if len(loud) > 1 else "")
            ET.SubElement(case, "failure", message=message, type=gravest).text = self._text(loud)
        elif check.verdict == "not_checked":
            ET.SubElement(case, "skipped", message=_clean(check.reason or "not checked"))
        quiet = [one for one in findings if not at_or_above(one.severity, self.fail_on)]
        if quiet:
            ET.SubElement(case, "system-out").text = self._text(quiet)
        return case

    def _text(self, findings: Sequence[Finding]) -> str:
        """The findings, worst first, each with when and what, and what to do; the rest are counted."""
        ranked = sorted(findings, key=lambda one: (-SEVERITIES.index(one.severity), one.start))
        lines = list(self._lines(ranked[:MOST]))
        rest = len(findings) - len(lines)
        lines += [f"… and {counted(rest, 'finding')} more: --format json has them all."] if rest else []
        causes = dict.fromkeys((one.check, one.cause) for one in ranked[:MOST])
        lines += ["", *dict.fromkeys(f"→ {advice(*one)}" for one in causes)]
        return _clean("\n".join(lines), LONGEST * (MOST + 2))

    def _lines(self, findings: Sequence[Finding]) -> Iterator[str]:
        for one in findings:
            zone = zone_of(self.run, one.series.instrument) if one.series else "UTC"
            told = finding_text(one, zone)[:LONGEST]
            if len(told) > self.left:
                return
            self.left -= len(told)
            yield told


def _empty_case(series: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.Element("testcase", name=_clean(name), classname=_clean(series), time=f"{seconds:.3f}")


def _clean(text: str, most: int = LONGEST) -> str:
    return xml_text(text[:most])
