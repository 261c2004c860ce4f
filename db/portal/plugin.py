"""The portal as a Datasette plugin: its hooks answer for the instances that ``build`` made, and for no other."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from datasette import handle_exception, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Base400, Forbidden, NotFound, Request, Response

from crawler.errors import ArchiveError, TakenDown
from db.portal import copies, feeds, public, reader, rendering
from db.portal.headers import Guard
from db.portal.page import DATABASE, Context, Page
from db.portal.site import SITES, Site, asset
from db.portal.words import words

NAME = "tocsin_portal"
Route = tuple[str, Callable[..., Awaitable[Response]]]


async def _no_view(page: Context) -> Response:
    raise NotFound("page")


FAILED = Page("failed", "/", _no_view)


class Portal:
    """The hooks. An object, not a module: Datasette would serve a module's ``templates`` folder as pages."""

    __name__ = NAME

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self, datasette: Datasette) -> list[tuple[re.Pattern[str], Any]]:
        site = SITES.get(datasette)
        if site is None:
            return []
        routes: list[Route] = [(page.pattern, _view(page)) for page in rendering.pages_of(site)]
        routes += [
            (r"^/static/(?P<name>[^/]+)$", static),
            (r"^/feeds/(?P<name>[^/]+)$", feed),
            (copies.FILE_PATTERN, _copy(copies.file)),
            (copies.IMAGE_PATTERN, _copy(copies.image)),
            (r"^/robots\.txt$", feeds.robots),
            (rf"^/(?!(?:{DATABASE}|-)(?:/|\.|$)|\.json|favicon\.ico).+$", nowhere),
        ]
        return [(re.compile(pattern), view) for pattern, view in routes]

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: Any, database: str, datasette: Datasette) -> None:
        site = SITES.get(datasette)
        if site is not None and database == DATABASE:
            reader.prepare(conn, public=site.public, minimum_score=site.minimum_score)

    @hookimpl  # type: ignore[untyped-decorator]
    def permission_allowed(self, datasette: Datasette, action: str, resource: Any) -> bool | None:
        site = SITES.get(datasette)
        return public.allowed(action, resource) if site is not None and site.public else None

    @hookimpl  # type: ignore[untyped-decorator]
    def skip_csrf(self, datasette: Datasette, scope: Any) -> bool:
        """Datasette's own protection needs a cookie of its own; what our pages take, they protect themselves."""
        return datasette in SITES

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self, datasette: Datasette) -> Callable[[Any], Any]:
        site = SITES.get(datasette)
        return (lambda app: app) if site is None else (lambda app: Guard(app, site, rendering.pages_of(site)))


def register() -> None:
    """Make the hooks known to Datasette, once a process."""
    if not pm.has_plugin(NAME):
        pm.register(Portal(), NAME)
        handle_exception.rich = None  # it would print a screenful with all locals for each address that is not found


def context(site: Site, datasette: Datasette, request: Request, page: Page) -> Context:
    """What a view is given."""
    parts = {name: unquote(part or "", errors="replace") for name, part in request.url_vars.items()}
    language = "en" if parts.pop("language", "") else "fr"
    return Context(site, datasette, request, page, words(language), parts, site.clock(), rendering.pages_of(site))


def _view(page: Page) -> Callable[..., Awaitable[Response]]:
    async def view(request: Request, datasette: Datasette) -> Response:
        site = SITES[datasette]
        try:
            return await page.view(context(site, datasette, request, page))
        except Exception as error:
            return await _failed(site, datasette, request, error)

    return view


def _copy(answer: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A route that is no page, with our page where it fails."""

    async def view(request: Request, datasette: Datasette) -> Any:
        try:
            return await answer(request, datasette)
        except Exception as error:
            return await _failed(SITES[datasette], datasette, request, error)

    return view


async def static(request: Request, datasette: Datasette) -> Response:
    """A file of the portal; its address changes with its content."""
    try:
        data, mark = asset(request.url_vars["name"])
    except KeyError:
        return await nowhere(request, datasette)
    kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    kind = kinds.get(request.url_vars["name"].rpartition(".")[2], "application/octet-stream")
    lasting = "public, max-age=31536000, immutable" if request.args.get("v") == mark else "no-cache"
    return Response(data, headers={"cache-control": lasting}, content_type=kind)


async def feed(request: Request, datasette: Datasette) -> Response:
    """``/feeds/NAME.atom`` and ``.ics``."""
    site = SITES[datasette]
    return feeds.feed(site, request.url_vars["name"]) or await _failed(site, datasette, request, NotFound("feed"))


async def nowhere(request: Request, datasette: Datasette) -> Response:
    """An address that is neither ours nor Datasette's."""
    return await _failed(SITES[datasette], datasette, request, NotFound("page"))


async def _failed(site: Site, datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The page that says what went wrong; an error of ours goes to the log as well."""
    status, kind = _kind(exception)
    english = re.match(r"^/en(/|$)", request.path.removeprefix(site.base))
    tongue = words("en" if english else "fr")
    page = Context(site, datasette, request, FAILED, tongue, {}, site.clock(), rendering.pages_of(site))
    title = tongue.say(f"base.failed.{kind}")
    what = exception.args[0] if kind == "missing" and exception.args else "page"
    known = what if what in tongue.phrases["base"]["missing"] else "page"
    line = tongue.say(f"base.missing.{known}" if kind == "missing" else f"base.remedy.{kind}")
    if status == 500:
        rendering.log(exception)
    return await rendering.failure(page, status, title=title, line=line, kind=kind)


def _kind(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, QueryInterrupted):
        return 503, "slow"
    if isinstance(exception, TakenDown):
        return 410, "gone"
    if isinstance(exception, NotFound):
        return 404, "missing"
    if isinstance(exception, Forbidden):
        return 403, "forbidden"
    if isinstance(exception, Base400):
        return exception.status, "wrong"
    return (503, "archive") if isinstance(exception, ArchiveError) else (500, "broken")
