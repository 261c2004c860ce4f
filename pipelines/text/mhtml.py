"""Web pages saved with their images as one file (MHTML, RFC 2557): their HTML is the document."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from crawler.models import Extracted
from pipelines.text.html import extract_html

MEDIA_TYPE = "multipart/related"
MAX_BYTES = 60_000_000


def extract_mhtml(data: bytes) -> Extracted:
    """The main text of the saved page; never raises for a bad file. ``MemoryError`` passes."""
    if len(data) > MAX_BYTES:
        return Extracted(MEDIA_TYPE, "too-large", reason=f"a saved page of {len(data) // 1_000_000} MB")
    try:
        found = _page(data)
    except MemoryError:
        raise
    except Exception as error:  # the standard parser raises anything on broken headers
        return Extracted(MEDIA_TYPE, "failed", reason=f"the saved page is broken: {type(error).__name__}")
    if found is None:
        return Extracted(MEDIA_TYPE, "failed", reason="the saved page holds no HTML")
    return extract_html(*found)


def _page(data: bytes) -> tuple[bytes, str | None] | None:
    """(HTML, declared type) of the first page inside that has text; others are its frames."""
    message = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf \r\n"), policy=email.policy.default)
    pages = [
        part for part in message.walk() if isinstance(part, EmailMessage) and part.get_content_type() == "text/html"
    ]
    bodies = [(part.get_payload(decode=True), str(part.get("Content-Type", "")) or None) for part in pages]
    whole = [(body, declared) for body, declared in bodies if isinstance(body, bytes) and body.strip()]
    framed = [page for page in whole if b"<frameset" not in page[0][:20_000].lower()]
    return next(iter([*framed, *whole]), None)
