"""An HTML page as the crawler sees it: its links, each with the words around it and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders import urls
from spiders.anchors import (
    Anchor,
    Attributes,
    Found,
    Zone,
    add_anchor,
    add_button,
    add_choice,
    add_scripted,
    attribute,
    squash,
    tells,
)

Place = Literal["outside", "content", "navigation"]

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 7, "caption": 7, "dt": 7, "legend": 7}
_NAV_TAGS = frozenset({"nav", "footer", "aside"})
_CONTENT_TAGS = frozenset({"main", "article"})
_FRAMES = frozenset({"iframe", "embed", "object", "turbo-frame", "include-fragment"})
_SKIPPED = frozenset({"script", "style", "template", "svg", "head"})
_NAV_WORDS = (
    r"nav|navbar|navigation|menu|mainmenu|submenu|footer|pied|sidebar|breadcrumbs?|ariane|topbar|cookies?|social|partage"
    r"|share"
)
_NAV_CLASS = re.compile(rf"(?:^|[\s_-])(?:{_NAV_WORDS})(?:$|[\s_-])", re.I)
_NAV_TOKEN = re.compile(rf"(?:^|\s)(?:{_NAV_WORDS})(?:$|\s)", re.I)
_FRAME = re.compile(r"<frame\b", re.I)
_TITLE_CLASS = re.compile(
    r"(?:accordion|accordeon|panel|toggle|tab|collapse|card|bloc|item|entry|spoiler)[\w-]*"
    r"(?:title|titre|header|heading|button|label)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is kept of a page while it is judged."""

    url: str
    title: str
    headings: tuple[str, ...]  # of levels 1 and 2, the former first
    text: str  # outside navigation
    prose: str  # the same without the words of links
    anchors: tuple[Anchor, ...]
    canonical: str | None = None
    forms: int = 0  # password or captcha fields
    language: str = ""  # as the page declares it, in lower case: "fr", "en-gb"
    generator: str = ""
    relations: tuple[tuple[str, str], ...] = ()  # (rel or type, address) of each ``<link>``
    copies: tuple[tuple[str, str], ...] = ()  # (language, address) of the same page in other languages
    scripts: tuple[str, ...] = ()  # addresses of the scripts that it loads
    main: str = ""  # the heading of level 1, where there is but one
    calls: tuple[tuple[Anchor, str], ...] = ()  # links that call a function, without address, and the call


@dataclass
class _State(Found):
    tops: list[tuple[int, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    links: int = 0  # depth of links around


def read_page(url: str, html: str, encoding: str = "utf-8") -> Page:
    """Take a page apart. ``html`` is decoded; nothing is fetched and no script is run.

    ``encoding`` is that of the page: browsers encode the queries of its links in it.
    """
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    base = tree.css_first("base[href]")
    state = _State(urls.absolute(url, attribute(base, "href")) or url if base else url, encoding)
    if tree.body is not None:
        _walk(tree.body, state, "outside", 0)
    if _FRAME.search(html):
        for frame in tree.css("frame[src]"):
            name = attribute(frame, "title") or attribute(frame, "name")
            state.add(attribute(frame, "src"), name, "", "content", frame=True)
    head = _Head(state)
    for node in tree.css("link[href], meta[name=generator], script[src]"):
        head.read(node.tag or "", node.attributes)
    return Page(
        url,
        squash(title.text()) if title else "",
        tuple(text for _, text in sorted(state.tops[:40], key=lambda top: top[0])),
        squash(" ".join(state.words), 60_000),
        squash(" ".join(state.prose), 60_000),
        tuple(state.anchors),
        head.canonical,
        len(tree.css("input[type=password], .g-recaptcha, .h-captcha, .cf-turnstile, iframe[src*=captcha]")),
        attribute(tree.root, "lang").lower(),
        head.generator,
        tuple(head.relations),
        tuple(head.copies),
        tuple(head.scripts),
        _main(state.tops),
        tuple(state.calls),
    )


@dataclass
class _Head:
    """What the ``<link>`` elements and their like say."""

    state: _State
    canonical: str | None = None
    generator: str = ""
    scripts: list[str] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)

    def read(self, tag: str, attributes: Attributes) -> None:
        if tag == "meta":
            self.generator = self.generator or (attributes.get("content") or "")
            return
        rel = (attributes.get("rel") or "").lower()
        href = attributes.get("src" if tag == "script" else "href") or ""
        if rel == "stylesheet" or not (address := urls.absolute(self.state.base, href, self.state.encoding)):
            return
        if tag == "script":
            self.scripts.append(address)
        else:
            self._link(rel, href, address, attributes)

    def _link(self, rel: str, href: str, address: str, attributes: Attributes) -> None:
        if rel == "next":
            self.state.add(href, "page suivante", "", "content")
        elif rel == "canonical":
            self.canonical = self.canonical or address
        if attributes.get("hreflang"):
            self.copies.append(((attributes["hreflang"] or "").lower(), address))
        self.relations += [(kind.lower(), address) for kind in (rel, attributes.get("type") or "") if kind]


def _main(tops: list[tuple[int, str]]) -> str:
    first = [text for level, text in tops if level == 1]
    return first[0] if len(first) == 1 else ""


def _walk(node: LexborNode, state: _State, place: Place, depth: int) -> None:
    """In document order, so that the last heading passed is the one above."""
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            if place != "navigation":
                words = child.text(deep=False).strip()
                if words:
                    state.words.append(words)
                    if not state.links:
                        state.prose.append(words)
        elif tag[:1] not in "-_!" and tag not in _SKIPPED:
            _element(child, tag, state, place, depth)
        child = child.next


def _element(node: LexborNode, tag: str, state: _State, place: Place, depth: int) -> None:
    attributes = node.attributes
    below = _place(node, tag, attributes, place)
    level = _level(node, tag, attributes)
    if level:
        _heading(state, level, squash(node.text(separator=" ")), below == "navigation")
    zone: Zone = "navigation" if below == "navigation" else "content"
    if tag in {"a", "area"}:
        add_anchor(node, attributes, state, zone)
    elif tag in _FRAMES:
        source = attributes.get("src") or attributes.get("data") or attributes.get("data-src") or ""
        state.add(source, attributes.get("title") or "", "", zone, download=tag in {"embed", "object"}, frame=True)
    elif tag == "param" and (attributes.get("name") or "").lower() in {"src", "movie", "filename", "url"}:
        state.add(attributes.get("value") or "", "", "", zone, download=True, frame=True)
    elif tag == "option":
        add_choice(node, attributes.get("value") or "", state, zone)
    elif attributes:
        if tells(attributes):
            add_scripted(attributes, node, state, zone)
        if tag in {"button", "input"}:
            add_button(node, attributes, state, zone)
    if depth < 200:  # hostile nesting
        state.links += tag == "a"
        _walk(node, state, below, depth + 1)
        state.links -= tag == "a"


def _place(node: LexborNode, tag: str, attributes: Attributes, place: Place) -> Place:
    """Navigation begins with its tag, role or class; inside the main part only with a plain sign of it."""
    if place == "navigation":
        return place
    role = attributes.get("role")
    if tag in _NAV_TAGS or role in {"navigation", "banner", "contentinfo", "search"}:
        return "navigation"
    if tag in _CONTENT_TAGS or role == "main":
        return "content"
    if tag in {"div", "ul", "ol", "header", "section", "dl"} and ("class" in attributes or "id" in attributes):
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        sign = _NAV_TOKEN if place == "content" else _NAV_CLASS
        # a wrapper such as <div class="menu-left"> around everything is no menu
        if sign.search(names) and node.css_first("main, article, h1") is None:
            return "navigation"
    return place


def _level(node: LexborNode, tag: str, attributes: Attributes) -> int:
    if tag in _HEADINGS:
        return _HEADINGS[tag]
    if attributes.get("role") == "heading" or _TITLE_CLASS.search(attributes.get("class") or ""):
        return 7 if len(node.text()) < 200 and node.css_first("a[href]:not([href^='#'])") is None else 0
    if tag == "button" and ("aria-controls" in attributes or "aria-expanded" in attributes):
        return 7
    if tag in {"p", "div", "td", "th"}:
        bold = node.css_first("strong, b")
        if bold is not None and node.css_first("a") is None:
            whole = squash(node.text())
            return 8 if 3 < len(whole) < 150 and squash(bold.text()) == whole else 0
    return 0


def _heading(state: _State, level: int, text: str, navigation: bool) -> None:
    if not text:
        return
    state.head(level, text)
    if level <= 2 and not navigation:
        state.tops.append((level, text))
