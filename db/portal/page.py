"""A page of the portal: one module of ``db.portal.pages`` with a ``PAGE``, one template, one file of words a language.

``Page`` says where it stands; its view gets a ``Context`` and returns what ``Context.html`` (or ``redirect``) makes.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from db.portal import reader, rendering
from db.portal.reader import PublicReader
from db.portal.site import Site
from db.portal.words import Words
from db.reader import Row

DATABASE = "archive"
T = TypeVar("T")
Query = Mapping[str, object]
View = Callable[["Context"], Awaitable[Response]]
_PART = re.compile(r"\\{(\w+)\\}|\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands. ``path``: as "/council/{id}"; a part holds no slash."""

    name: str  # of its module, template and words
    path: str
    view: View
    menu: int | None = None  # its place in the navigation; None: not in it
    public: bool = True  # whether it exists in public mode
    methods: tuple[str, ...] = ("GET", "HEAD")
    script: bool = False  # whether it needs a script of ours (static/*.js)
    review: bool = False  # whether it exists only where flags may be reviewed (tocsin serve --review)

    @property
    def pattern(self) -> str:
        """The path as a regular expression, with the language in front; ``[…]`` may be absent."""
        path = _PART.sub(lambda m: f"(?P<{m[1] or m[2]}>[^/]+)", re.escape(self.path))
        path = path.replace(r"\[", "(?:").replace(r"\]", ")?")
        return rf"^(?P<language>/en)?{path.rstrip('/')}/?$"


@dataclass(frozen=True, slots=True)
class Context:
    """All that a view may ask for."""

    site: Site
    datasette: Datasette
    request: Request
    page: Page
    words: Words
    args: Mapping[str, str]  # the parts of the path, decoded
    now: datetime
    menu: tuple[Page, ...] = ()

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def public(self) -> bool:
        """Whether strangers read this portal."""
        return self.site.public

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The query string, each name with all of its values; NUL and lone surrogates are gone."""
        given: dict[str, list[str]] = {}
        for name in self.request.args:
            given[name] = [_clean(value) for value in self.request.args.getlist(name)]
        return given

    def first(self, name: str, default: str = "") -> str:
        """The first value of a name in the query string, without the spaces around it."""
        return next(iter(self.query.get(name, ())), default).strip()

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number of the query string, within bounds; ``default`` where it is none."""
        text = self.first(name)
        return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 10 else default

    async def read(self, ask: Callable[[PublicReader], T]) -> T:
        """Run ``ask`` in the pool on one snapshot of the archive.

        Raises QueryInterrupted where that takes too long (shown as a page that says so).
        """
        least, limit = self.site.minimum_score, self.site.time_limit
        database = self.datasette.get_database(DATABASE)
        found: T = await database.execute_fn(lambda connection: reader.read(connection, ask, least, limit))
        return found

    async def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """The rows of one query as dicts; see ``PublicReader.rows`` for what is always bound."""
        return await self.read(lambda archive: archive.rows(sql, parameters))

    async def row(self, sql: str, **parameters: Any) -> Row | None:
        """The first row of one query."""
        return next(iter(await self.rows(sql, **parameters)), None)

    def url(self, name: str = "votes", *parts: str, query: Query | None = None, language: str | None = None) -> str:
        """The address of a page in the language of this one: ``url("council", id)``, ``url("search", query={"q": …})``.

        Empty values of ``query`` are left out; a tuple or list gives its name several times.
        """
        prefix = "/en" if (language or self.language) == "en" else ""
        path = "" if name == "votes" else "/" + "/".join([name, *(quote(part, safe="") for part in parts)])
        return (self.site.base + prefix + path or "/") + _queried(query)

    def has(self, name: str) -> bool:
        """Whether a page of this name exists here: a link to it is shown only then."""
        return any(page.name == name for page in self.menu)

    def data(self, table: str = "", query: Query | None = None) -> str:
        """The address of a table or view in Datasette, with its own query string."""
        return f"{self.site.base}/{DATABASE}{'/' + quote(table, safe='') if table else ''}{_queried(query)}"

    def sql(self, sql: str, **parameters: object) -> str | None:
        """The query behind a page, ready to be run in Datasette; None in public mode, where SQL is not offered."""
        if self.public:
            return None
        text = "\n".join(line for line in sql.strip().splitlines() if line.strip())
        return self.data(query={"sql": text, **parameters})

    def here(self, language: str | None = None, **changes: object) -> str:
        """This page's own address, in another language or with other values in its query string (None removes)."""
        query = {**self.query, **changes}
        path = self.request.path.removeprefix(self.site.base).removeprefix("/en" if self.language == "en" else "")
        prefix = "/en" if (language or self.language) == "en" else ""
        path = path.rstrip("/")
        return (self.site.base + prefix + quote(path, safe="/%~.-_") or "/") + _queried(query)

    async def html(self, template: str, *, status: int = 200, title: str, **values: object) -> Response:
        """The page. ``title`` is the text of ``<title>``; the template gets ``page`` (this context) and ``values``."""
        text = await rendering.render(self, template, title=title, **values)
        return Response.html(text, status=status)

    def redirect(self, address: str) -> Response:
        """To another page: the id of this one was merged into that one's."""
        return Response("", status=301, headers={"location": address}, content_type="text/plain; charset=utf-8")

    def missing(self, what: str) -> NotFound:
        """To be raised: nothing has this id. ``what`` is a key under ``base.missing`` in the words."""
        return NotFound(what)


def _queried(query: Query | None) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(each)) for each in values if each is not None and each != ""]
    return f"?{urlencode(pairs)}" if pairs else ""


def _clean(text: str) -> str:
    return "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")[:2000]
