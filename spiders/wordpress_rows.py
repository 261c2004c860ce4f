"""What WordPress's REST interface answers, row by row: posts, pages, media; and how its addresses are made.

https://developer.wordpress.org/rest-api/reference/
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Response

from spiders import urls
from spiders.data import moment

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Text:
    """A post or a page as a list names it."""

    id: int
    kind: str
    title: str
    link: str
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Medium:
    """A file of the media library."""

    url: str
    title: str
    parent: int  # the text it was uploaded to, 0 for none
    date: datetime | None
    modified: datetime | None


def route(base: str, kind: str, **query: object) -> str:
    """The address of a list; where the interface stands in a parameter (plain permalinks), the query goes on."""
    sign = "&" if "?" in base else "?"
    return f"{base.rstrip('/')}/wp/v2/{kind}{sign}{urlencode(query, safe=',')}"


def other_base(base: str) -> str | None:
    """The other form of the interface's address: ``/wp-json/`` needs rewriting, ``?rest_route=/`` does not."""
    if "rest_route=" in base:
        return f"{base.partition('?')[0].rsplit('/', 1)[0]}/wp-json/"
    root, found, _ = base.partition("/wp-json")
    return f"{root}/index.php?rest_route=/" if found else None


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, ``www.`` aside."""
    return urls.host(one).removeprefix("www.") == urls.host(other).removeprefix("www.")


def rows_of(response: Response) -> list[dict[str, Any]]:
    """The objects of a list. Raises ValueError where the answer is something else.

    Notices of PHP may stand before it, and some plug-ins make an object of it, keyed by position.
    """
    try:
        value = json.loads(response.body)
    except ValueError:
        text = response.body.decode("utf-8", "replace")
        begin = re.search(r"\[\s*(?:\{|\])", text)
        if begin is None:
            raise ValueError("no JSON") from None
        value, _ = json.JSONDecoder().raw_decode(text, begin.start())
    if isinstance(value, dict) and value and all(name.isdigit() for name in value):
        value = list(value.values())
    if not isinstance(value, list):
        code = value.get("code") if isinstance(value, dict) else None
        raise ValueError(str(code or "no list"))
    return [row for row in value if isinstance(row, dict)]


def text_of(row: dict[str, Any], kind: str) -> Text | None:
    """A post or page; None for what has no address or no number."""
    number, link = row.get("id"), row.get("link")
    url = urls.absolute(link, html.unescape(link)) if isinstance(link, str) else None
    if not isinstance(number, int) or url is None:
        return None
    return Text(number, kind, _rendered(row.get("title")), url, moment(row.get("modified_gmt")))


def medium_of(row: dict[str, Any]) -> Medium | None:
    """A file; None for what is no document by its address."""
    source = row.get("source_url")
    url = urls.absolute(source, html.unescape(source)) if isinstance(source, str) else None
    if url is None or urls.is_ignored(url):
        return None
    parent = row.get("post")
    return Medium(
        url,
        _rendered(row.get("title")),
        parent if isinstance(parent, int) else 0,
        moment(row.get("date_gmt")),
        moment(row.get("modified_gmt")),
    )


def total_pages(response: Response) -> int:
    """What ``X-WP-TotalPages`` says; without a sensible number, as many as one likes to ask for."""
    said = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1").strip()
    return int(said) if said.isdigit() and int(said) > 0 else 1_000


def _rendered(value: Any) -> str:
    text = value.get("rendered") if isinstance(value, dict) else value
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())[:300] if isinstance(text, str) else ""
