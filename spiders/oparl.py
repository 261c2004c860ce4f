"""OParl: the interface through which German councils tell their meetings (https://oparl.org/spezifikation/)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.models import Entry, Link
from spiders import urls
from spiders.api import ApiSpider, Clue, Output
from spiders.oparl_objects import (
    data_of,
    is_answer,
    is_of,
    is_root,
    is_standard,
    kind_of,
    moment_of,
    priority_of,
    stamp,
    words_of,
)
from spiders.revisit import document_due, seldom
from spiders.scope import registered_domain

FIRST = timedelta(days=400)  # a year's meetings are put into the calendar the autumn before
OVERLAP = timedelta(days=2)  # clocks differ, and an object may be changed while it is listed
PAST = timedelta(days=90)  # minutes and results come weeks after the meeting
PAPERS = timedelta(days=60)
SOON = timedelta(days=14)
MOST_PAGES = 25  # of one list: servers that ignore ``modified_since`` answer with everything they have
MOST_OBJECTS = 120  # points and papers that are only named by their addresses
_FILES = (
    ("invitation", "Einladung"), ("resultsProtocol", "Niederschrift"), ("verbatimProtocol", "Wortprotokoll"),
    ("mainFile", "Vorlage"), ("resolutionFile", "Beschluss"), ("auxiliaryFile", "Anlage"),
)  # fmt: skip


class OparlSpider(ApiSpider):
    """System, body, its list of meetings; each meeting that is near or changed, the files that belong to it."""

    name = "oparl"
    early: ClassVar[bool] = True

    @classmethod
    def recognise(cls, clue: Clue) -> Iterable[Entry]:
        """An answer of the interface itself, or a link to its System or a Body."""
        if is_answer(clue.html):
            yield Entry(cls.name, clue.url, "it answers as OParl does")
            return
        related = [href for relation, href in clue.relations if "oparl" in relation.lower()]
        for url in dict.fromkeys([*related, *filter(is_root, clue.links)]):
            if not is_standard(url):
                yield Entry(cls.name, urls.clean(url), "a link to the council's OParl interface", clue.url)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meetings: dict[str, str] = {}  # name and day of those near, by key
        self.pages: Counter[str] = Counter()  # read of each list
        self.objects = 0

    def begin(self, entry: Entry) -> Iterable[Request]:
        """The object at the entry: a System, a Body, or a list of bodies."""
        yield self.ask(entry.url, self.read_root, priority=4000, entry=entry.url, home=entry.url)

    # ------------------------------------------------------------------ System, Body, lists

    def read_root(self, response: Response, home: str) -> Output:
        """A System leads to its bodies, a Body to its meetings. Raises ValueError for anything else."""
        value = self.json(response)
        kind = kind_of(value)
        if kind == "system":
            bodies = value.get("body")
            if isinstance(bodies, list):
                yield from self._bodies(bodies, home)
            elif isinstance(bodies, str) and self._ours(bodies, home):
                yield self.ask(bodies, self.read_bodies, priority=3900, entry=home, home=home, before=())
            else:
                raise ValueError("the System names no bodies")
        elif kind == "body":
            yield from self._body(value, home)
        elif isinstance(value, dict) and isinstance(value.get("data"), list):
            yield from self.read_bodies(response, home, ())
        else:
            raise ValueError("neither an OParl System nor a Body")

    def read_bodies(self, response: Response, home: str, before: tuple[Any, ...]) -> Output:
        """The list of bodies, page after page; then the council's own among them."""
        value = self.json(response)
        if kind_of(value) == "body":
            yield from self._body(value, home)
            return
        bodies = (*before, *data_of(value))
        following = self._next(value, "bodies", home)
        if following:
            yield self.ask(following, self.read_bodies, priority=3900, home=home, before=bodies)
        else:
            yield from self._bodies(bodies, home)

    def _bodies(self, bodies: Iterable[Any], home: str) -> Output:
        whole = [body for body in bodies if isinstance(body, dict) and body.get("deleted") is not True]
        named = [body for body in bodies if isinstance(body, str) and self._ours(body, home)]
        if len(whole) + len(named) > 1:
            whole, named = [body for body in whole if is_of(body, self.plan.council)], []
        if not whole and not named:
            raise ValueError(f"none of its bodies is {self.plan.council.name}: name the Body itself as start page")
        for body in whole:
            yield from self._body(body, home)
        for url in named:
            yield self.ask(url, self.read_root, priority=3900, home=home)

    def _body(self, body: Mapping[str, Any], home: str) -> Output:
        meetings, papers = body.get("meeting"), body.get("paper")
        if not isinstance(meetings, str) or not self._ours(meetings, home):
            raise ValueError("the Body names no list of meetings")
        now, since = self.plan.now, self.plan.since
        yield self.ask(
            urls.with_query(meetings, modified_since=stamp(since - OVERLAP if since else now - FIRST), limit="100"),
            self.read_meetings, priority=3800, entry=home, home=home,
        )  # fmt: skip
        if isinstance(papers, str) and self._ours(papers, home):
            yield self.ask(
                urls.with_query(papers, modified_since=stamp(since - OVERLAP if since else now - PAPERS), limit="100"),
                self.read_papers, priority=900, home=home,
            )  # fmt: skip

    def _next(self, value: Any, what: str, home: str) -> str | None:
        """The next page of a list, as long as there are not too many; each address is asked for once."""
        following = value.get("links", {}).get("next") if isinstance(value.get("links", {}), dict) else None
        self.pages[what] += 1
        if not isinstance(following, str) or not self._ours(following, home) or urls.key(following) in self.begun:
            return None
        if self.pages[what] >= MOST_PAGES:
            self.observed.note(f"only {MOST_PAGES} pages of the list of {what} were read")
            return None
        return following

    def _ours(self, url: str, home: str) -> bool:
        """Whether an object lies where the interface does: a list that leads elsewhere is not followed."""
        there, here = urls.host(url), urls.host(home)
        return urlsplit(url).scheme in ("http", "https") and registered_domain(there) == registered_domain(here)

    # ------------------------------------------------------------------ meetings

    def read_meetings(self, response: Response, home: str) -> Output:
        """Those ahead and recent; of them, what is not known or has changed."""
        value = self.json(response)
        for meeting in data_of(value):
            if isinstance(meeting, dict) and kind_of(meeting) == "meeting" and isinstance(meeting.get("id"), str):
                yield from self._meeting(meeting, home)
        following = self._next(value, "meetings", home)
        if following:
            yield self.ask(following, self.read_meetings, priority=3700, home=home)

    def _meeting(self, meeting: Mapping[str, Any], home: str) -> Output:
        url, start = meeting["id"], moment_of(meeting.get("start"), self.plan.council.zone)
        if meeting.get("deleted") is True:
            self.observed.note(f"deleted there, kept here: {url}")
            return
        if start is None and meeting.get("start"):
            self.observed.note(f"its start is no date: {url}")
            return
        if not self._ours(url, home) or (start is not None and start < self.plan.now - PAST):
            return
        where = urls.key(urls.clean(url))
        name = words_of(meeting.get("name"))
        self.meetings[where] = f"{name}, {start.astimezone(self.plan.council.zone):%Y-%m-%d}" if start else name
        self.observed.listed.add(where)
        if self._changed(url, meeting, start):
            yield self.ask(url, self.read_meeting, priority=priority_of(start, self.plan.now), home=home)

    def _changed(self, url: str, meeting: Mapping[str, Any], start: datetime | None) -> bool:
        known = self.known.get(urls.key(urls.clean(url)))
        if known is None or known.sha256 is None or known.fetched_at is None or seldom(known, self.plan.now):
            return True
        modified = moment_of(meeting.get("modified"), self.plan.council.zone)
        if modified is None or (start is not None and timedelta(0) < start - self.plan.now < SOON):
            return document_due(known, Link(url, self.meetings[urls.key(urls.clean(url))]), self.plan.now, False)
        return modified > known.fetched_at - OVERLAP

    def read_meeting(self, response: Response, home: str) -> Output:
        """The meeting is a document at its own address; its files and those of its points are papers."""
        value = self.json(response)
        if kind_of(value) != "meeting":
            raise ValueError("not a Meeting")
        url = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        named = self.meetings.get(urls.key(url), words_of(value.get("name")))
        yield self.fetched(response, url, link_text=words_of(value.get("name")), heading=named, found_on=home)
        yield from self._files(value, named, url, home)
        for item in value.get("agendaItem") or []:
            if isinstance(item, dict) and item.get("public") is not False:
                yield from self._files(item, named, url, home)
                consultation = item.get("consultation")
                paper = consultation.get("paper") if isinstance(consultation, dict) else None
                yield from self._object(paper, self.read_paper, home, named=named)
            elif isinstance(item, str):
                yield from self._object(item, self.read_item, home, named=named)

    def read_item(self, response: Response, home: str, named: str) -> Output:
        """A point of an agenda that has its own address only."""
        value = self.json(response)
        if kind_of(value) != "agendaitem":
            raise ValueError("not an AgendaItem")
        url = urls.clean(response.meta.get("redirect_urls", [response.url])[0])
        if value.get("public") is False or value.get("deleted") is True:
            return
        self.observed.listed.add(urls.key(url))
        yield self.fetched(response, url, link_text=words_of(value.get("name")), heading=named, found_on=home)
        yield from self._files(value, named, url, home)

    # ------------------------------------------------------------------ papers

    def read_papers(self, response: Response, home: str) -> Output:
        """Papers that changed lately, as far as a meeting that is near deals with them."""
        value = self.json(response)
        for paper in data_of(value):
            if not isinstance(paper, dict) or paper.get("deleted") is True:
                continue
            dealt = [one.get("meeting") for one in paper.get("consultation") or [] if isinstance(one, dict)]
            keys = [urls.key(urls.clean(meeting)) for meeting in dealt if isinstance(meeting, str)]
            named = next((self.meetings[where] for where in keys if where in self.meetings), None)
            if named is not None:
                yield from self._files(paper, named, home, home)
        following = self._next(value, "papers", home)
        if following:
            yield self.ask(following, self.read_papers, priority=850, home=home)

    def read_paper(self, response: Response, home: str, named: str) -> Output:
        """A paper that a point of an agenda names."""
        value = self.json(response)
        if kind_of(value) == "paper" and value.get("deleted") is not True:
            yield from self._files(value, named, home, home)

    def read_file(self, response: Response, home: str, named: str, title: str) -> Output:
        """A file that is only named by its address."""
        yield from self._file(self.json(response), title, named, home, home)

    def _object(self, url: Any, callback: Any, home: str, **more: Any) -> Output:
        if isinstance(url, str) and self._ours(url, home) and self.objects < MOST_OBJECTS:
            self.objects += 1
            yield self.ask(url, callback, priority=1500, home=home, **more)

    def _files(self, holder: Mapping[str, Any], named: str, found_on: str, home: str) -> Output:
        reference = words_of(holder.get("reference"))
        topic = " ".join(part for part in (reference, words_of(holder.get("name"))) if part)
        own = topic if kind_of(holder) in ("paper", "agendaitem") else ""
        for field, title in _FILES:
            held = holder.get(field)
            for file in held if isinstance(held, list) else [held]:
                text = f"{title}: {own}" if own else title
                if isinstance(file, str):
                    yield from self._object(file, self.read_file, home, named=named, title=text)
                elif isinstance(file, dict):
                    yield from self._file(file, text, named, found_on, home)

    def _file(self, file: Mapping[str, Any], title: str, named: str, found_on: str, home: str) -> Output:
        address = file.get("accessUrl") or file.get("downloadUrl")
        if file.get("deleted") is True or not isinstance(address, str):
            return
        url = urls.absolute(home, address)
        if url is None:
            return
        label = words_of(file.get("name")) or words_of(file.get("fileName"))
        if title.casefold() in label.casefold():
            title, label = label, ""
        text = f"{title}: {label}" if label and label.casefold() not in title.casefold() else title
        yield from self.paper(Link(url, text, named, 1.0, True), found_on)
