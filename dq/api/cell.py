"""What a notebook shows of a value by itself: small HTML without a script, in the notebook's own colours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dq.api.words import MOST, loud, place_of, trials_text
from dq.reports.clocks import utc_text
from dq.reports.lines import error_text
from dq.reports.words import headline, percent_text

if TYPE_CHECKING:
    from jinja2 import Environment

    from dq.model import Run
    from dq.run.profiling import Profiled
    from dq.trials import Outcome

BLOCKS = "▁▂▃▄▅▆▇█"
FULL = 0.995  # a share that is drawn as the full block


def run_cell(run: Run) -> str:
    """The verdict, the incidents in words, and what dq could not tell."""
    incidents = loud(run)
    return rendered(
        "run.html",
        run=run,
        headline=headline(run),
        place=place_of(run),
        complete="" if run.completeness is None else f"{percent_text(run.completeness)} complete",
        errors=[(error_text(one), one.hint) for one in run.errors],
        incidents=incidents[:MOST],
        more=max(len(incidents) - MOST, 0),
    )


def profile_cell(known: Profiled) -> str:
    """A row of blocks per series: how full each hour of its market's day is."""
    rows = [(one, [_block(share) for share in one.shares]) for one in known.profiles]
    errors = [(error_text(one), one.hint) for one in known.errors]
    daily = {one.series.daily for one in known.profiles}
    heading = {frozenset({True}): "Monday to Sunday"}.get(frozenset(daily), "hour by hour")
    if len(daily) > 1:
        heading += " (of daily bars: Monday to Sunday)"
    told = {"source": known.source, "heading": heading, "percent": percent_text}
    return rendered("profile.html", **told, rows=rows, errors=errors)


def trials_cell(outcome: Outcome) -> str:
    """The verdict, a row per check that was tried, and what was missed."""
    return rendered(
        "trials.html",
        outcome=outcome,
        headline=trials_text(outcome),
        errors=[(error_text(one), one.hint) for one in outcome.errors],
        tried=[one for one in outcome.scores if one.trials],
        missed=outcome.missed[:MOST],
        more=max(len(outcome.missed) - MOST, 0),
        utc=utc_text,
    )


def _block(share: float | None) -> tuple[str, str]:
    """A block as high as the share, and the share in words."""
    if share is None:
        return "·", "nothing due"
    return BLOCKS[7 if share >= FULL else min(int(share * 7), 6)], percent_text(share)


def rendered(name: str, **told: Any) -> str:
    """That template; everything told is escaped."""
    return _environment().get_template(name).render(told).encode("utf-8", "replace").decode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
