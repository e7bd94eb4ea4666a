"""Incident pages: what happened, since when, what it explains, why, and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dq.model import NO_INSTANT, Finding, Incident, Run, Series
from dq.reports.advice import advice, cause_text
from dq.reports.charts.tell import title
from dq.reports.html.bars import chart_around, placed
from dq.reports.html.commands import to_copy
from dq.reports.html.findings import finding_rows, worst_first
from dq.reports.html.layout import rendered
from dq.reports.html.lives import Stories, life_rows
from dq.reports.html.moments import stamps
from dq.reports.html.places import INCIDENTS, Places
from dq.reports.html.site import Site
from dq.reports.words import worst_first as worst_incidents
from dq.reports.words import zone_of
from dq.suites.words import counted, length_text, listed

if TYPE_CHECKING:
    from markupsafe import Markup

FINDINGS = 200  # listed on the page of one incident
DRAWN = 100  # pages with a chart, of the worst incidents
Alike = Mapping[Series | None, Sequence[Finding]]
_NOUNS = {  # what checks count that judge no bars
    "uncovered_level": "missing row",
    "failed_cycle": "cycle",
    "slow_cycle": "cycle",
    "slow_upsert": "upsert",
    "excessive_retry": "request",
    "excessive_memory": "look",
}


@dataclass(frozen=True, slots=True)
class Card:
    """An incident in words; `chart` is the place of the chart of its first finding, empty where none is drawn."""

    severity: str
    state: str
    title: str
    message: str
    series: str
    since: Markup
    length: str
    many: str
    why: str
    todo: str
    page: str
    chart: str


def incident_pages(site: Site, places: Places) -> dict[str, Callable[[], str]]:
    """Path -> what writes the page, of the incidents that have one, and of the page that lists them."""
    alike: dict[Series | None, list[Finding]] = defaultdict(list)
    for one in site.run.findings:
        alike[one.series].append(one)
    stories = Stories(site)
    listed = [one for one in worst_incidents(site.run.incidents) if one.id in places.incidents]
    pages = {
        places.incidents[one.id]: partial(_page, site, places, one, alike if at < DRAWN else {}, stories)
        for at, one in enumerate(listed)
    }
    return {**pages, INCIDENTS: partial(_all, site, places, listed)}


def card(run: Run, places: Places, incident: Incident) -> Card:
    """An incident as the lists of them tell it."""
    found = [run.findings[at] for at in incident.findings]
    names = list(dict.fromkeys(one.series.name for one in found if one.series)) or list(incident.series)
    lasted = incident.end - incident.start + max((one.series.interval for one in found if one.series), default=0)
    first = next((one for one in found if one.series), None)
    return Card(
        severity=incident.severity,
        state=incident.state,
        title=title(incident.check),
        message=incident.message,
        series=listed(names, 6),
        since=stamps(first.series if first else None, incident.start, incident.end, _zone(run, incident)),
        length="" if NO_INSTANT in (incident.start, incident.end) else length_text(lasted),
        many=_many([one for one in found if one.check == incident.check]),
        why=cause_text(incident.cause) if incident.cause else "",
        todo=advice(incident.check, incident.cause),
        page=places.incidents.get(incident.id, ""),
        chart=next(filter(None, (places.finding(run, at) for at in incident.findings)), ""),
    )


def _page(site: Site, places: Places, incident: Incident, alike: Alike, stories: Stories) -> str:
    run = site.run
    found = [run.findings[at] for at in incident.findings]
    shown = worst_first(run, incident.findings)[:FINDINGS]
    return rendered(
        "incident.html",
        "../",
        run=run,
        here="incidents",
        card=card(run, places, incident),
        id=incident.id,
        series=_series(places, incident, found),
        check_page=places.checks.get(incident.check, ""),
        rows=finding_rows(run, places, shown),
        more=len(incident.findings) - len(shown),
        entailed=_entailed(incident, found),
        copies=to_copy(run, incident, found),
        glimpse=_glimpse(site, found, alike),
        story=stories.of(incident.id),
    )


def _all(site: Site, places: Places, listed: Sequence[Incident]) -> str:
    run = site.run
    return rendered(
        "incidents.html",
        "../",
        run=run,
        here="incidents",
        cards=[card(run, places, one) for one in listed],
        more=len(run.incidents) - len(listed),
        others=life_rows(site, places),
    )


def _glimpse(site: Site, found: Sequence[Finding], alike: Alike) -> dict[str, Any] | None:
    """The bars around its first finding that has a place among bars which are at hand.

    Args:
        alike: the findings of each series; of a page without a chart there are none.
    """
    for one in found:
        key = (one.series.instrument, one.series.interval) if one.series else None
        bars = site.bars.get(key) if key else None
        if key and bars is not None and len(bars) and placed(one) and one.series in alike:
            zone = zone_of(site.run, key[0])
            return chart_around(bars, site.markets.get(key), alike[one.series], one, zone)
    return None


def _series(places: Places, incident: Incident, found: list[Finding]) -> list[tuple[str, str, int]]:
    """Name, page and findings of each series concerned."""
    counts: dict[str, int] = {}
    for one in found:
        if one.series:
            counts[one.series.name] = counts.get(one.series.name, 0) + 1
    known = {one.series.instrument for one in found if one.series}
    others = [name for name in incident.series if name not in known]
    return [(name, places.series.get(name, ""), many) for name, many in counts.items()] + [
        (one, "", 0) for one in others
    ]


def _entailed(incident: Incident, found: list[Finding]) -> str:
    """What it explains besides what it is called after: `3 missing bar and 1 low completeness findings`."""
    counts: dict[str, int] = {}
    for one in found:
        if one.check != incident.check:
            counts[one.check] = counts.get(one.check, 0) + 1
    return listed([f"{counted(many, 'finding')} of {title(name)}" for name, many in counts.items()])


def _zone(run: Run, incident: Incident) -> str:
    return zone_of(run, incident.series[0]) if incident.series else "UTC"


def _many(found: list[Finding]) -> str:
    told = counted(sum(one.count for one in found), _NOUNS.get(found[0].check, "bar")) if found else ""
    return f"{told} in {counted(len(found), 'finding')}" if len(found) > 1 else told
