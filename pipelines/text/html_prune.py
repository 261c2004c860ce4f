"""What of a page is furniture: menus, banners, footers, cookie notices, lists of links without a document.

Anything may be called "menu"; so nothing is dropped that holds the page's heading, its main element or
a large share of its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_TEXT = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "video", "audio", "map",
    "select", "textarea", "datalist", "math", "noframes",
)  # fmt: skip
_SEMANTIC = (
    "nav,footer,aside,[role=navigation],[role=banner],[role=contentinfo],[role=search],[role=complementary],"
    "[role=dialog],[role=alertdialog],[role=menu],[role=menubar],[aria-modal=true]"
)
_NAMES = {
    "cookie", "cookies", "consent", "rgpd", "gdpr", "tarteaucitron", "axeptio", "didomi", "breadcrumb", "breadcrumbs",
    "ariane", "menu", "menus", "submenu", "megamenu", "nav", "navbar", "navigation", "topbar", "sidebar", "footer",
    "pied", "social", "share", "sharing", "partage", "skip", "skiplink", "skiplinks", "evitement", "search",
    "recherche", "newsletter", "popup", "modal", "meteo", "weather", "login", "langue", "languages", "offcanvas",
    "burger",
}  # fmt: skip
_CANDIDATES = ",".join(
    f"[{attribute}*={word} i]"
    for word in ("cookie", "consent", "rgpd", "gdpr", "citron", "axeptio", "didomi", "crumb", "ariane", "menu", "nav",
                 "topbar", "sidebar", "foot", "pied", "social", "shar", "partage", "skip", "evitement", "search",
                 "recherche", "newsletter", "popup", "modal", "meteo", "weather", "login", "lang", "canvas", "burger")
    for attribute in ("class", "id")
)  # fmt: skip
_NOTICES = {"cookie", "cookies", "consent", "rgpd", "gdpr", "tarteaucitron", "axeptio", "didomi"}
_WORDS = re.compile(r"[A-Z]?[a-zà-ÿ]+|[A-Z]+(?![a-z])")
_NEGATED = {"no", "has", "with", "without", "hide", "show", "open", "closed", "is", "sans"}
_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf|zip|xlsx?|ods)(?:$|[?#])|download|telecharg|attachment|getfile", re.I)
_KEPT_TAGS = {
    "html",
    "body",
    "main",
    "article",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "td",
    "th",
    "a",
    "span",
}
_LISTING_TAGS = {"ul", "ol", "table", "div", "p", "center"}
_MAX_SHARE = 0.45
_HIDDEN = "[hidden],[style*='display:none' i],[style*='display: none' i],[aria-hidden=true]"
_CONSENT = re.compile(r"\b(?:cookies?|traceurs?|consentements?)\b", re.I)
_ANSWERS = re.compile(r"\b(?:accepte|refuse|param[eè]tre|personnalise|continue[rz] sans|autorise)", re.I)
_LONGEST_NOTICE = 2_500  # printed characters of a hidden notice
_MOST_WORK = 60  # times the text of the page that is measured to tell its furniture: nested menus are made to be slow
_MAX_CANDIDATES = 500  # of each sort: a page of ten thousand "menu" is made to be slow
_LINK_DEPTH = 6  # how far above a link its list may be
_FEW_LINKS = 5


def strip(tree: LexborHTMLParser) -> None:
    """Remove what is never text from the tree, in place."""
    tree.strip_tags(list(_NEVER_TEXT), recursive=True)


def length(node: LexborNode) -> int:
    """Printed characters under a node."""
    return len("".join(node.text(deep=True).split()))


def main_element(body: LexborNode) -> LexborNode:
    """The element that holds what the page is about; the body where the page does not tell."""
    total = length(body)
    candidates = [node for node in body.css("main,[role=main]") if not inside(node, {"main"})]
    if len(candidates) == 1 and length(candidates[0]) >= min(200, 0.3 * total):
        return candidates[0]
    return body


def inside(node: LexborNode, tags: set[str]) -> bool:
    """Whether an ancestor of ``node`` has one of the tags."""
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False


def furniture(root: LexborNode) -> set[int]:
    """``mem_id`` of the elements under ``root`` that are not content."""
    total = max(length(root), 1)
    dropped: set[int] = set()

    spent = 0

    def drop(nodes: Iterable[LexborNode], doubtful: Callable[[LexborNode], bool]) -> None:
        nonlocal spent
        for node in islice(nodes, _MAX_CANDIDATES):
            if node.mem_id in dropped or spent > _MOST_WORK * total:
                continue
            spent += length(node)
            if doubtful(node) and not _precious(node, total):
                dropped.add(node.mem_id)

    drop(root.css(_SEMANTIC), lambda node: node.tag != "body")
    for banner in root.css("header")[:_MAX_CANDIDATES]:  # its heading is fetched again by who needs it
        if not inside(banner, {"main", "article", "section"}) and not _holds(banner, "main,article"):
            dropped.update({banner.mem_id} if length(banner) <= _MAX_SHARE * total else ())
    drop(root.css(_CANDIDATES), lambda node: node.tag not in _KEPT_TAGS and _named(node))
    drop(root.css(_HIDDEN), _hidden_notice)
    if root.tag != "main":
        drop(_with_links(root), _link_list)
    return dropped


def _with_links(root: LexborNode) -> list[LexborNode]:
    """The elements that hold five links or more close beneath them, outermost first."""
    found: dict[int, tuple[int, LexborNode]] = {}
    for link in root.css("a[href]"):
        node = link.parent
        for _ in range(_LINK_DEPTH):
            if node is None or node.mem_id == root.mem_id:
                break
            if node.tag in _LISTING_TAGS:
                found[node.mem_id] = (found.get(node.mem_id, (0, node))[0] + 1, node)
            node = node.parent
    many = [(count, node) for count, node in found.values() if count >= _FEW_LINKS]
    return [node for _, node in sorted(many, key=lambda entry: -entry[0])]


def _holds(node: LexborNode, selector: str) -> bool:
    return node.css_first(selector) is not None


def _precious(node: LexborNode, total: int) -> bool:
    """Whether dropping the node could lose the content itself."""
    if node.tag not in {"nav", "footer"} and _holds(node, "main,article,h1,[role=main]"):
        return True
    if node.tag in {"nav", "footer"} and not _holds(node, "main,[role=main]"):
        return False
    return length(node) > _MAX_SHARE * total


def _named(node: LexborNode) -> bool:
    attributes = node.attributes
    for value in (attributes.get("id"), *(attributes.get("class") or "").split()):
        words = [word.lower() for word in _WORDS.findall(value or "")]
        named = _NAMES.intersection(words)
        if named and not _NEGATED.intersection(words):
            return bool(named & _NOTICES) or length(node) < 400 or _density(node)[0] > 0.4 or "footer" in named
    return False


def _hidden_notice(node: LexborNode) -> bool:
    """A consent notice that the page only shows to newcomers; other hidden text (tabs, accordions) is content."""
    if node.tag in _KEPT_TAGS or length(node) > _LONGEST_NOTICE:
        return False
    text = node.text(deep=True)
    return bool(_CONSENT.search(text) and (_ANSWERS.search(text) or len(_CONSENT.findall(text)) >= 2))


def _density(node: LexborNode) -> tuple[float, list[str], list[str]]:
    """(share of the text that is linked, texts of the links, their targets)."""
    links = node.css("a[href]")
    texts = [" ".join(link.text(deep=True).split()) for link in links]
    linked = sum(len("".join(text.split())) for text in texts)
    return linked / max(length(node), 1), texts, [link.attributes.get("href") or "" for link in links]


def _link_list(node: LexborNode) -> bool:
    """A menu without the name: five or more short links, hardly any other text, no file, no number."""
    share, texts, targets = _density(node)
    if len(texts) < _FEW_LINKS or share < 0.8:
        return False
    words = sum(len(text.split()) for text in texts) / len(texts)
    numbered = sum(any(character.isdigit() for character in text) for text in texts)
    return words <= 4 and numbered <= 0.2 * len(texts) and not any(_FILE.search(target) for target in targets)
