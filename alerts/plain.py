"""Fetched text made harmless for one line of a message, a feed or a calendar. Pure.

Titles come from documents that anybody may have written: control characters break headers and XML,
right-to-left marks reverse what stands around them, and ten thousand characters drown the rest.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

TITLE = 300
EXCERPT = 600
LONGEST = 20_000  # of a passage in which the words found are looked for
SUBJECT = 180
SHORT = 80  # a name or a title inside a subject
_SPACE = re.compile(r"\s+")
# Cc control, Cf format (bidirectional marks, zero width, soft hyphen), Cs lone surrogate, Co private, Cn unassigned
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def one_line(text: str, limit: int = TITLE) -> str:
    """``text`` on one line, without characters that do not print, cut at ``limit`` characters."""
    spaced = _SPACE.sub(" ", text[: limit * 5 + 1000])
    if not spaced.isprintable():  # most are, and this says so thirty times faster
        spaced = "".join(char for char in spaced if unicodedata.category(char) not in _HARMFUL)
    kept = spaced.strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def around(excerpt: str, phrase: str, limit: int = EXCERPT) -> tuple[str, str, str]:
    """The excerpt as (before, phrase, after), cut around the phrase; (excerpt, "", "") where it does not hold it."""
    text, wanted = one_line(excerpt, LONGEST), one_line(phrase, limit // 2)
    at = text.casefold().find(wanted.casefold()) if wanted else -1
    if at < 0 or len(text.casefold()) != len(text):
        return one_line(text, limit), "", ""
    end = at + len(wanted)
    room = max(limit - len(wanted), 40)
    before, after = text[:at], text[end:]
    left = min(len(before), max(room // 2, room - len(after)))
    right = room - left
    if len(before) > left:
        before = "…" + before[len(before) - left :].lstrip()
    if len(after) > right:
        after = after[:right].rstrip() + "…"
    return before, text[at:end], after


def web_link(url: str | None) -> str | None:
    """The address if a reader may be sent there: http or https with a host, and nothing that could hide in it."""
    if not url or any(unicodedata.category(char) in _HARMFUL or char.isspace() for char in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
