"""What the collector measured of itself: read where a suite asks of it, and judged beside its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dq.examine import examine_table
from dq.model import MEASURES, UNMEASURED, Cycles, Figures
from dq.run.asked import Asked
from dq.run.cases import Case
from dq.run.judge import check_verdicts
from dq.run.tables import Logged, cycles_of, suites_asking, what_is_asked
from dq.suites.judging import judge

VIEW = "figures"


def with_figures(logged: Logged, cases: Sequence[Case], asked: Asked) -> Logged:
    """The same with what a suite says of the collector's figures; of several that ask, the first one's word holds."""
    suite = next(iter(suites_asking(cases, VIEW).values()), None)
    if suite is None:
        return logged
    cycles = cycles_of(cases, asked)
    figures = _figures(asked, cycles)
    answers = examine_table(figures, cycles, what_is_asked(suite, VIEW))
    findings = tuple(judge(suite, answers, None))
    return replace(
        logged,
        findings=(*logged.findings, *findings),
        verdicts=(*logged.verdicts, *check_verdicts(answers, findings)),
        notes=(*logged.notes, *figures.notes),
    )


def _figures(asked: Asked, cycles: Cycles) -> Figures:
    said = asked.settings.collector
    if said.metrics is None and said.log is None:
        return Figures({}, dict.fromkeys(MEASURES, UNMEASURED))
    from dq.sources.figures import Places, read_figures  # most collectors tell nothing of themselves

    return read_figures(Places(said.metrics, said.log, said.names, asked.settings.cache), cycles.window, asked.now)
