"""Templates to HTML: everything is escaped, and what is always shown around a page is gathered here."""

from __future__ import annotations

import logging
import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from datasette.utils.asgi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from alerts.plain import one_line, web_link
from alerts.subscriptions import labels
from db import portal
from db.portal.site import Site, asset
from db.portal.words import LANGUAGES
from db.values import moment

if TYPE_CHECKING:
    from db.portal.page import Context, Page

_SIGN = re.compile(r" (?=[:;!?»](?:\s|$))|(?<=«) ")
REFRESHED = "SELECT finished_at FROM crawls WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1"


@cache
def pages() -> tuple[Page, ...]:
    """Every module of ``db.portal.pages``, in the order of the navigation."""
    names = [each.name for each in pkgutil.iter_modules([f"{portal.__path__[0]}/pages"])]
    found = [import_module(f"db.portal.pages.{name}").PAGE for name in names]
    return tuple(sorted(found, key=lambda page: (page.menu is None, page.menu or 0, page.name)))


def pages_of(site: Site) -> tuple[Page, ...]:
    """The pages that one portal has."""
    return tuple(
        page for page in pages() if (page.public or not site.public) and (not page.review or site.token is not None)
    )


@cache
def environment() -> Environment:
    """The portal's own templates; Datasette's are another environment."""
    loader = PackageLoader("db.portal", "templates")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["line"] = lambda text, limit=300: joined(one_line(str(text or ""), limit))
    found.filters["joined"] = joined
    found.filters["web"] = web_link
    found.filters["cap"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    return found


def joined(text: str) -> str:
    """``text`` with no-break spaces at French signs: a colon of a title must not begin a line."""
    return _SIGN.sub("\u00a0", text)


async def render(page: Context, template: str, **values: Any) -> str:
    """A template with ``page`` (the context), ``words``, ``topic`` (a label), and what the layout shows."""
    if "refreshed" not in values:
        last = await page.row(REFRESHED)
        values["refreshed"] = moment(last["finished_at"]) if last else None
    shown = {
        "page": page,
        "words": page.words,
        "say": page.words.say,
        "count": page.words.count,
        "topic": lambda name: labels().get(name, {}).get(page.language, name),
        "menu": [each for each in page.menu if each.menu is not None and page.has(each.name)],
        "languages": LANGUAGES,
        "asset": lambda name: f"{page.site.base}/static/{name}?v={asset(name)[1]}",
        "contact": contact_link(page.site),
    }
    return environment().get_template(template).render(shown | values)


def contact_link(site: Site) -> str | None:
    """The operator's contact as an address: a web page, or mailto:."""
    if not site.contact:
        return None
    if urlsplit(site.contact).scheme in ("http", "https"):
        return web_link(site.contact)
    return f"mailto:{site.contact.removeprefix('mailto:')}" if "@" in site.contact else None


async def failure(page: Context, status: int, **values: Any) -> Response:
    """The page of an error; it asks nothing of the archive, which may be what failed."""
    return Response.html(await render(page, "failed.html", refreshed=None, **values), status=status)


def log(exception: Exception) -> None:
    """An error of our own, for the operator."""
    logging.getLogger(__name__).error("a page failed", exc_info=exception)
