"""The one door between bytes and claims: pure, in any process, without clock, database or network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from crawler.models import Extracted, Hints, PageText, Reading
from pipelines.agenda.claims import claims
from pipelines.flags import flag
from pipelines.lexicons import Lexicon, load
from pipelines.text.drafts import printed
from pipelines.text.extract import extract
from pipelines.text.sniff import media_type as sniff

READER_VERSION = "1"  # raised when the same bytes may give other claims

_SAID = frozenset({"read", "partial"})  # states whose text is the document's, so that it can claim something
_NOISE = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")


def read(data: bytes, media_type: str | None, hints: Hints, lexicon: Lexicon | None = None) -> Reading:
    """Read one version of one document: its pages of text and what they claim.

    ``media_type`` is what the server said: evidence for the charset alone, the bytes decide on the type. ``hints`` may
    all be wrong. ``lexicon`` defaults to the one that ships with Tocsin. A document that cannot be read gives a
    Reading whose state and reason say so; ``MemoryError`` passes.
    """
    lexicon = lexicon or load()
    extracted = extract(data, _with_charset(sniff(data, hints.file_name or _last_part(hints.url)), media_type), hints)
    kind, sessions = claims(extracted, hints)
    if extracted.state == "needs-ocr" and kind in ("agenda", "convocation"):
        # A session is known before its scan can be read. Not so of old minutes, whose names often lack the year.
        sessions = tuple(replace(session, items=(), complete=False) for session in sessions if session.date)
    elif extracted.state not in _SAID:
        sessions = ()
    flags = flag(extracted.pages, sessions, kind, lexicon) if extracted.state in _SAID else ()
    return replace(_unclaimed(extracted), kind=kind, sessions=sessions, flags=flags, lexicon_version=lexicon.version)


def _unclaimed(extracted: Extracted) -> Reading:
    return Reading(
        media_type=extracted.media_type,
        state=extracted.state,
        pages=extracted.pages,
        page_count=extracted.page_count,
        text_hash=text_hash(extracted.pages),
        image_hashes=extracted.image_hashes,
        characters=printed(page.text for page in extracted.pages),
        reason=extracted.reason,
        method=extracted.method,
        reader_version=READER_VERSION,
    )


def text_hash(pages: Iterable[PageText]) -> str:
    """SHA-256 of the whole text without white space, invisible characters and differences of composition.

    White space goes altogether: the same text set anew breaks its lines elsewhere. Empty for no text.
    """
    text = _NOISE.sub("", unicodedata.normalize("NFKC", "".join(page.text for page in pages)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() if text else ""


def _with_charset(kind: str, declared: str | None) -> str:
    found = re.search(r"charset\s*=\s*[^;]+", declared or "", re.I)
    return f"{kind}; {found.group()}" if found else kind


def _last_part(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rsplit("/", 1)[-1]
