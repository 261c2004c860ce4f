"""HTML as it should have been written, before it is parsed: escapes undone that were made twice, nesting bounded."""

from __future__ import annotations

import re

_ESCAPED_ENTITY = re.compile(r"&amp;(?=(?:[a-zA-Z]{2,8}\d?|#\d{2,5}|#[xX][0-9a-fA-F]{2,4});)")
_ACCENT = re.compile(r"&amp;(?:[aeiouyAEIOUYcC](?:acute|grave|circ|uml|cedil)|nbsp|rsquo|laquo|raquo|oelig|#\d{2,5});")
_BLOCKS = r"p|div|br|ul|ol|li|h[1-6]|table|tbody|thead|tr|td|th|strong|b|em|i|u|span|section|article"
_ESCAPED_TAG = re.compile(rf"&lt;(/?(?:{_BLOCKS})(?:\s(?:[^<>&]|&quot;|&amp;|&#39;){{0,400}})?/?)&gt;", re.I)
_TAG = re.compile(
    r"<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][a-zA-Z0-9]*)\b", re.I | re.S
)
# Elements that nest only if they are closed later, or that a parser closes by itself.
_FLAT = frozenset({
    "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "br", "img", "input", "hr", "meta",
    "link", "area", "base", "col", "embed", "param", "source", "track", "wbr", "colgroup", "optgroup", "html", "body",
})  # fmt: skip
_LEAST_ESCAPED = 3  # of a sort, before it counts as a mistake rather than an example
_MANY_TAGS = 12_000  # fewer cannot be deep enough to matter
_DEEPEST = 500  # browsers stop at 512: what lies deeper is put beside


def tamed(markup: str) -> str:
    """``markup`` without NUL, with what was escaped twice escaped once, nested no deeper than a browser would."""
    markup = markup.replace("\0", "")
    if "&amp;" in markup and len(_ACCENT.findall(markup)) >= _LEAST_ESCAPED:
        markup = _ESCAPED_ENTITY.sub("&", markup)
    if "&lt;" in markup and len(_ESCAPED_TAG.findall(markup)) >= _LEAST_ESCAPED:
        markup = _unescaped(markup)
    return _shallow(markup) if markup.count("<") > _MANY_TAGS else markup


def _unescaped(markup: str) -> str:
    """Tags that are shown as text made tags again; a page that explains HTML has them between ordinary words."""
    shown = len(_ESCAPED_TAG.findall(markup))
    paired = len(re.findall(r"&lt;/(?:p|div|ul|ol|li|h[1-6]|table)&gt;", markup, re.I))
    if 3 * paired < shown and "&lt;br" not in markup:
        return markup
    return _ESCAPED_TAG.sub(lambda found: "<" + found[1].replace("&quot;", '"').replace("&amp;", "&") + ">", markup)


def _shallow(markup: str) -> str:
    """The markup with the tags of elements beyond the deepest level taken out; parsing is quadratic in the depth."""
    level, kept, pieces = 0, 0, []
    for found in _TAG.finditer(markup):
        name = found[2]
        if name is None or name.lower() in _FLAT:
            continue
        closes = bool(found[1])
        if level + (not closes) > _DEEPEST:
            end = markup.find(">", found.end()) + 1 or len(markup)
            pieces.append(markup[kept : found.start()])
            kept = max(kept, end)
        level = level + 1 if not closes else max(level - 1, 0)
    return "".join([*pieces, markup[kept:]]) if pieces else markup
