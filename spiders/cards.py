"""The words of a card for the link in it: an arrow, a picture or "Lire la suite" beside the title it belongs to."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from spiders.words import is_generic

CARD = 160  # characters of a card with a single target; more is no label
LEVELS = 4  # elements around a link that may be its card
_CARDS = frozenset({"div", "li", "article", "section", "td", "figure", "dd", "p", "span"})
_TITLES = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=titre], strong, b"


def named_elsewhere(node: LexborNode, labelled_by: str) -> str:
    """What the elements say that ``aria-labelledby`` names; "" where they are not there."""
    top = node
    for _ in range(LEVELS + 4):
        if top.parent is None or top.tag in {"body", "main"}:
            break
        top = top.parent
    wanted = labelled_by.split()[:3]
    own = {found.attributes.get("id"): _text(found) for found in top.css("[id]")} if wanted else {}
    return " ".join(text for text in (own.get(name) for name in wanted) if text)


def card_words(node: LexborNode) -> str:
    """The title, else all the words, of the smallest element around a link that says more and has no other target."""
    own, href = _text(node), node.attributes.get("href")
    around = node.parent
    for _ in range(LEVELS):
        if around is None or around.tag not in _CARDS:
            return ""
        if any(other.attributes.get("href") != href for other in around.css("a[href]")):
            return ""
        said = _text(around)
        if len(said) > 4 * CARD:
            return ""
        rest = said.replace(own, " ", 1).strip() if own else said
        if rest and not is_generic(rest):
            titles = [text for title in around.css(_TITLES) if (text := _text(title)) and not is_generic(text)]
            if titles:
                return titles[0][:CARD]
            return rest if len(rest) <= CARD else ""
        around = around.parent
    return ""


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())
