"""Text formats (plain, Markdown, CSV, JSON, iCalendar) as pages of lines; a form feed ends a page."""

from __future__ import annotations

import json
import re

from crawler.models import Extracted, Line, PageText
from pipelines.text.decode import decode
from pipelines.text.drafts import Draft, assemble, clean, printed

MAX_BYTES = 20_000_000
MAX_PAGES = 2_000
_BREAKS = re.compile("\r\n|[\n\r\x0b\x85\u2028\u2029]")
_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_BULLET = re.compile(r"[-*+]\s+(?=\S)")
_RULE = re.compile(r"(?:[-*_]\s*){3,}$")


def extract_plain(data: bytes, media_type: str, declared: str | None = None) -> Extracted:
    """Lines of a text file; never raises. In Markdown, headings and list items are told apart, their signs left out."""
    if len(data) > MAX_BYTES:
        return Extracted(media_type, "too-large", reason=f"a text of {len(data) // 1_000_000} MB")
    text = decode(data, declared)
    if media_type == "application/json":
        text = _legible(text)
    parts = text.split("\f")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    pages: list[PageText] = []
    lines: list[Line] = []
    for number, part in enumerate(parts[:MAX_PAGES], start=1):
        drafts = [_draft(raw, media_type == "text/markdown") for raw in _BREAKS.split(part)]
        page, page_lines = assemble(_trimmed(drafts), number, "text")
        pages.append(page)
        lines += (line for line in page_lines if line.text)
    if not printed(page.text for page in pages):
        return Extracted(media_type, "failed", page_count=len(parts), reason="the file holds no text", method="text")
    cut = len(parts) > MAX_PAGES
    return Extracted(
        media_type=media_type,
        state="partial" if cut else "read",
        pages=tuple(pages),
        lines=tuple(lines),
        page_count=len(parts),
        reason=f"too long: only the first {MAX_PAGES} of {len(parts)} pages were read" if cut else None,
        method="text",
    )


def _draft(raw: str, markdown: bool) -> Draft:
    text = clean(raw.expandtabs(4)).rstrip()
    bare = text.lstrip()
    draft = Draft(bare, indent=len(text) - len(bare))
    if markdown:
        _mark(draft)
    return draft


def _mark(draft: Draft) -> None:
    """Markdown's headings, bullets and bold lines; the signs stay in the page's text, not in the line's."""
    heading = _HEADING.match(draft.text)
    bullet = _BULLET.match(draft.text)
    if heading:
        draft.block, draft.level = "heading", len(heading.group(1))
    elif bullet and not _RULE.match(draft.text):
        draft.block, draft.level = "li", 1 + draft.indent // 2
    sign = (heading or bullet) if draft.block != "p" else None
    if sign:
        draft.before = sign.group()
        draft.text = draft.text[sign.end() :]
    draft.bold = draft.text.startswith("**") and draft.text.endswith("**") and len(draft.text) > 4


def _trimmed(drafts: list[Draft]) -> list[Draft]:
    """Without blank lines at the end of the page; those inside keep paragraphs apart."""
    end = len(drafts)
    while end and not drafts[end - 1].text:
        end -= 1
    return drafts[:end]


def _legible(text: str) -> str:
    """JSON with its escaped letters ("\\u00e9") as letters; unchanged where there is none or it does not parse."""
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text
