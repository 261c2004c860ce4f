"""One Datasette over one archive, read-only, with the portal's pages."""

from __future__ import annotations

import os
from typing import Any

from datasette.app import Datasette, DatasetteClient

from alerts.subscriptions import labels
from db.connection import connect
from db.portal import rendering
from db.portal.plugin import register
from db.portal.site import SITES, Site
from db.portal.words import LANGUAGES, words

SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 2000,
    "default_page_size": 100,
    "num_sql_threads": 4,
    "facet_time_limit_ms": 300,
    "suggest_facets": True,
    "allow_download": False,  # a copy of the file alone would lack what is still in its log; `tocsin export archive`
    "max_csv_mb": 100,
}


def build(site: Site) -> Datasette:
    """A Datasette over ``archive.db`` alone, read while crawls write; never ``private.db`` or ``desk.db``.

    The archive is made, or brought to this program's schema, first. Raises ArchiveError where it cannot be.
    """
    register()
    connect(site.home.archive).close()
    path = str(site.home.archive)
    # A database in WAL mode needs a writable folder, even to be read; on a read-only one it cannot change either.
    frozen = [path] if not os.access(site.home.root, os.W_OK) else []
    settings = SETTINGS | {"base_url": f"{site.base}/", "default_allow_sql": not site.public}
    datasette = Datasette(
        [] if frozen else [path], immutables=frozen, settings=settings, metadata=_metadata(site), cors=site.public
    )
    SITES[datasette] = site
    _warm(site)
    datasette.client = DatasetteClient(datasette)  # the one it has was made before it was known as ours
    return datasette


def _warm(site: Site) -> None:
    """Read now what the first reader would wait for."""
    labels()
    site.places  # noqa: B018 - a cached property
    for page in rendering.pages():
        rendering.environment().get_template(f"{page.name}.html")
    for language in LANGUAGES:
        words(language).short_date(site.clock().date())


def _metadata(site: Site) -> dict[str, Any]:
    about: dict[str, Any] = {"title": "Tocsin"}
    if site.source:
        about |= {"source": "Tocsin", "source_url": site.source}
    return about
