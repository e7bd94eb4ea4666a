"""The run as a site: static pages that load nothing from elsewhere, whole without a script."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from dq.reports.html.site import Known, Site

__all__ = ["Known", "Site", "add_incidents", "write_docs"]


def write_docs(site: Site, folder: Path) -> Path:
    """Write the site into the folder, which is made where it does not exist; each page whole, or not at all.

    Pages that an earlier build wrote there and this one does not have are removed.

    Returns:
        The first page.

    Raises:
        SettingsError: the folder cannot be made, or nothing can be created in it.
        DqError: the site could be begun but not finished, as on a full disk.
    """
    from dq.checks import checks
    from dq.reports.html.checks import check_pages
    from dq.reports.html.incidents import incident_pages
    from dq.reports.html.index import index_page
    from dq.reports.html.lives import ids_of, life_pages
    from dq.reports.html.places import INDEX, asset_files, places_of
    from dq.reports.html.series import series_pages
    from dq.reports.html.writing import Pages, write_site

    places = places_of(site.run, checks(), ids_of(site))
    pages: Pages = {
        **series_pages(site, places),
        **incident_pages(site, places),
        **life_pages(site, places),
        **check_pages(site.run, places),
        INDEX: partial(index_page, site, places),
    }
    return write_site(folder, pages, asset_files())


def add_incidents(site: Site, folder: Path) -> None:
    """Write pages of incidents that the site in the folder has none of yet, and nothing else.

    Where another run than that of the site saw them: who is told of an incident finds its page.

    Args:
        site: its `known` incidents are meant, those that its run tells among them.

    Raises:
        DqError: a page could not be written, as on a full disk.
    """
    from dq.checks import checks
    from dq.reports.html.lives import ids_of, life_pages
    from dq.reports.html.places import INDEX, places_of
    from dq.reports.html.writing import add_pages

    if (folder / INDEX).exists():
        untold = replace(site, run=replace(site.run, incidents=()))
        places = places_of(untold.run, checks(), ids_of(untold))
        add_pages(folder, life_pages(untold, places))
