"""Megalis and publication-actes.fr: acts of French councils after the vote, by the search behind their white label.

``GET …/mq_apis/actes/v1/search`` as of github.com/megalis-bretagne/opendata-extraction: newest publication first, a
Solr cursor leads on. Deliberations, their lists and the minutes are read; nothing here is known before the vote.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response

from crawler.models import Entry, Fetched, Link, PageSeen
from spiders import urls
from spiders.api import ApiSpider, Clue, Output
from spiders.data import moment

SEARCH = "/mq_apis/actes/v1/search"
APIS = {
    "publication-actes.fr": "https://data-api.publication-actes.fr",
    "megalis.bretagne.bzh": "https://data-publication.megalis.bretagne.bzh",
}
YEAR = timedelta(days=365)
OVERLAP = timedelta(days=30)  # acts are published days after the session, some are put right weeks later
LINES = 100  # the most that a page holds
MOST_PAGES = 20  # ``nb_resultats`` counts more than the pages give: only the cursor tells the end
MOST_ANNEXES = 5  # of one act
TYPES = {"1": "Délibération", "6": "Acte", "7": "Acte", "71": "Liste des délibérations", "73": "Procès-verbal"}
_FIRST = {"71": 1200, "73": 1150}  # a list says the outcome of a whole session
_SIREN = re.compile(r"siren[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{9})(?!\d)", re.I)
_IN_PAGE = re.compile(r"https?://[^\s\"'<>\\]{4,200}?(?:/mq_apis/|/OpenData/\d{9}/)[^\s\"'<>\\]{0,200}", re.I)
_HINTS = re.compile(r"mq_apis|publication-?actes|megalis|opendata|marque-?blanche", re.I)  # most pages have none
_STORE = re.compile(r"/OpenData/(\d{9})/", re.I)
_HASHED = re.compile(r"/([0-9a-f]{64})\.\w{2,5}$", re.I)


class MegalisSpider(ApiSpider):
    """The acts of one SIREN, as far back as a year at first, then what was published since."""

    name = "megalis"
    early: ClassVar[bool] = False

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """Links, frames and scripts of the white label, or files in its store; those of another SIREN are not ours."""
        own = clue.council.siren if clue.council else None
        near = clue.mentioning("mq_apis", "publication", "megalis", "opendata", "blanche")
        shown = [url for url in (clue.url, *near) if _HINTS.search(url)]
        if "/mq_apis/" in clue.html or "/OpenData/" in clue.html:
            shown += _IN_PAGE.findall(clue.html)
        stated = _SIREN.search(clue.html) if shown and own is None else None
        best: tuple[int, str, str] | None = None
        for url in dict.fromkeys(shown):
            api, sure = _api_of(url)
            siren = _siren_of(url) or own or (stated[1] if stated else None)
            if api is None or siren is None or (own is not None and siren != own):
                continue
            if best is None or sure > best[0]:
                best = (sure, f"{api}?siren={siren}", url)
        if best is not None:
            yield Entry(cls.name, best[1], f"the council's acts are published there: {best[2][:120]}", clue.url)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursors: set[str] = set()

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The newest acts, back to a year ago, or to a month before the last crawl that succeeded."""
        now, since = self.plan.now, self.plan.since
        horizon = now - YEAR if since is None else max(now - YEAR, since - OVERLAP)
        siren = _siren_of(entry.url) or self.plan.council.siren
        if siren is None:
            self.observed.note(f"no SIREN is known: {entry.url}")
            return
        base = entry.url.partition("?")[0]
        yield self._search(base, siren, horizon, "", entry.url, 1)

    def _search(
        self, base: str, siren: str, horizon: datetime, cursor: str, entry: str, page: int, *, dated: bool = True
    ) -> Request:
        query = {"query": "", "siren": siren, "types_actes": ",".join(TYPES), "lignes": str(LINES)}
        if dated:
            query["date_de_publication_debut"] = f"{horizon.astimezone(UTC):%Y-%m-%dT00:00:00Z}"
        if cursor:
            query["page_suivante"] = cursor

        def undated(reason: str) -> Output:
            """An older instance may refuse the window: the order of the answers bounds the crawl just as well."""
            yield self._search(base, siren, horizon, cursor, entry, page, dated=False)

        first = dated and not cursor
        return self.ask(
            f"{base}?{urlencode(query)}", self.read_acts, priority=3900 - page, entry=entry,
            otherwise=undated if first else None,
            base=base, siren=siren, horizon=horizon, home=entry, page=page, dated=dated,
        )  # fmt: skip

    # ------------------------------------------------------------------ acts

    def read_acts(
        self, response: Response, base: str, siren: str, horizon: datetime, home: str, page: int, dated: bool
    ) -> Output:
        """One page of acts. Raises ValueError for the start page of the white label, which answers unknown paths."""
        value = self.json(response)
        acts = value.get("resultats") if isinstance(value, dict) else None
        if not isinstance(acts, list):
            raise ValueError("no resultats")
        if (
            dated and page == 1 and not acts
        ):  # nothing in the window, or a window that this instance does not understand
            yield self._search(base, siren, horizon, "", home, 1, dated=False)
            return
        recent = [act for act in acts if isinstance(act, dict) and _published(act, horizon) >= horizon]
        cursor = value.get("page_suivante")
        if isinstance(cursor, str) and cursor and cursor not in self.cursors and recent:
            self.cursors.add(cursor)
            if page < MOST_PAGES:
                yield self._search(base, siren, horizon, cursor, home, page + 1, dated=dated)
            else:
                self.observed.note(f"only {MOST_PAGES} pages of acts were read: {home}")
        for act in recent:
            if str(act.get("siren") or siren) == siren:
                yield from self._act(act, home)

    def _act(self, act: Mapping[str, Any], home: str) -> Output:
        kind, title = str(act.get("type")), " ".join(str(act.get("objet") or "").split())
        if kind not in TYPES:
            return
        published = _published(act, self.plan.now)
        heading = _heading(act, kind)
        age = max(0, (self.plan.now - published).days)
        first = _FIRST.get(kind, 900 - min(age, 400))
        yield from self._paper(act.get("url"), title, heading, home, first, published)
        annexes = act.get("annexes")
        for annex in annexes[:MOST_ANNEXES] if isinstance(annexes, list) else []:
            if isinstance(annex, dict):
                yield from self._paper(annex.get("url"), f"Annexe : {title}", heading, home, first - 600, published)

    def _paper(
        self, address: Any, text: str, heading: str, home: str, priority: int, published: datetime
    ) -> Iterable[Request]:
        url = urls.absolute(home, address) if isinstance(address, str) else None
        if url is not None:
            link = Link(url, text, heading, 1.0, True)
            yield from self.paper(link, home, priority, modified=published, never_html=True)

    def fetched(self, response: Response, url: str, page: PageSeen | None = None, **hints: str) -> Fetched:
        """As the base does; the address of a file names its SHA-256, and another content is told."""
        named = _HASHED.search(urlsplit(url).path)
        if named and hashlib.sha256(response.body).hexdigest() != named[1].lower():
            self.observed.note(f"the content has not the SHA-256 that its address names: {url}")
        return super().fetched(response, url, page, **hints)


def _heading(act: Mapping[str, Any], kind: str) -> str:
    """Type and date. The act date of minutes is that of the session which approved them: it would mislead."""
    day = str(act.get("date_acte") or "")[:10]
    if kind == "73" or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        return TYPES[kind]
    return f"{TYPES[kind]} du {day[8:]}/{day[5:7]}/{day[:4]}"


def _published(act: Mapping[str, Any], otherwise: datetime) -> datetime:
    return moment(act.get("date_publication")) or otherwise


def _api_of(url: str) -> tuple[str | None, int]:
    """The search that an address belongs to, and how sure that is."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if "/mq_apis/" in parts.path:
        prefix = parts.path.partition("/mq_apis/")[0]
        return urlunsplit((parts.scheme, parts.netloc, prefix + SEARCH, "", "")), 3
    for domain, api in APIS.items():
        if host.endswith(f".{domain}") and (host.startswith("data") or _siren_of(url) or domain.startswith("publi")):
            return api + SEARCH, 2  # www.megalis.bretagne.bzh alone is the agency's own site
    labelled = re.search(r"marque-?blanche|publication-?actes|opendata", url, re.I)
    if _STORE.search(parts.path) or (labelled and _siren_of(url)):
        return f"{parts.scheme}://{parts.netloc}{SEARCH}", 1
    return None, 0


def _siren_of(url: str) -> str | None:
    parts = urlsplit(url)
    stored = _STORE.search(parts.path)
    if stored:
        return stored[1]
    for name, values in parse_qs(parts.query).items():
        if name.lower() in ("siren", "siret") and re.fullmatch(r"\d{9}(?:\d{5})?", values[0]):
            return values[0][:9]
    return None
