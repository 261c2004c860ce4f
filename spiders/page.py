"""An HTML page as the crawler sees it: its links, each with the words around it and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders import urls
from spiders.words import fold

Zone = Literal["content", "navigation"]
Place = Literal["outside", "content", "navigation"]

MAX_LINKS = 4000  # of one page; a page with more is no listing that a person made
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 7, "caption": 7, "dt": 7, "legend": 7}
_NAV_TAGS = frozenset({"nav", "footer", "aside"})
_CONTENT_TAGS = frozenset({"main", "article"})
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head"})
_NAV_WORDS = (
    r"nav|navbar|navigation|menu|mainmenu|submenu|footer|pied|sidebar|breadcrumbs?|ariane|topbar|cookies?|social|partage"
    r"|share"
)
_NAV_CLASS = re.compile(rf"(?:^|[\s_-])(?:{_NAV_WORDS})(?:$|[\s_-])", re.I)
_NAV_TOKEN = re.compile(rf"(?:^|\s)(?:{_NAV_WORDS})(?:$|\s)", re.I)
_TITLE_CLASS = re.compile(
    r"(?:accordion|accordeon|panel|toggle|tab|collapse|card|bloc|item|entry|spoiler)[\w-]*"
    r"(?:title|titre|header|heading|button|label)",
    re.I,
)
_SCRIPTED = re.compile(
    r"""['"]((?:https?:)?/[^'"\s<>]+|[^'"\s<>()]+\.(?:pdf|docx?|odt|rtf|html?|php)(?:\?[^'"\s<>]*)?)['"]""", re.I
)
_ROWS = frozenset({"tr", "li", "dd", "p", "article", "figure", "figcaption"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page before it is judged."""

    url: str
    text: str = ""  # its own words, its title attribute or the text of its picture
    heading: str = ""  # headings above it, outermost first
    row: str = ""  # the line, cell row or list entry it stands in
    zone: Zone = "content"
    download: bool = False  # marked as a download, or embedded as a document is
    frame: bool = False


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


@dataclass
class _State:
    base: str
    levels: dict[int, str] = field(default_factory=dict)
    tops: list[tuple[int, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    links: int = 0  # depth of links around
    anchors: list[Anchor] = field(default_factory=list)


def squash(text: str, limit: int = 200) -> str:
    """One line, at most ``limit`` characters."""
    return " ".join(text.split())[:limit].strip()


def read_page(url: str, html: str) -> Page:
    """Take a page apart. ``html`` is decoded; nothing is fetched and no script is run."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    base = tree.css_first("base[href]")
    state = _State(urls.absolute(url, _attribute(base, "href")) or url if base else url)
    if tree.body is not None:
        _walk(tree.body, state, "outside", 0)
    for frame in tree.css("frameset frame[src], frame[src]"):
        _add(
            state,
            _attribute(frame, "src"),
            _attribute(frame, "title") or _attribute(frame, "name"),
            "",
            "content",
            frame=True,
        )
    for link in tree.css("link[rel=next]"):
        _add(state, _attribute(link, "href"), "page suivante", "", "content")
    canonical = tree.css_first("link[rel=canonical]")
    return Page(
        url,
        squash(title.text()) if title else "",
        tuple(text for _, text in sorted(state.tops[:40], key=lambda top: top[0])),
        squash(" ".join(state.words), 60_000),
        squash(" ".join(state.prose), 60_000),
        tuple(state.anchors),
        urls.absolute(url, _attribute(canonical, "href")) if canonical else None,
        len(tree.css("input[type=password], .g-recaptcha, .h-captcha, .cf-turnstile, iframe[src*=captcha]")),
    )


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""


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
        _anchor(node, attributes, state, zone)
    elif tag in {"iframe", "embed", "object"}:
        source = attributes.get("src") or attributes.get("data") or ""
        _add(state, source, attributes.get("title") or "", "", zone, download=tag != "iframe", frame=True)
    elif tag == "option":
        value = attributes.get("value") or ""
        if not ("/" in value or "?" in value):
            value = _chosen(node, value, state.base)
        if value:  # a menu that jumps to another page
            _add(state, value, squash(node.text()), "", zone)
    elif tag in {"button", "div", "span", "tr", "li"} and len(attributes) > 0:
        _scripted(attributes, squash(node.text(), 120) if "onclick" in attributes else "", state, zone)
    if depth < 200:  # hostile nesting
        state.links += tag == "a"
        _walk(node, state, below, depth + 1)
        state.links -= tag == "a"


def _place(node: LexborNode, tag: str, attributes: dict[str, str | None], place: Place) -> Place:
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


def _level(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> int:
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
    for deeper in [known for known in state.levels if known >= level]:
        del state.levels[deeper]
    state.levels[level] = text
    if level <= 2 and not navigation:
        state.tops.append((level, text))


def _chosen(option: LexborNode, value: str, base: str) -> str:
    """The address a form asks for when one of its years is chosen; "" for anything but a year.

    A year archive is often a form sent with GET: ``<select name="annee"><option>2025``.
    """
    choice, form = option.parent, option.parent
    while form is not None and form.tag != "form":
        choice, form = (form if form.tag == "select" else choice), form.parent
    name = _attribute(choice, "name")
    value = value or squash(option.text())
    if form is None or not name or _attribute(form, "method").lower() == "post" or not urls.years(value):
        return ""
    action = urls.absolute(base, _attribute(form, "action")) if _attribute(form, "action") else base
    hidden = {_attribute(field, "name"): _attribute(field, "value") for field in form.css("input[type=hidden][name]")}
    return urls.with_query(action, **(hidden | {name: value})) if action else ""


def _row(node: LexborNode) -> str:
    """The line that a link stands in, without the words of the other links there: they name other documents."""
    parent = node.parent
    for _ in range(6):
        if parent is None or parent.tag in {"body", "main", "section", "ul", "ol", "table", "nav"}:
            return ""
        if parent.tag in _ROWS:
            text = squash(parent.text(separator=" "), 600)
            for other in parent.css("a"):
                words = squash(other.text(separator=" "), 600)
                if words and other.mem_id != node.mem_id:
                    text = text.replace(words, " ", 1)
            text = squash(text, 400)
            return text if len(text) < 300 else ""
        parent = parent.parent
    return ""


def _anchor(node: LexborNode, attributes: dict[str, str | None], state: _State, zone: Zone) -> None:
    href = attributes.get("href") or ""
    text = squash(node.text(separator=" "))
    picture = node.css_first("img[alt]")
    for other in (attributes.get("aria-label"), attributes.get("title"), _attribute(picture, "alt")):
        if other and fold(other) not in fold(text):
            text = squash(f"{text} {other}")
    if href.strip().lower().startswith("javascript:") or "onclick" in attributes:
        _scripted({**attributes, "onclick": f"{attributes.get('onclick') or ''} {href}"}, text, state, zone)
    _add(state, href, text, _row(node), zone, download="download" in attributes)


def _scripted(attributes: dict[str, str | None], text: str, state: _State, zone: Zone) -> None:
    """``window.open('odj.pdf')`` and addresses kept in data attributes."""
    for name in ("onclick", "data-href", "data-url", "data-link", "data-file", "data-src", "data-pdf"):
        value = attributes.get(name)
        if not value:
            continue
        found = _SCRIPTED.findall(value) if name == "onclick" else [value]
        for href in found:
            if (
                name in {"onclick", "data-href", "data-link"}
                or urls.suffix(urls.absolute(state.base, href) or "") in urls.DOCUMENT_SUFFIXES
            ):
                _add(state, href, text, "", zone)


def _add(
    state: _State, href: str, text: str, row: str, zone: Zone, *, download: bool = False, frame: bool = False
) -> None:
    if len(state.anchors) >= MAX_LINKS or not href:
        return
    url = urls.absolute(state.base, href)
    if url is None:
        return
    document = urls.inner(url, state.base)
    heading = " – ".join(state.levels[level] for level in sorted(state.levels)[-3:])
    state.anchors.append(
        Anchor(
            document or urls.clean(url),
            squash(text),
            squash(heading, 300),
            row,
            zone,
            download or bool(document),
            frame,
        )
    )
