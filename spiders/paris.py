"""Paris: debates and deliberations of its council after the session, in a search of the Lutece framework ("a06").

One document answers under many addresses (two hosts, http and https, the query that found it); its ``id_document``
alone tells it, so it is asked for and kept under one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.models import Council, Entry, Link
from spiders import urls
from spiders.api import ApiSpider, Clue, Output
from spiders.errorpage import error_kind
from spiders.page import read_page

COUNCIL = "commune-75056"
HOME = "https://a06-v7.apps.paris.fr/a06/jsp/site/Portal.jsp"
HOSTS = frozenset({"a06.apps.paris.fr", "a06-v7.apps.paris.fr"})
PAST = timedelta(days=365)
OVERLAP = timedelta(days=120)  # debates of a session are put online one by one, for weeks
MOST_SESSIONS = 14
MOST_PAGES = 12  # of one session's list
DOWNLOAD = "plugins/solr/modules/ods/DoDownload.jsp"
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_SESSION = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{4}})\b")
_KIND = re.compile(r"(?:D[ée�]bats?|D[ée�]lib[ée�]rations?)\s*/\s*[^/\n]{3,60}/\s*[^/\n]{3,40}\d{4}")
_PORTAL = re.compile(r"^(.*/jsp/site/)(?:Portal\.jsp|plugins/solr/modules/ods/DoDownload\.jsp)$")


class ParisSpider(ApiSpider):
    """The sessions of the last year by their facet, each document under its one address, with its attachments."""

    name = "paris"
    early: ClassVar[bool] = False

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """A link to the search, to one of its documents or to an attachment; on the site of Paris alone."""
        for url in (clue.url, *clue.links):
            base = _base_of(url) if "/ods" in url or "ods-solr" in url or "//a06" in url else None
            if base is not None and _is_of(clue.council, url):
                yield Entry(cls.name, f"{base}?page=ods-solr", "the council's debates are kept there", clue.url)
                return

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The search itself, for the sessions that it knows."""
        base = entry.url.partition("?")[0]
        yield self.ask(entry.url, self.read_facets, priority=4000, entry=entry.url, base=base)

    # ------------------------------------------------------------------ lists

    def read_facets(self, response: Response, base: str) -> Output:
        """The recent sessions among the facets; where there are none, the last months are asked for by name.

        Raises ValueError where the page is not that of the search.
        """
        page = _text_of(response)
        if "ods-solr" not in page.text:
            raise ValueError("no search of debates")
        since = self.plan.since
        horizon = (self.plan.now - PAST if since is None else max(self.plan.now - PAST, since - OVERLAP)).date()
        named = {month: value for _, url in _anchors(page) for month, value in _sessions(url)}
        recent = {month: value for month, value in named.items() if month >= horizon.replace(day=1)}
        if not named:
            recent = dict(_months(horizon, self.plan.now.date()))
        for month in sorted(recent, reverse=True)[:MOST_SESSIONS]:
            query = {"page": "ods-solr", "items_per_page": "100", "query": "", "fq": f"seance_string:{recent[month]}"}
            yield self.ask(
                f"{base}?{urlencode(query)}", self.read_list, priority=3000, base=base, session=recent[month], number=1
            )

    def read_list(self, response: Response, base: str, session: str, number: int) -> Output:
        """A page of one session's documents, and the pages after it."""
        page = _text_of(response)
        for text, url in _anchors(page):
            identity = _document_of(url)
            if identity is not None:
                yield from self._document(base, identity, text, session)
            elif number < MOST_PAGES and "page_index=" in url and any(v == session for _, v in _sessions(url)):
                yield self.ask(url, self.read_list, priority=2900, base=base, session=session, number=number + 1)

    def _document(self, base: str, identity: str, text: str, session: str) -> Output:
        url = f"{base}?page=ods-solr.display_document&id_document={identity}"
        link = Link(url, text, session.title(), 1.0, True)
        self.observed.listed.add(urls.key(urls.clean(url)))
        if self._due(urls.clean(url), link, None):
            yield self.ask(url, self.read_document, priority=1000, base=base, link=link)

    # ------------------------------------------------------------------ documents

    def read_document(self, response: Response, base: str, link: Link) -> Output:
        """A debate or a deliberation; "Débat/ Conseil municipal/ Juin 2018" on it heads it and its attachments.

        Raises ValueError for an error page answered with 200.
        """
        page = _text_of(response)
        problem = error_kind(read_page(response.url, page.text))
        if problem:
            raise ValueError(f"error-page: {problem}")
        said = _KIND.search(" ".join(page.css("body ::text").getall()))
        heading = " ".join(said[0].split()) if said else link.heading
        yield self.fetched(response, urls.clean(link.url), link_text=link.text, heading=heading, found_on=base)
        for text, url in _anchors(page):
            identity = _download_of(url)
            if identity is not None:
                address = f"{base.removesuffix('Portal.jsp')}{DOWNLOAD}?id_document={identity}"
                name = text or link.text
                yield from self.paper(Link(address, name, heading, 1.0, True), urls.clean(link.url), never_html=True)


def _is_of(council: Council | None, url: str) -> bool:
    if council is None or council.id == COUNCIL:
        return True
    own = urls.host(council.website or "").removeprefix("www.")
    return bool(own) and urls.host(url).removeprefix("www.") == own


def _base_of(url: str) -> str | None:
    """The portal that an address of the search belongs to, on one of its two hosts; None for others."""
    parts = urlsplit(url)
    portal = _PORTAL.match(parts.path)
    pages = parse_qs(parts.query).get("page", [""])
    if urls.host(url) in HOSTS:
        return HOME
    if portal is None or not (pages[0].startswith("ods-solr") or parts.path.endswith(DOWNLOAD)):
        return None
    return urlunsplit((parts.scheme, parts.netloc, f"{portal[1]}Portal.jsp", "", ""))


def _document_of(url: str) -> str | None:
    query = parse_qs(urlsplit(url).query)
    identity = query.get("id_document", [""])[0]
    shown = query.get("page", [""])[0] == "ods-solr.display_document"
    return identity if shown and identity.isdigit() else None


def _download_of(url: str) -> str | None:
    parts = urlsplit(url)
    identity = parse_qs(parts.query).get("id_document", [""])[0]
    return identity if parts.path.endswith("DoDownload.jsp") and identity.isdigit() else None


def _sessions(url: str) -> Iterator[tuple[date, str]]:
    """Facets of sessions in an address: the first of the month, and the value as the search spells it."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name == "fq" and value.startswith("seance_string:"):
            spelled = value.removeprefix("seance_string:").strip('" ')
            plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
            found = _SESSION.search(plain)
            if found:
                yield date(int(found[2]), _MONTHS.index(found[1]) + 1, 1), spelled


def _months(first: date, last: date) -> Iterator[tuple[date, str]]:
    month = first.replace(day=1)
    while month <= last:
        yield month, f"{_MONTHS[month.month - 1].upper()} {month.year}"
        month = (month + timedelta(days=32)).replace(day=1)


def _text_of(response: Response) -> TextResponse:
    if not isinstance(response, TextResponse):
        raise ValueError("no page")
    return response


def _anchors(page: TextResponse) -> Iterator[tuple[str, str]]:
    for anchor in page.css("a[href]"):
        url = urls.absolute(page.url, anchor.attrib["href"])
        if url is not None:
            yield " ".join("".join(anchor.css("::text").getall()).split()), url
