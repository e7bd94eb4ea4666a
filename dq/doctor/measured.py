"""What the collector measured of itself: which figures are found, and where."""

from __future__ import annotations

from dq.doctor.line import WARNING, Line
from dq.doctor.steps import fine
from dq.model import HOUR, Figure, Figures, Measure, Window
from dq.run import Asked
from dq.settings import masked_text
from dq.sources.figures import Places, read_figures
from dq.suites.words import listed

STEP = "collector's figures"
USES: dict[Measure, str] = {
    "cycle": "slow_cycle",
    "upsert": "slow_upsert",
    "retries": "excessive_retry",
    "memory": "excessive_memory",
}
HINT = "docs/collector.md has the names that dq looks for; [collector.names] in dq.toml says others."


def is_said(asked: Asked) -> bool:
    """Whether the settings say where the collector tells of itself."""
    return asked.settings.collector.metrics is not None or asked.settings.collector.log is not None


def figures(asked: Asked) -> Line:
    """Look for every figure as a run over the last hour would; no look is kept."""
    said, window = asked.settings.collector, asked.settings.window or HOUR
    found = read_figures(Places(said.metrics, said.log, said.names), Window(asked.now - window, asked.now), asked.now)
    told = [_told(measure, one) for measure, one in found.known.items()]
    if not found.unknown:
        return fine(STEP, "; ".join([*told, *_notes(found)]))
    return Line(STEP, WARNING, "; ".join([*told, *_wanting(found), *_notes(found)]), HINT)


def _notes(found: Figures) -> list[str]:
    return [one.rstrip(".") for one in found.notes]


def _wanting(found: Figures) -> list[str]:
    """Which checks cannot answer, those with one reason together."""
    by_reason: dict[str, list[str]] = {}
    for measure, reason in found.unknown.items():
        by_reason.setdefault(reason, []).append(USES[measure])
    return [f"{listed(names)} cannot answer: {reason}" for reason, names in by_reason.items()]


def _told(measure: Measure, one: Figure) -> str:
    of = "" if one.count is None else f" of {one.count:,}"
    value = {
        "cycle": f"one in twenty{of} cycles takes {one.value:.3g} s",
        "upsert": f"one in twenty{of} upserts takes {one.value:.3g} s",
        "retries": f"{one.value * 100:.3g} %{of} requests are made again",
        "memory": f"{one.value / 1e6:,.0f} MB of memory",
    }
    return f"{value[measure]} by {masked_text(one.place)}"
