"""WordPress: its REST interface lists posts, pages and media, those that no menu leads to included.

https://developer.wordpress.org/rest-api/reference/ : ``per_page`` at most 100, ``X-WP-TotalPages``, ``_fields``. Each
crawl looks at the newest media and at the texts written last; the first one also goes further back, and searches.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from crawler.models import Entry, Link
from spiders import urls, words
from spiders.api import START, ApiSpider, Clue, Output
from spiders.base import Look
from spiders.links import ABOUT, DOCUMENT, Context, is_paper, judge
from spiders.page import read_page
from spiders.wordpress_rows import Medium, Text, medium_of, other_base, route, rows_of, same_site, text_of, total_pages

PER_PAGE = 100  # the most that WordPress gives
FIRST, LATER = 5, 3  # pages of media in the first crawl, and in each other as long as they hold something new
AT_ONCE = 20  # texts that one request asks for
MOST_TEXTS = 60  # texts that one crawl reads
OWN_WORDS = 200  # characters: below, a text beside a paper only says that there is one
_API = "https://api.w.org"
_ROOT = re.compile(r"^(https?://[^/?#]+(?:/[^?#]*?)?)/(?:wp-content|wp-includes|wp-json)(?:/|$)", re.I)
_SHOWN = re.compile(r"""["'(=]([^"'()<>\s]{0,300}/wp-(?:content|includes)/)""")
_HEADER = re.compile(r'<([^>]+)>\s*;\s*rel="?https://api\.w\.org/?"?', re.I)
_LISTED = "id,type,modified_gmt,link,title.rendered"
_MEDIA = "id,date_gmt,modified_gmt,title.rendered,source_url,post"


@dataclass
class _Site:
    """One interface while it is read."""

    entry: str
    base: str
    other: str | None  # the other form of its address, until that was tried
    texts: dict[int, Text] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)  # texts that were asked for


class WordPressSpider(ApiSpider):
    """Media that are papers of sessions, texts that announce sessions, and the papers that these link to."""

    name = "wordpress"
    early: ClassVar[bool] = True

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """``<link rel="https://api.w.org/">``, the Link header, else an address of wp-content, else the generator."""
        named = [href for relation, href in clue.relations if relation.rstrip("/") == _API]
        named += _HEADER.findall(clue.headers.get("link", ""))
        for href in named:
            root = urls.absolute(clue.url, html.unescape(href))
            if root and same_site(root, clue.url):
                yield Entry(cls.name, root, "the page names its REST interface", clue.url)
                return
        for link in (*clue.mentioning("/wp-"), *_shown(clue)):
            found = _ROOT.match(link)
            if found and same_site(link, clue.url):
                yield Entry(cls.name, f"{found[1]}/wp-json/", f"an address of WordPress: {link[:120]}", clue.url)
                return
        root = urls.absolute(clue.url, "/wp-json/")
        if clue.home and root and clue.generator.lower().startswith("wordpress"):
            yield Entry(cls.name, root, f"the generator is {clue.generator[:40]}", clue.url)

    def begin(self, entry: Entry) -> Iterable[Request]:
        """Posts first: they tell whether the interface answers, and under which of its addresses."""
        base = entry.url.split("wp/v2")[0]
        begun: set[str] = self.__dict__.setdefault("bases", set())
        if urls.host(base).removeprefix("www.") not in begun:
            begun.add(urls.host(base).removeprefix("www."))
            yield self._posts(_Site(entry.url, base, other_base(base)))

    # ------------------------------------------------------------------ posts and pages

    def _posts(self, site: _Site) -> Request:
        def closed(reason: str) -> Output:
            if site.other and reason not in ("401", "403"):
                site.base, site.other = site.other, None
                yield self._posts(site)
            else:  # some close the list of posts alone
                yield self._media(site, 1, refused=reason)

        return self._listing_of(site, "posts", START, otherwise=closed)

    def _listing_of(self, site: _Site, kind: str, priority: int, search: str = "", otherwise: Any = None) -> Request:
        query = {"search": search} if search else {}
        url = route(site.base, kind, per_page=PER_PAGE, orderby="modified", order="desc", _fields=_LISTED, **query)
        entry = "" if search else site.entry
        return self.ask(
            url, self.listed, priority=priority, entry=entry, otherwise=otherwise or self._left_out,
            site=site, kind=kind, search=search,
        )  # fmt: skip

    def _left_out(self, reason: str) -> Output:
        """A list that is closed, or does not exist here, while others answer: noted already."""
        yield from ()

    def listed(self, response: Response, site: _Site, kind: str, search: str) -> Output:
        """A list of posts or pages. Raises ValueError where it is none."""
        texts = [text for text in (text_of(row, kind) for row in rows_of(response)) if text is not None]
        site.texts.update((text.id, text) for text in texts)
        if kind == "posts" and not search:
            yield self._listing_of(site, "pages", START - 1)
            yield self._media(site, 1)
            if self.plan.since is None:
                yield self._listing_of(site, "posts", START - 10, "ordre du jour")
                yield self._listing_of(site, "pages", START - 10, "conseil")
        yield from self._announcements(site, kind, texts)

    def _announcements(self, site: _Site, kind: str, texts: Sequence[Text]) -> Iterator[Request]:
        """Ask for the words of those whose titles speak of sessions, where they changed since they were read."""
        spoken = [text for text in texts if _relevance(text) >= ABOUT and not words.is_other(text.title)]
        for text in spoken:
            self.observed.listed.add(urls.key(text.link))
        wanted = [str(text.id) for text in spoken if text.id not in site.read and self._changed(text)]
        wanted = wanted[: max(0, MOST_TEXTS - len(site.read))]
        site.read.update(map(int, wanted))
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            fields = f"{_LISTED},content.rendered"
            url = route(site.base, kind, include=",".join(some), per_page=len(some), _fields=fields)
            yield self.ask(url, self.told, kind=kind)

    def _changed(self, text: Text) -> bool:
        known = self.known.get(urls.key(text.link))
        if known is None or known.fetched_at is None:
            return self.plan.since is None or text.modified is None or text.modified > self.plan.since
        return text.modified is not None and text.modified > known.fetched_at

    def told(self, response: Response, kind: str) -> Output:
        """The words of posts or pages: the papers that they link to, and those that are announcements themselves."""
        for row in rows_of(response):
            text, content = text_of(row, kind), row.get("content")
            if text is None:
                continue
            markup = content.get("rendered") if isinstance(content, dict) else ""
            page = read_page(text.link, f"<main><h1>{html.escape(text.title)}</h1>{markup or ''}</main>")
            links = judge(page, Context(_relevance(text)), self.plan.now.date())
            papers = [link for link in links if is_paper(link) and self.may_keep(link, text.link)]
            for link in papers:
                yield from self.paper(link, text.link)
            if not papers or len(page.prose) - len(text.title) > OWN_WORDS:
                yield from self.page(Link(text.link, text.title, score=_relevance(text)), modified=text.modified)

    # ------------------------------------------------------------------ media

    def _media(self, site: _Site, number: int, refused: str = "") -> Request:
        def closed(reason: str) -> Output:
            if refused:  # neither list is open to us
                status = int(refused) if refused.isdigit() else 0
                self._told(site.entry, Look(site.entry, status, refused))
                yield self._count(site.entry, status, refused, 0)

        # Images and films are told from papers by their kind: "application" is what PDF and office files are.
        url = route(
            site.base, "media", per_page=PER_PAGE, page=number, media_type="application", orderby="date", order="desc",
            _fields=_MEDIA,
        )  # fmt: skip
        return self.ask(
            url, self.media, priority=START - 1 - number, entry=site.entry, otherwise=closed, site=site, number=number
        )

    def media(self, response: Response, site: _Site, number: int) -> Output:
        """A list of files, the newest first. Raises ValueError where it is none."""
        found = [medium for medium in (medium_of(row) for row in rows_of(response)) if medium is not None]
        undecided = []
        for medium in found:
            parent = site.texts.get(medium.parent)
            if _is_paper(medium, parent):
                yield from self._take(medium, parent)
            elif parent is None and medium.parent and self._is_new(medium):
                undecided.append(medium)
        if undecided:
            ids = list(dict.fromkeys(str(medium.parent) for medium in undecided))[:PER_PAGE]
            for kind in ("posts", "pages"):
                url = route(site.base, kind, include=",".join(ids), per_page=len(ids), _fields=_LISTED)
                yield self.ask(url, self.parents, otherwise=self._left_out, kind=kind, media=undecided)
        if self._goes_on(response, found, number):
            yield self._media(site, number + 1)

    def _goes_on(self, response: Response, found: Sequence[Medium], number: int) -> bool:
        """Whether another page is worth a request. Pages have holes, so a short one is not the last."""
        if not found or number >= min(total_pages(response), LATER if self.plan.since else FIRST):
            return False
        return self.plan.since is None or not self.observed.listed or all(map(self._is_new, found))

    def _is_new(self, medium: Medium) -> bool:
        since = self.plan.since
        return urls.key(medium.url) not in self.known and (since is None or not medium.date or medium.date > since)

    def parents(self, response: Response, kind: str, media: Sequence[Medium]) -> Output:
        """The texts to which media belong that say nothing themselves ("scan0012")."""
        rows = (text_of(row, kind) for row in rows_of(response))
        texts = {text.id: text for text in rows if text is not None}
        for medium in media:
            parent = texts.get(medium.parent)
            if parent is not None and _is_paper(medium, parent):
                yield from self._take(medium, parent)

    def _take(self, medium: Medium, parent: Text | None) -> Iterator[Request]:
        heading, found_on = (parent.title, parent.link) if parent else ("", "")
        yield from self.paper(Link(medium.url, medium.title, heading), found_on, modified=medium.modified)


def _shown(clue: Clue) -> Iterator[str]:
    """Addresses of pictures and styles; most pages of other systems are done with a look for two words."""
    if "/wp-content/" in clue.html or "/wp-includes/" in clue.html:
        for found in _SHOWN.findall(clue.html):
            link = urls.absolute(clue.url, html.unescape(found))
            if link:
                yield link


def _relevance(text: Text) -> float:
    return max(words.relevance(text.title), words.relevance(urls.readable(text.link)))


def _is_paper(medium: Medium, parent: Text | None) -> bool:
    """By its title or file name, else by the text that it belongs to."""
    own = max(words.relevance(medium.title), words.relevance(urls.file_name(medium.url)))
    if own < ABOUT and parent is not None and not words.is_other(medium.title):
        own = max(own, 0.85 * words.relevance(parent.title))
    return own >= DOCUMENT
