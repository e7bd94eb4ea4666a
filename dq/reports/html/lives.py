"""Incidents with their lives: what happened to each and who was told, with a page for those that the run does not tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dq.explain.stretches import length_of
from dq.model import NO_INSTANT, OWN, SECOND, Event, Life, Parcel
from dq.reports.advice import cause_text
from dq.reports.charts.tell import title
from dq.reports.html.commands import Copy
from dq.reports.html.layout import rendered
from dq.reports.html.moments import at, span
from dq.reports.html.places import Places
from dq.reports.html.site import Site
from dq.reports.lives import FLAPPING, names_of, short, step_text, steps_of, todo_of, way_text, worst_first
from dq.reports.words import zone_of
from dq.suites.words import length_text

if TYPE_CHECKING:
    from markupsafe import Markup

ROWS = 12  # in a table of the first page, before it says where the others are
PAGES = 500  # incidents with a page that the run does not tell: those that last first
BEGAN = {"open", "ongoing"}  # states that a table of what lasts need not say


@dataclass(frozen=True, slots=True)
class LifeRow:
    """An incident in a table; `state` is empty where it merely lasts, `ended` where it does."""

    severity: str
    title: str
    names: str
    page: str
    since: Markup
    suite: str
    message: str
    state: str
    ended: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to an incident.

    Attributes:
        steps: when, and what.
        seen: the last run that saw it, of one that lasts; else "".
        told: when, what, channel, severity, and whether it was sent.
        later: until when, where that is later than the run of the site; else "".
    """

    steps: Sequence[tuple[Markup, str]]
    seen: Markup | str
    flapping: str
    told: Sequence[tuple[str, str, str, str, str]]
    later: Markup | str


class Stories:
    """The stories of all incidents that a site knows; each is made when it is asked for."""

    def __init__(self, site: Site) -> None:
        known, self._later = site.known, _later(site)
        self._lives = {one.id: one for one in known.lives}
        self._events: dict[str, list[Event]] = defaultdict(list)
        self._parcels: dict[tuple[str, str], list[Parcel]] = defaultdict(list)
        for event in known.events:
            self._events[event.incident].append(event)
        for parcel in known.parcels:
            self._parcels[parcel.message.source, parcel.message.incident].append(parcel)

    def of(self, identity: str) -> Story | None:
        """The story of the incident of that id; None where the history does not know it."""
        one = self._lives.get(identity)
        if one is None:
            return None
        return Story(
            steps=[(at(each.at), step_text(each, one)) for each in steps_of(one, self._events.get(one.id, ()))],
            seen=at(one.last_seen) if one.lasts else "",
            flapping=FLAPPING if one.flapping else "",
            told=[_told(each) for each in self._parcels.get((one.source, one.id), ())],
            later=self._later,
        )


def others(site: Site) -> list[Life]:
    """The incidents that have a page and that the run does not tell: those that last, worst first, then the others."""
    told = {one.id for one in site.run.incidents}
    apart = [one for one in site.known.lives if one.id not in told]
    over = sorted((one for one in apart if not one.lasts), key=lambda one: (-(one.resolved or 0), one.id))
    return [*worst_first(one for one in apart if one.lasts), *over]


def life_pages(site: Site, places: Places) -> dict[str, Callable[[], str]]:
    """Path -> what writes the page, of incidents that the run does not tell."""
    stories = Stories(site)
    listed = (one for one in others(site) if one.id in places.incidents)
    return {places.incidents[one.id]: partial(_page, site, places, one, stories) for one in listed}


def life_rows(site: Site, places: Places, most: int | None = None) -> dict[str, object]:
    """What the tables of other incidents show: `lasting` and `over`, and how many more there are of both, and until when they are told.

    Args:
        most: rows of each table; None: all.
    """
    apart = others(site)
    lasting, over = [one for one in apart if one.lasts], [one for one in apart if not one.lasts]
    return {
        "lasting": [_row(one, places) for one in lasting[:most]],
        "over": [_row(one, places) for one in over[:most]],
        "more": sum(max(len(each) - most, 0) for each in (lasting, over)) if most else 0,
        "later": _later(site),
    }


def ids_of(site: Site) -> Iterable[str]:
    """The incidents that have a page although the run does not tell them."""
    return [one.id for one in others(site)[:PAGES]]


def _row(one: Life, places: Places) -> LifeRow:
    return LifeRow(
        severity=one.worst,
        title=title(one.check),
        names=names_of(one),
        page=places.incidents.get(one.id, ""),
        since=at(one.first_seen if one.resolved is None else one.resolved),
        suite=one.scope.suite if one.check not in OWN else "",
        message=one.message,
        state="" if one.state in BEGAN else one.state,
        ended=_ended(one),
    )


def _page(site: Site, places: Places, one: Life, stories: Stories) -> str:
    of_bars = one.check not in OWN and NO_INSTANT not in (one.start, one.end)
    zone, length = zone_of(site.run, one.series[0]) if one.series else "UTC", length_of(one)
    return rendered(
        "life.html",
        "../",
        run=site.run,
        here="incidents",
        one=one,
        title=title(one.check),
        names=names_of(one),
        many=list(one.series) if len(one.series) > 3 else [],
        bars=span(one.start, one.end, zone) if of_bars else "",
        length=length_text(length // SECOND * SECOND) if length >= SECOND else "",
        why=cause_text(one.cause) if one.cause and one.cause != "unknown" else "",
        looked=f"{one.scope.suite}, {length_text(one.scope.length)}" if of_bars and one.scope.suite else "",
        todo=todo_of(one),
        ended=_ended(one),
        own=one.check in OWN,
        story=stories.of(one.id),
        check_page=places.checks.get(one.check, ""),
        copies=[Copy("In a terminal, with the findings of the run that saw it last:", f"dq incidents {one.id}")],
    )


def _ended(one: Life) -> str:
    """`resolved, mended, 30 min long`; "" while it lasts."""
    if one.resolved is None:
        return ""
    return step_text(Event(one.source, one.id, one.resolved, "resolved", one.severity, "", one.message), one)


def _later(site: Site) -> Markup | str:
    """The newest run that incidents are told of, where it is later than that of the site."""
    until = site.known.until
    return at(until) if until is not None and until > site.run.as_of else ""


def _told(parcel: Parcel) -> tuple[str, str, str, str, str]:
    told = parcel.message
    return short(told.created), told.what, told.channel, told.severity, way_text(parcel)
