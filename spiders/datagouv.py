"""data.gouv.fr (udata): data sets of an organisation, and those that a council's site links to.

https://www.data.gouv.fr/api/1/ : lists in pages with ``next_page``, ``X-Fields`` to be sent only what is wanted,
``/api/1/datasets/r/ID`` as the stable address of a file. What publishers declare (schema, format) is unreliable: the
title, tags and files tell, and what the file holds is for its reader to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from crawler.models import Entry, Link
from spiders import urls, words
from spiders.api import START, ApiSpider, Clue, Output
from spiders.data import moment

PAGES = 6  # of an organisation's list: six hundred data sets
FILES = 12  # of one data set, the newest
SCHEMA = "scdl/deliberations"
_HOST = re.compile(r"^(?:www\.|demo\.)?data\.gouv\.fr$")
_PAGE = re.compile(
    r"^(https?://[^/?#]+)/(?:(?:api/1|[a-z]{2}(?:-[a-z]{2})?)/)?(organizations|datasets)/(r/)?([\w.-]+)", re.I
)
_RESOURCE = {
    "id": "", "title": "", "url": "", "latest": "", "format": "", "mime": "", "last_modified": "", "schema": "",
    "type": "",
}  # fmt: skip
_ONE = f"id,slug,title,tags,last_modified,page,resources{{{','.join(_RESOURCE)}}}"
_SUBJECT = re.compile(
    r"\bdeliberations?\b|\bordres? du jour\b|\bproces verba\w+|\bseances? du conseil|\bconseils? municipa\w+"
)
_OF_OTHERS = re.compile(
    r"\b(?:elus?|presence|jetons|enfants|jeunes|budgets?|retransmission|videos?|scrutins?|elections?)\b"
)
_OF_TWINS = re.compile(r"\b(?:csv|json|xlsx?|ods|pdf|export|format|au|en|fichier)\b")
_KINDS = ("csv", "json", "xlsx", "xls", "ods", "pdf", "zip", "docx", "odt")  # of twins the first is read


class DataGouvSpider(ApiSpider):
    """The files of data sets on deliberations and sessions, where they changed."""

    name = "datagouv"
    early: ClassVar[bool] = False

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """Links to an organisation, a data set or a file of the national portal, or of another of its make."""
        for link in clue.mentioning("/datasets/", "/organizations/"):
            found = _PAGE.match(link)
            if not found or not (_HOST.match(urls.host(link)) or "/api/1/" in link):
                continue
            base, kind, file, name = found.groups()
            if kind.lower() == "organizations":
                yield Entry(
                    cls.name, f"{base}/api/1/organizations/{name}/", f"its organisation there: {name}", clue.url
                )
            elif file:
                yield Entry(cls.name, f"{base}/api/1/datasets/r/{name}", "a link to a file there", clue.url)
            elif _speaks(name):
                yield Entry(cls.name, f"{base}/api/1/datasets/{name}/", f"a data set there: {name}", clue.url)

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The organisation's data sets, one data set, or one file."""
        self.taken: set[str] = self.__dict__.get("taken", set())
        found = _PAGE.match(entry.url)
        if found is None:
            return
        base, kind, file, name = found.groups()
        if file:
            yield from self.paper(Link(entry.url), entry.found_on, START, never_html=True, entry=entry.url)
        elif kind.lower() == "organizations":
            url = f"{base}/api/1/organizations/{name}/datasets/?page_size=100"
            yield self._list(url, entry.url, 1)
        else:
            url = f"{base}/api/1/datasets/{name}/"
            yield self.ask(url, self.data_set, priority=START, entry=entry.url, headers={"X-Fields": f"{{{_ONE}}}"})

    def _list(self, url: str, home: str, number: int) -> Request:
        fields = {"X-Fields": f"data{{{_ONE}}},next_page,total"}
        return self.ask(url, self.data_sets, priority=START, entry=home, headers=fields, home=home, number=number)

    def data_sets(self, response: Response, home: str, number: int) -> Output:
        """A page of a list. Raises ValueError where it is none."""
        value = self.json(response)
        rows = value.get("data") if isinstance(value, dict) else None
        if not isinstance(rows, list):
            raise ValueError("no list of data sets")
        for row in rows:
            if isinstance(row, dict) and is_on_sessions(row):
                yield from self._files(row)
        following = value.get("next_page")
        following = urls.absolute(response.url, following) if isinstance(following, str) else None
        if following and number < PAGES and urls.host(following) == urls.host(response.url):
            yield self._list(following, home, number + 1)

    def data_set(self, response: Response) -> Output:
        """One data set, which a page of the council names. Raises ValueError where it is none."""
        value = self.json(response)
        if not isinstance(value, dict) or not isinstance(value.get("resources"), list):
            raise ValueError("no data set")
        yield from self._files(value)

    def _files(self, row: dict[str, Any]) -> Iterator[Request]:
        """Its files, twins in other formats left out, the newest first."""
        name = str(row.get("id") or row.get("slug") or row.get("title"))
        resources = row.get("resources")
        if name in self.taken or not isinstance(resources, list):
            return
        self.taken.add(name)
        chosen: dict[str, tuple[int, dict[str, Any]]] = {}
        for resource in resources:
            rank = _rank(resource)
            if rank is None or resource.get("type") in ("documentation", "api", "code"):
                continue
            stem = words.fold(re.sub(r"\.\w{2,5}$", "", str(resource.get("title") or "")))
            stem = _OF_TWINS.sub("", stem).strip() or _file(resource)
            if stem not in chosen or rank < chosen[stem][0]:
                chosen[stem] = (rank, resource)
        found = sorted((one for _, one in chosen.values()), key=lambda one: str(one.get("last_modified")), reverse=True)
        page = row.get("page") if isinstance(row.get("page"), str) else ""
        for resource in found[:FILES]:
            title = " ".join(str(resource.get("title") or "").split())[:200]
            link = Link(_file(resource), title, " ".join(str(row.get("title") or "").split())[:200])
            yield from self.paper(link, page or "", modified=moment(resource.get("last_modified")), never_html=True)


def is_on_sessions(row: dict[str, Any]) -> bool:
    """Whether a data set is on deliberations or sessions: its title says so, or its tags with a declared schema."""
    title = words.fold(str(row.get("title") or ""))
    if _SUBJECT.search(title):
        return not _OF_OTHERS.search(title)
    resources = row.get("resources")
    declared = any(_schema(one) == SCHEMA for one in resources) if isinstance(resources, list) else False
    tags = row.get("tags")
    tagged = any(_speaks(str(tag)) for tag in tags) if isinstance(tags, list) else False
    files = (
        any(_speaks(str(one.get("title"))) for one in resources or () if isinstance(one, dict)) if declared else False
    )
    return declared and (tagged or files) and not _OF_OTHERS.search(title)


def _speaks(text: str) -> bool:
    return bool(_SUBJECT.search(words.fold(text)))


def _schema(resource: Any) -> str | None:
    schema = resource.get("schema") if isinstance(resource, dict) else None
    return schema.get("name") if isinstance(schema, dict) else None


def _rank(resource: Any) -> int | None:
    """The place of its format among those that are read; the declared one may be an address ("file:///…/csv")."""
    if not isinstance(resource, dict) or urls.absolute(_file(resource), _file(resource)) is None:
        return None
    said = str(resource.get("format") or "").lower().rsplit("/", 1)[-1].strip(". ")
    mime = str(resource.get("mime") or "").lower().rsplit("/", 1)[-1]
    for kind in (said, urls.suffix(str(resource.get("url") or "")), mime):
        if kind in _KINDS:
            return _KINDS.index(kind)
    return None


def _file(resource: dict[str, Any]) -> str:
    """The stable address of a file; its own changes with each upload."""
    return str(resource.get("latest") or resource.get("url") or "")
