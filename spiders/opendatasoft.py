"""Opendatasoft portals (Huwise): data sets of deliberations and of agendas, a document for each day of session.

https://help.opendatasoft.com/apis/ods-explore-v2/ : records at most 100 a request, ``group_by`` gives the days, 429
with ``X-RateLimit-*`` beyond a quota. What was last processed before our last look is not asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.models import Council, Entry, Link
from spiders import urls, words
from spiders.api import START, ApiSpider, Clue, Otherwise, Output
from spiders.base import Look
from spiders.data import moment
from spiders.scope import registered_domain

RECORDS = 100  # the most that one request for records gives; beyond it an export
DATA_SETS = 6  # of one portal: some keep one a year
FIRST, LATER = 30, 12  # days of session, the first time and each other
RECENT = timedelta(days=120)  # records of a session are completed for so long
_SEARCH = 'search("délibération") or search("ordre du jour")'
_EXPLORE = re.compile(r"^(https?://[^/?#]+)/(?:[a-z]{2}/)?explore/(?:(?:embed/)?dataset/([\w@.-]+)|\?|$)", re.I)
_API = re.compile(
    r"^(https?://[^/?#]+)/api/(?:explore/v2\.\d/catalog(?:/datasets/([\w@.-]+))?|records/1\.0|datasets/1\.0)"
)
_HINTS = ("/explore", "/api/", "data", "donnees", "huwise")
_HOSTED = re.compile(r"\.(?:opendatasoft|huwise)\.com$")
_SHARED = re.compile(
    r"^(?:public|data|help|documentation-resources|www)\.(?:opendatasoft|huwise)\.com$|\.gouv\.fr$|^data\.megalis\."
)
_PORTAL = re.compile(r"^(?:opendata|open-data|data|donnees)\.")
_SUBJECT = re.compile(r"\bdelib|\bordres? du jour|\bodj\b|\bseances? du conseil")
_AGENDA = re.compile(r"\bordres? du jour|\bodj\b")
_DATE = re.compile(
    r"delib_date|date_(?:de_(?:la_)?|du_|d_)?(?:seance|delib|conseil|reunion|vote|assemblee|c[mcp](?![a-z]))\w*"
    r"|seances?|dates?"
)
_TITLE = re.compile(r"(?:delib_)?objet\w*|titre\w*|title|intitule\w*|libelle\w*")
_SIRET = re.compile(r"(?:coll_)?(?:siret|siren)")
_OF_EPCI = re.compile(r"\bmetropole|\bmetropolitain|\bagglo|\bcommunaut|\bintercommun")
_OF_COMMUNE = re.compile(r"\bville|\bmunicipal|\bcommune\b")


@dataclass(frozen=True, slots=True)
class _DataSet:
    id: str
    title: str
    day: tuple[str, str]  # name and type of the field of the day
    siret: tuple[str, str] | None
    processed: datetime | None

    @property
    def words(self) -> str:
        return words.fold(f"{self.id} {self.title}")


class OpendatasoftSpider(ApiSpider):
    """Deliberations as voted: they tell outcomes. Agendas found on a portal are left to the spider below."""

    name = "opendatasoft"
    early: ClassVar[bool] = False

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """Links to data sets whose name speaks of deliberations, and to the portal that the council's data stand on."""
        for link in clue.mentioning(*_HINTS):
            found = _EXPLORE.match(link) or _API.match(link)
            if found:
                name = found[2] or next(iter(parse_qs(urlsplit(link).query).get("dataset", [])), "")
                if name and _SUBJECT.search(words.fold(name)):
                    entry = f"{found[1]}/explore/dataset/{name}/"
                    if cls._reads(words.fold(name)):
                        yield Entry(cls.name, entry, f"a data set of its portal: {name}", clue.url)
                elif not _SHARED.search(urls.host(link)):
                    yield from cls._portal(f"{found[1]}/", "a link to the portal", clue)
            elif _is_portal(link, clue) and not _SHARED.search(urls.host(link)):
                root = urls.absolute(link, "/") or link
                yield from cls._portal(root, "a link to what looks like a portal", clue)

    @classmethod
    def _portal(cls, url: str, why: str, clue: Clue) -> Iterator[Entry]:
        yield Entry(cls.name, url, why, clue.url)

    @classmethod
    def _reads(cls, name: str) -> bool:
        return not _AGENDA.search(name)

    def begin(self, entry: Entry) -> Iterable[Request]:
        """One data set, or the catalogue of the portal."""
        self.taken: set[str] = self.__dict__.get("taken", set())
        parts = urlsplit(entry.url)
        base = f"{parts.scheme}://{parts.netloc}"
        named = _EXPLORE.match(entry.url)
        if named and named[2]:
            url = f"{_catalogue(base)}/{named[2]}"
            yield self.ask(
                url, self.data_set, priority=START, entry=entry.url, otherwise=self._whole(base, named[2], entry.url),
                base=base, home=entry.url,
            )  # fmt: skip
        else:

            def older(reason: str) -> Output:
                url = f"{base}/api/datasets/1.0/search/?{urlencode({'q': 'délibération', 'rows': 50})}"
                yield self.ask(url, self.catalogue, priority=START, entry=entry.url, base=base, home=entry.url)

            url = f"{_catalogue(base)}?{urlencode({'where': _SEARCH, 'limit': 50})}"
            yield self.ask(
                url, self.catalogue, priority=START, entry=entry.url, otherwise=older, base=base, home=entry.url
            )

    # ------------------------------------------------------------------ data sets

    def catalogue(self, response: Response, base: str, home: str) -> Output:
        """The data sets that a search found, the newest years first. Raises ValueError where it is no catalogue."""
        value = self.json(response)
        rows = value.get("results", value.get("datasets")) if isinstance(value, dict) else None
        if not isinstance(rows, list):
            raise ValueError("no catalogue")
        found = [one for one in map(_data_set, rows) if one is not None and _SUBJECT.search(one.words)]
        ours = [one for one in found if _is_of(one, self.plan.council)]
        ours.sort(key=lambda one: max(urls.years(f"{one.id} {one.title}"), default=9999), reverse=True)
        for one in ours[:DATA_SETS]:
            if self._reads(one.words):
                yield from self._days(one, base, home)
            else:
                url = f"{base}/explore/dataset/{one.id}/"
                self.observed.found(Entry(AgendaSpider.name, url, f"a data set of the portal: {one.title}", home))

    def data_set(self, response: Response, base: str, home: str) -> Output:
        """One data set. Raises ValueError where it has no field of a day, or none of a title."""
        one = _data_set(self.json(response))
        if one is None:
            raise ValueError("a data set without a day or a title")
        yield from self._days(one, base, home)

    def _days(self, one: _DataSet, base: str, home: str) -> Iterator[Request]:
        """Which days there are; where nothing was processed since our last look, what is known is still listed."""
        if one.id in self.taken:
            return
        self.taken.add(one.id)
        prefix = urls.key(f"{_catalogue(base)}/{one.id}/")
        known = [where for where in self.known if where.startswith(prefix)]
        if known and self.plan.since and one.processed and one.processed < self.plan.since:
            self.observed.listed.update(known)
            self._told(home, Look(home, 304, None, True, len(known)))
            return
        fields = [one.day[0], *([one.siret[0]] if one.siret else [])]
        query = {
            "select": "count(*) as n", "group_by": ",".join(fields), "order_by": f"{one.day[0]} desc",
            # Days that are kept as text cannot be sorted by the server.
            "limit": 200 if one.day[1] in ("date", "datetime") else 5_000,
        }  # fmt: skip
        yield self.ask(
            f"{_catalogue(base)}/{one.id}/records?{urlencode(query)}", self.days, entry=home,
            otherwise=self._whole(base, one.id, home, one), one=one, base=base, home=home,
        )  # fmt: skip

    def _whole(self, base: str, name: str, home: str, one: _DataSet | None = None) -> Otherwise:
        """Where the interface gives no days (an older one, or closed): the whole data set as one file."""

        def ask(reason: str) -> Output:
            url = f"{base}/explore/dataset/{name}/download/?format=csv&use_labels_for_header=false"
            link = Link(url, one.title if one else name)
            yield from self.paper(link, modified=one.processed if one else None, never_html=True, entry=home)

        return ask

    def days(self, response: Response, one: _DataSet, base: str, home: str) -> Output:
        """A document for each of the last days and of those to come. Raises ValueError for another answer."""
        value = self.json(response)
        groups = value.get("results") if isinstance(value, dict) else None
        if not isinstance(groups, list):
            raise ValueError("no groups")
        counts: dict[tuple[date, str, str], int] = {}
        for group in groups:
            said, siret = group.get(one.day[0]), group.get(one.siret[0]) if one.siret else None
            day = _day(said)
            if day is not None and self._is_own(siret):
                where = (day, str(said), "" if siret is None else str(siret))
                counts[where] = counts.get(where, 0) + int(group.get("n") or 0)
        newest = sorted(counts, reverse=True)[: LATER if self.plan.since else FIRST]
        for day, said, siret in newest:
            url = _records(base, one, day, said, siret, counts[day, said, siret])
            link = Link(url, one.title, f"Séance du {day:%d/%m/%Y}")
            recent = self.plan.now.date() - day < RECENT
            seen = one.processed if recent else datetime.min.replace(tzinfo=UTC)
            yield from self.paper(link, f"{base}/explore/dataset/{one.id}/", modified=seen)

    def _is_own(self, siret: Any) -> bool:
        council = self.plan.council
        return siret is None or council.siren is None or str(siret).removesuffix(".0").startswith(council.siren)


class AgendaSpider(OpendatasoftSpider):
    """Agendas kept as a data set: what they announce is ahead of the vote."""

    name = "opendatasoft-agenda"
    early: ClassVar[bool] = True

    @classmethod
    def _portal(cls, url: str, why: str, clue: Clue) -> Iterator[Entry]:
        yield from ()  # the other one looks through the catalogue, and says what there is for this one

    @classmethod
    def _reads(cls, name: str) -> bool:
        return bool(_AGENDA.search(name))


def _is_portal(link: str, clue: Clue) -> bool:
    """A portal by its host: one of the maker's own, or one for data that bears the name of the council or its site."""
    host = urls.host(link)
    if _HOSTED.search(host) or not _PORTAL.match(host):
        return bool(_HOSTED.search(host))
    names = words.fold(clue.council.name).split() if clue.council else []
    named = any(len(name) > 3 and name in host for name in names)
    return named or registered_domain(host) == registered_domain(urls.host(clue.url))


def _catalogue(base: str) -> str:
    return f"{base}/api/explore/v2.1/catalog/datasets"


def _data_set(row: Any) -> _DataSet | None:
    """A data set that has a day and a title, in the words of v2.1 or of v1; else None."""
    if not isinstance(row, dict):
        return None
    name, metas, fields = row.get("dataset_id") or row.get("datasetid"), row.get("metas"), row.get("fields")
    if not isinstance(name, str) or not isinstance(metas, dict) or not isinstance(fields, list):
        return None
    metas = metas["default"] if isinstance(metas.get("default"), dict) else metas
    typed = {str(field.get("name")): str(field.get("type")) for field in fields if isinstance(field, dict)}
    day = _field(typed, _DATE)
    if day is None or _field(typed, _TITLE) is None:
        return None
    processed = max(filter(None, (moment(metas.get(key)) for key in ("data_processed", "modified"))), default=None)
    return _DataSet(name, str(metas.get("title") or name), day, _field(typed, _SIRET), processed)


def _field(typed: Mapping[str, str], sign: re.Pattern[str]) -> tuple[str, str] | None:
    """The field whose name fits best: the alternatives of a pattern stand in their order."""
    fitting = [(name, kind) for name, kind in typed.items() if sign.fullmatch(name.lower())]
    return min(fitting, key=lambda one: (one[0].lower() in ("date", "seance"), len(one[0])), default=None)


def _is_of(one: _DataSet, council: Council) -> bool:
    """A town's portal is often that of its métropole too: the title says whose, where the records do not."""
    if one.siret is not None:
        return True
    if council.kind == "commune":
        return not (_OF_EPCI.search(one.words) and not _OF_EPCI.search(words.fold(council.name)))
    return not (_OF_COMMUNE.search(one.words) and not _OF_EPCI.search(one.words))


def _records(base: str, one: _DataSet, day: date, said: str, siret: str, count: int) -> str:
    """The stable address of one day's records."""
    name, kind = one.day
    if kind == "date":
        where = f"{name} = date'{day}'"
    elif kind == "datetime":
        where = f"{name} >= date'{day}' and {name} < date'{day + timedelta(days=1)}'"
    else:
        where = f'{name} = "{said.replace(chr(34), "")}"'
    if one.siret and siret:
        where += f" and {one.siret[0]} = " + (f'"{siret}"' if one.siret[1] == "text" else siret)
    if count > RECORDS:
        return f"{_catalogue(base)}/{one.id}/exports/json?{urlencode({'where': where})}"
    return f"{_catalogue(base)}/{one.id}/records?{urlencode({'where': where, 'limit': RECORDS})}"


def _day(said: Any) -> date | None:
    text = str(said or "")
    found = re.match(r"(\d{4})[-/](\d\d)[-/](\d\d)", text)
    if found:
        year, month, number = map(int, found.groups())
        try:
            return date(year, month, number)
        except ValueError:
            return None
    return words.last_day(text)
