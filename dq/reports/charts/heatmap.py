"""Which series lacked bars when, and why: one row a series, one cell a stretch of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from dq.model import DAY, Int
from dq.reports.advice import cause_text
from dq.reports.charts.colours import COLOURS, of_cause, theme
from dq.reports.coverage import LENGTHS, Coverage
from dq.suites.words import counted

LETTERS = {"hole": "L", "outage": "O", "calendar": "C", "halt": "M", "quiet": "Q", "shifted": "D", "untold": "?"}
_WORDS = {"untold": "why is not known"}
_CAUSES = {"calendar": "calendar_suspect", "shifted": "dst"}  # whose words a family's are, where the names differ
# The lighter ends of the scales, under names of their own: nearly complete is pale on white, and dim on black.
PALE = {
    "complete": "#dcebe1",
    "hole-pale": "#f3d0cd",
    "outage-pale": "#e3cfec",
    "calendar-pale": "#efe7c4",
    "halt-pale": "#cfdcec",
    "quiet-pale": "#dde2e7",
    "shifted-pale": "#c3e3e6",
    "untold-pale": "#d6dade",
}
_EXCUSED = {"quiet", "halt", "calendar"}  # families whose bars were not owed: they hide no loss behind them
_ROW, _FRAME = 22, 56  # pixels of a row, and of what stands around them
_LONG = 26  # characters of a series' name beside its row


@dataclass(frozen=True, slots=True)
class Row:
    """A series of the heat map, and the page that a click on it leads to."""

    name: str
    coverage: Coverage
    page: str = ""


def family_text(name: str) -> str:
    """What a family of causes means, in words."""
    return _WORDS.get(name) or cause_text(_CAUSES.get(name, name))


def families(rows: Sequence[Row]) -> list[str]:
    """The families that occur, in the order of `LETTERS`."""
    met = {of_cause(cause) for row in rows for cause in row.coverage.missing}
    return [name for name in LETTERS if name in met]


def heatmap(rows: Sequence[Row], step: str) -> dict[str, Any]:
    """The figure; empty rows and stretches in which nothing fell due stay blank.

    Each value is the share that is missing, 0 to 1, plus the place of the cause's family among those that occur, so
    that one scale of colours tells both.

    Args:
        step: the length of the stretches, as in `coverage`.
    """
    met = families(rows)
    starts = _grid([row.coverage.starts for row in rows], step)
    cells = [_cells(row.coverage, starts, met) for row in rows]
    trace = {
        "type": "heatmap",
        "z": [[value for value, _, _ in row] for row in cells],
        "text": [[letter for _, letter, _ in row] for row in cells],
        "customdata": [[words for _, _, words in row] for row in cells],
        "y": list(range(len(rows))),
        **_across(starts, step),
        "zmin": 0,
        "zmax": max(len(met), 1),
        "colorscale": _scale(met),
        "showscale": False,
        "xgap": 1,
        "ygap": 2,
        "hoverongaps": False,
        "texttemplate": "%{text}",
        "hovertemplate": f"%{{x|{_shown(step)}}}<br>%{{customdata}}<extra></extra>",
        "meta": {"pages": [row.page for row in rows]},
    }
    return {"data": [trace], "layout": _layout(rows, step)}


def _grid(starts: Sequence[Int], step: str) -> Int:
    """Every stretch from the first to the last of all series, those without a due bar too."""
    known = np.unique(np.concatenate([*starts, np.zeros(0, np.int64)]))
    if len(known) == 0 or step == "month":
        return known
    length = LENGTHS.get(step, 7 * DAY if step == "week" else DAY)
    return np.arange(known[0], known[-1] + 1, length, dtype=np.int64)


def _cells(told: Coverage, starts: Int, met: Sequence[str]) -> list[tuple[float | None, str, str]]:
    """Value, letter and words of each stretch of one series."""
    cells: list[tuple[float | None, str, str]] = [(None, "", "")] * len(starts)
    for spot, at in enumerate(np.searchsorted(starts, told.starts).tolist()):
        owed, there = int(told.owed[spot]), int(told.present[spot])
        lacks = {cause: int(counts[spot]) for cause, counts in told.missing.items() if counts[spot]}
        name = _family(lacks)
        lost = sum(many for cause, many in lacks.items() if name in _EXCUSED or of_cause(cause) not in _EXCUSED)
        share = min(max(lost / owed, 0.02), 0.98) if name else 0.0  # a family's ends are its neighbours'
        value = round(met.index(name) + share, 2) if name else 0
        cells[at] = (value, LETTERS.get(name, ""), _words(owed, there, lacks))
    return cells


def _family(lacks: Mapping[str, int]) -> str:
    """The family that a cell is coloured by: that of most of its losses, or of what else is not there."""
    return of_cause(max(lacks, key=lambda cause: (of_cause(cause) not in _EXCUSED, lacks[cause]))) if lacks else ""


def _words(owed: int, there: int, lacks: Mapping[str, int]) -> str:
    if not lacks:
        return f"all {owed:,} there"
    why = "; ".join(f"{many:,}: {family_text(of_cause(cause))}" for cause, many in lacks.items())
    return f"{owed - there:,} of {counted(owed, 'bar')} missing<br>{escape(why)}"


def _across(starts: Int, step: str) -> dict[str, Any]:
    """Where the columns stand: the middle of each at its beginning, where its label is; milliseconds UTC."""
    if step == "month" or len(starts) == 0:
        return {"x": (starts // 1000).tolist(), "xtype": "array"}
    length = LENGTHS.get(step, 7 * DAY if step == "week" else DAY)
    return {"x0": int(starts[0]) // 1000, "dx": length // 1000}


def _scale(met: Sequence[str]) -> list[list[Any]]:
    """Complete first, then from pale to full for each family, without a transition between them."""
    edges: list[list[Any]] = [[0, PALE["complete"]]]
    many = max(len(met), 1)
    for place, name in enumerate(met):
        edges += [[(place + 0.01) / many, edges[-1][1]], [(place + 0.01) / many, PALE[f"{name}-pale"]]]
        edges += [[(place + 0.99) / many, COLOURS[name]]]
    return [*edges, [1, edges[-1][1]]]


def _shown(step: str) -> str:
    return {"day": "%Y-%m-%d", "week": "week of %Y-%m-%d", "month": "%B %Y"}.get(step, "%Y-%m-%d %H:%M UTC")


def _layout(rows: Sequence[Row], step: str) -> dict[str, Any]:
    names = [row.name if len(row.name) <= _LONG else f"{row.name[: _LONG - 1]}…" for row in rows]
    return {
        "height": _FRAME + _ROW * max(len(rows), 2),
        "margin": {"l": 8, "r": 8, "t": 4, "b": 48},
        "font": {"size": 12, "color": COLOURS["ink"]},
        "paper_bgcolor": COLOURS["paper"],
        "plot_bgcolor": COLOURS["paper"],
        "dragmode": False,
        "xaxis": {"type": "date", "showgrid": False, "zeroline": False, "fixedrange": True},
        "yaxis": {
            "autorange": "reversed",
            "tickvals": list(range(len(rows))),
            "ticktext": [escape(name) for name in names],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "automargin": True,
        },
        "meta": {"colours": theme() | {literal: name for name, literal in PALE.items()}, "clock": "utc", "step": step},
    }
