"""The feeds of the home, as files, and what tells robots to stay away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datasette.app import Datasette
from datasette.utils.asgi import Response

from db.portal.site import SITES, Site

KINDS = {"atom": "application/atom+xml; charset=utf-8", "ics": "text/calendar; charset=utf-8"}
NAME = re.compile(r"[\w-][\w.-]*\.(atom|ics)")


def feed(site: Site, name: str) -> Response | None:
    """A file of ``feeds/`` as feed readers and calendars expect it; None where there is none."""
    path = site.home.feeds / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    headers = {"cache-control": "max-age=300"}
    return Response(path.read_bytes(), headers=headers, content_type=KINDS[name.rpartition(".")[2]])


async def robots(datasette: Datasette) -> Response:
    """Search engines read the councils' own pages, not our copies of them; Datasette's combinations have no end."""
    paths = ["/"] if SITES[datasette].public else ["/archive", "/-/"]
    text = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths)
    return Response(text, content_type="text/plain; charset=utf-8")


def existing(site: Site, stems: Sequence[str]) -> str | None:
    """The first of these feeds that was written, by the name of its file without its end."""
    for stem in stems:
        safe = re.sub(r"[^\w.-]", "-", stem)
        if (site.home.feeds / f"{safe}.atom").is_file():
            return safe
    return None
