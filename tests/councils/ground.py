"""The ground of an invented council site: its pages and files, what is true of it, and how far one must click.

Nothing here or below this folder knows how the crawler works: a site is made of replies, and the truth is what was put
there. ``@main@`` and ``@other@`` in a text stand for the addresses that the two hosts of a site get when it is served.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from random import Random
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree, html

MAIN, OTHER = "main", "other"
Address = tuple[str, str]  # host of the site, path with its query, percent signs undone


@dataclass(frozen=True)
class Meeting:
    """A session that the site announces; ``clock`` None: no hour is stated anywhere."""

    body: str
    day: date
    clock: time | None
    place: str
    convened: date
    items: tuple[str, ...]
    number: int = 1  # tells the meetings of a site apart
    told: bool = True  # the site announces it; False: only papers of it are there


@dataclass(frozen=True)
class Reply:
    """An answer of a server. ``leads`` are addresses that a reader of it learns beyond its ``href`` and ``src``."""

    content: bytes | Callable[[], bytes]
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    leads: tuple[str, ...] = ()
    validators: bool = True

    @cached_property
    def body(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()

    @property
    def listed(self) -> bool:
        """Whether links are to be looked for in it."""
        return isinstance(self.content, bytes) and ("html" in self.media or "xml" in self.media)


@dataclass
class Ground:
    """A site while it is built, and its truth afterwards."""

    key: str
    name: str
    kind: str = "commune"
    department: str | None = "49"
    zone: str | None = None
    charset: str = "utf-8"
    told_charset: str | None = "utf-8"  # in the header; None: none at all
    home: str = "/"
    first_host: str = MAIN  # where the council's registered address is
    expect: str = "ok"  # "blocked", "disallowed": nothing can be found, and few requests are right
    strict: bool = False  # unknown parameters are an error instead of being ignored
    replies: dict[Address, Reply] = field(default_factory=dict)
    dynamic: list[tuple[re.Pattern[str], Callable[[str], Reply | None]]] = field(default_factory=list)
    forbidden: list[re.Pattern[str]] = field(default_factory=list)
    papers: dict[Address, Meeting | None] = field(default_factory=dict)
    also: dict[Address, Address] = field(default_factory=dict)  # another address of the same paper -> paper
    meetings: list[Meeting] = field(default_factory=list)
    shown: set[Address] = field(default_factory=set)  # pages that announce a session
    idle: frozenset[str] = frozenset()  # parameters that change nothing: session ids, languages
    frame: Callable[[str, str], str] | None = None
    again: bool = False  # is crawled a second time, unchanged

    def __post_init__(self) -> None:
        self.dice = Random(self.key)

    # ------------------------------------------------------------------ building

    def page(self, path: str, content: str, *, media: str = "", host: str = MAIN, leads: Iterable[str] = (),
             status: int = 200, headers: Iterable[tuple[str, str]] = (), validators: bool = True) -> str:  # fmt: skip
        """Put a text there as it is; returns its path."""
        told = f"; charset={self.told_charset}" if self.told_charset else ""
        reply = Reply(content.encode(self.charset, "xmlcharrefreplace"), (media or "text/html") + told, status,
                      tuple(headers), tuple(leads), validators)  # fmt: skip
        self.replies[address(path, host)] = reply
        return path

    def dress(self, path: str, title: str, inner: str, **more: object) -> str:
        """Put a page there in the site's own frame (menus, foot)."""
        assert self.frame is not None
        return self.page(path, self.frame(title, inner), **more)  # type: ignore[arg-type]

    def file(self, path: str, content: bytes | Callable[[], bytes], media: str = "application/pdf", *,
             host: str = MAIN, name: str | None = None, headers: Iterable[tuple[str, str]] = ()) -> str:  # fmt: skip
        """Put bytes there; ``name`` goes into Content-Disposition as RFC 5987 wants it."""
        told = list(headers)
        if name:
            told.append(("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}"))
        self.replies[address(path, host)] = Reply(content, media, 200, tuple(told))
        return path

    def paper(self, path: str, meeting: Meeting | None, content: bytes | Callable[[], bytes] | None = None,
              media: str = "application/pdf", *, host: str = MAIN, name: str | None = None) -> str:  # fmt: skip
        """A paper of a council: it must be found. Without ``content`` it is a page that is there already."""
        if content is not None:
            self.file(path, content, media, host=host, name=name)
        self.papers[address(path, host)] = meeting
        return path

    def redirect(self, path: str, target: str, *, host: str = MAIN, status: int = 302) -> str:
        self.replies[address(path, host)] = Reply(
            b"", status=status, headers=(("Location", target),), leads=(target,), validators=False
        )
        return path

    def meet(self, meeting: Meeting, *pages: str, host: str = MAIN) -> Meeting:
        """A session that must be found; ``pages`` tell of it where no paper does."""
        self.meetings.append(meeting)
        self.shown.update(address(page, host) for page in pages)
        return meeting

    def robots(self, text: str, host: str = MAIN) -> None:
        self.page("/robots.txt", text, media="text/plain", host=host)

    def forbid(self, *patterns: str) -> None:
        """Addresses (path and query) that nobody may ask for."""
        self.forbidden += [re.compile(pattern) for pattern in patterns]

    def behave(self, pattern: str, answer: Callable[[str], Reply | None]) -> None:
        """Answer addresses of the main host that match by a function: traps, and what has no end."""
        self.dynamic.append((re.compile(pattern), answer))

    # ------------------------------------------------------------------ answering

    def answer(self, host: str, target: str) -> Reply | None:
        """The reply to a request target, if there is one."""
        if where := self.find(host, target):
            return self.replies[where]
        if host == MAIN:
            plain = address(target)[1]
            for pattern, function in self.dynamic:
                if pattern.search(plain) and (reply := function(plain)):
                    return reply
        bare = (host, address(target)[1].partition("?")[0])
        return None if self.strict else self.replies.get(bare)

    def find(self, host: str, target: str) -> Address | None:
        """The page or file that was put at a request target; ``article12=`` is ``article12``."""
        spellings = (address(re.sub(r"=(?=&|$)", "", target), host), address(target, host))
        return next((where for where in spellings if where in self.replies), None)

    def is_forbidden(self, host: str, target: str) -> bool:
        return host == MAIN and any(pattern.search(address(target, host)[1]) for pattern in self.forbidden)

    # ------------------------------------------------------------------ truth

    def links(self, where: Address) -> set[Address]:
        """The addresses of this site that a page leads to."""
        reply = self.replies[where]
        found = set(reply.leads)
        if reply.listed:
            found |= set(_references(reply.body))
        base = f"http://{where[0]}{where[1]}"
        targets = (urlsplit(urljoin(base, _placed(link))) for link in found)
        found_here = {
            self._known(address(part.path + (f"?{part.query}" if part.query else ""), part.netloc))
            for part in targets
            if part.netloc in (MAIN, OTHER) and part.scheme == "http"
        }
        return {link for link in found_here if link}

    def _known(self, where: Address) -> Address | None:
        """The page that an address means, among those that were put there; traps lead nowhere."""
        host, target = where
        path, _, query = target.partition("?")
        pairs = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in self.idle]
        here = (host, path + ("?" + "&".join(pairs) if pairs else ""))
        if here in self.replies:
            return here
        return (host, path) if not self.strict and not self.dynamic and (host, path) in self.replies else None

    def tree(self) -> dict[Address, Address | None]:
        """The requests that a patient reader needs for all papers and announcements, each with where it was found.

        A greedy Steiner tree over the links: the nearest thing still missing is taken next, from anything seen.
        """
        start = address(self.home, self.first_host)
        reached: dict[Address, Address | None] = {start: None}
        wanted = (set(self.papers) | self.shown) - {start}
        cache: dict[Address, set[Address]] = {}
        while wanted:
            before: dict[Address, Address] = {}
            queue, seen = deque(reached), set(reached)
            goal: Address | None = None
            while queue and goal is None:
                here = queue.popleft()
                if here not in cache:
                    cache[here] = self.links(here)
                for link in sorted(cache[here] - seen):
                    seen.add(link)
                    before[link] = here
                    if link in wanted:
                        goal = link
                        break
                    queue.append(link)
            if goal is None:
                raise AssertionError(f"{self.key}: no way to {sorted(wanted)[:5]}")
            step: Address = goal
            while step not in reached:
                reached[step] = before[step]
                step = before[step]
            wanted -= set(reached)
        return reached

    def digest(self, where: Address) -> str:
        reply = self.replies[where]
        return hashlib.sha256(reply.body).hexdigest()


def address(target: str, host: str = MAIN) -> Address:
    """The one spelling of a path and query: percent signs undone, parameters sorted.

    ``a=`` says nothing to any server and is left out; a bare ``article12`` does.
    """
    path, _, query = target.partition("#")[0].partition("?")
    path = unquote(path) or "/"
    pairs = sorted(unquote(pair.replace("+", " ")) for pair in query.split("&") if pair and not pair.endswith("="))
    return host, path + ("?" + "&".join(pairs) if pairs else "")


def _placed(link: str) -> str:
    return link.strip().replace("@main@", "http://main").replace("@other@", "http://other")


def _references(body: bytes) -> list[str]:
    """What a page names in href, src and data, and a feed or sitemap in its elements."""
    if body.lstrip().startswith(b"<?xml"):
        root = etree.fromstring(body, etree.XMLParser(recover=True))
        return [str(text).strip() for text in root.itertext() if "@" in str(text)] + _all(root, "//@href|//@url")
    page = html.fromstring(body.decode("utf-8", "replace") or "<p>")
    found = _all(page, "//a/@href|//area/@href|//iframe/@src|//frame/@src|//embed/@src|//object/@data|//script/@src")
    found += _all(page, "//link[@rel='alternate']/@href")
    return [link for link in found if not link.lower().startswith(("javascript:", "mailto:", "tel:"))]


def _all(root: etree._Element, path: str) -> list[str]:
    found = root.xpath(path)
    assert isinstance(found, list)
    return [str(value) for value in found]
