"""Links of a page with the words around them: anchors, frames, choices of a form, addresses kept for scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from spiders import urls
from spiders.cards import card_words, named_elsewhere
from spiders.words import fold, is_generic, is_paging, names_a_day

Zone = Literal["content", "navigation"]
Attributes = dict[str, str | None]

MAX_LINKS = 4000  # of one page; a page with more is no listing that a person made
_QUOTED = re.compile(
    r"""['"]((?:https?:)?\.{0,2}/[^'"\s<>]+|[^'"\s<>()]*\?[^'"\s<>()]+"""
    r"""|[^'"<>()]+\.(?:pdf|docx?|odt|rtf|html?|php|aspx?)(?:\?[^'"\s<>]*)?)['"]""",
    re.I,
)
_PREFIX = re.compile(r"""['"]([^'"\s<>]*[?/=][^'"\s<>]*)['"]\s*\+\s*(?:\w+\.)*(?:value|options)\b""")
_ROWS = frozenset({"tr", "li", "dd", "p", "article", "figure", "figcaption"})
# What scripts are told by attributes: the first lead to pages or papers, the others to papers only.
LEADING = frozenset({"onclick", "data-href", "data-link", "hx-get", "data-hx-get"})
_ENDINGS = tuple(f".{suffix}" for suffix in urls.DOCUMENT_SUFFIXES)
_PLAIN = frozenset({"href", "src", "class", "id", "title", "alt", "style", "name", "action", "content"})


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
    language: str = ""  # ``hreflang``, in lower case
    line: int = 0  # tells the line apart from others of the page; 0: in none


@dataclass
class Found:
    """The links found so far, and what stands above the next one."""

    base: str
    encoding: str = "utf-8"
    levels: dict[int, str] = field(default_factory=dict)
    above: str = ""  # the last three of them in one line
    anchors: list[Anchor] = field(default_factory=list)
    calls: list[tuple[Anchor, str]] = field(default_factory=list)  # links that call a function, as written

    def head(self, level: int, text: str) -> None:
        """A heading was passed: those of its level and below are over."""
        for deeper in [known for known in self.levels if known >= level]:
            del self.levels[deeper]
        self.levels[level] = text
        self.above = squash(" – ".join(self.levels[known] for known in sorted(self.levels)[-3:]), 300)

    def add(
        self,
        href: str,
        text: str,
        row: str,
        zone: Zone,
        *,
        download: bool = False,
        frame: bool = False,
        language: str = "",
        line: int = 0,
    ) -> None:
        """Keep a link, resolved and cleaned; one to a viewer becomes one to what it shows."""
        if len(self.anchors) >= MAX_LINKS or not href:
            return
        url = urls.absolute(self.base, href, self.encoding)
        if url is None:
            return
        document = urls.inner(url, self.base)
        self.anchors.append(
            Anchor(
                document or urls.clean(url),
                squash(text),
                self.above,
                row,
                zone,
                download or bool(document),
                frame,
                language,
                line,
            )
        )


def squash(text: str, limit: int = 200) -> str:
    """One line, at most ``limit`` characters."""
    return " ".join(text.split())[:limit].strip()


def attribute(node: LexborNode | None, name: str) -> str:
    """The attribute's value, "" where there is none."""
    return (node.attributes.get(name) or "") if node is not None else ""


def add_anchor(node: LexborNode, attributes: Attributes, found: Found, zone: Zone) -> None:
    """An ``<a>`` or ``<area>``; its words are completed by its label, title and picture."""
    href = attributes.get("href") or ""
    text = squash(node.text(separator=" "))
    picture = node.css_first("img[alt]")
    for other in (attributes.get("aria-label"), attributes.get("title"), attribute(picture, "alt")):
        if other and fold(other) not in fold(text):
            text = squash(f"{text} {other}")
    labelled = attributes.get("aria-labelledby")
    if labelled and is_generic(text):
        text = squash(f"{text} {named_elsewhere(node, labelled)}")
    row, line = _row(node)
    if zone == "content" and not row and is_generic(text):
        row = card_words(node)
        text = text or row
    if href.strip().lower().startswith("javascript:"):
        script = f"{attributes.get('onclick') or ''} {unquote(href)}"
        add_scripted({**attributes, "onclick": script}, node, found, zone, text)
    elif tells(attributes):
        add_scripted(attributes, node, found, zone, text)
    found.add(
        href,
        text,
        row,
        zone,
        line=line,
        download="download" in attributes,
        language=(attributes.get("hreflang") or "").lower(),
    )


def _row(node: LexborNode) -> tuple[str, int]:
    """The line that a link stands in, without the words of the other links there: they name other documents.

    And what tells it from other lines.
    """
    parent = node.parent
    for _ in range(6):
        if parent is None or parent.tag in {"body", "main", "section", "ul", "ol", "table", "nav"}:
            return "", 0
        if parent.tag in _ROWS:
            text = squash(parent.text(separator=" "), 600)
            for other in parent.css("a"):
                words = squash(other.text(separator=" "), 600)
                if words and other.mem_id != node.mem_id:
                    text = text.replace(words, " ", 1)
            text = squash(text, 400)
            return (text, parent.mem_id) if len(text) < 300 else ("", 0)
        parent = parent.parent
    return "", 0


def tells(attributes: Attributes) -> bool:
    """Whether an element's attributes may hold an address for a script."""
    return any(
        name in LEADING
        or (value is not None and name not in _PLAIN and (value.endswith(_ENDINGS) or value[:1] in {"/", "?"}))
        for name, value in attributes.items()
    )


def add_scripted(attributes: Attributes, node: LexborNode, found: Found, zone: Zone, text: str = "") -> None:
    """``window.open('odj.pdf')``, and addresses kept in attributes for a script.

    One that only holds something is a link where it names a document, or where its words lead on ("Voir plus").
    """
    words = text or squash(node.text(separator=" "), 120)
    label = attributes.get("aria-label") or attributes.get("title") or ""
    words = words if not label or fold(label) in fold(words) else squash(f"{words} {label}")
    row = _row(node)[0] if node.tag in {"a", "button", "span", "img"} else ""
    for name, value in attributes.items():
        if not value or name in _PLAIN:
            continue
        quoted = _QUOTED.findall(value) if name == "onclick" else [value]
        if not quoted and "(" in value and len(found.calls) < MAX_LINKS:
            found.calls.append((Anchor("", words, found.above, row or _row(node)[0], zone), value.strip()))
        for href in quoted:
            if name in LEADING:
                found.add(href, words, row, zone, frame=name.endswith("hx-get") and not words)
            elif urls.suffix(urls.absolute(found.base, href) or "") in urls.DOCUMENT_SUFFIXES or (
                href[:1] in {"/", "?"} and is_paging(words)
            ):
                found.add(href, words, row, zone)


def add_choice(option: LexborNode, value: str, found: Found, zone: Zone) -> None:
    """An ``<option>``: an address to jump to, or a year or session that a form sent with GET asks for."""
    text = squash(option.text())
    if "/" not in value and "?" not in value:
        value = _chosen(option, value, text, found.base)
    found.add(value, text, "", zone)


def add_button(button: LexborNode, attributes: Attributes, found: Found, zone: Zone) -> None:
    """A button that sends its own value: ``<button name="annee" value="2025">``."""
    name, value = attributes.get("name") or "", attributes.get("value") or ""
    form = _form_of(button)
    if form is not None and name and value:
        words = squash(button.text()) or value
        found.add(_asked(form, name, value, words, found.base), words, "", zone)


def _chosen(option: LexborNode, value: str, text: str, base: str) -> str:
    choice = option.parent
    while choice is not None and choice.tag not in {"select", "form"}:
        choice = choice.parent
    name, form = attribute(choice, "name"), _form_of(option)
    prefix = _PREFIX.search(attribute(choice, "onchange"))
    if prefix and value and _timely(value, text):
        return prefix.group(1) + value
    return _asked(form, name, value or text, text, base) if form is not None and name else ""


def _form_of(node: LexborNode) -> LexborNode | None:
    form = node.parent
    while form is not None and form.tag != "form":
        form = form.parent
    return form


def _timely(value: str, text: str) -> bool:
    """Whether a choice is a year or a day: themes and wards only sort the same papers anew."""
    return bool(urls.years(value) or urls.years(text) or names_a_day(text))


def _asked(form: LexborNode, name: str, value: str, text: str, base: str) -> str:
    """The address a form asks for with this choice; "" for anything but a year or a day.

    A year archive is often a form sent with GET: ``<select name="annee"><option>2025``.
    """
    if attribute(form, "method").lower() == "post" or not _timely(value, text):
        return ""
    action = urls.absolute(base, attribute(form, "action")) if attribute(form, "action") else base
    hidden = {attribute(kept, "name"): attribute(kept, "value") for kept in form.css("input[type=hidden][name]")}
    return urls.with_query(action, **(hidden | {name: value})) if action else ""
