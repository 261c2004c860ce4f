"""The one door between bytes and claims: pure, in any process, without clock, database or network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from crawler.models import DocumentKind, Extracted, FlagClaim, Hints, PageText, Reading, SessionClaim
from pipelines.agenda.claims import claims
from pipelines.agenda.delegated import decisions_in, lists_decisions, only_flagged, with_lines
from pipelines.flags import flag
from pipelines.lexicons import Lexicon, load
from pipelines.ocr_matching import finder
from pipelines.reader_version import READER_VERSION
from pipelines.records.door import read_records
from pipelines.records.setting import set_as_text
from pipelines.records.told import Records
from pipelines.registers import read_register
from pipelines.text.drafts import printed
from pipelines.text.extract import extract
from pipelines.text.ocr.inline import recogniser
from pipelines.text.ocr.types import Ocr
from pipelines.text.pdf import Spent, never
from pipelines.text.sniff import media_type as sniff

LONGEST_LINE = 8_000  # characters of one line (two printed pages) that are searched for claims
_SAID = frozenset({"read", "partial"})  # states whose text is the document's, so that it can claim something
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]+")


def read(
    data: bytes,
    media_type: str | None,
    hints: Hints,
    lexicon: Lexicon | None = None,
    ocr: Ocr | Literal["inline"] | None = "inline",
    spent: Spent = never,
) -> Reading:
    """Read one version of one document: its pages of text and what they claim.

    ``media_type`` is what the server said: evidence for the charset alone, the bytes decide on the type. ``hints`` may
    all be wrong. ``lexicon`` defaults to the one that ships with Tocsin. ``ocr`` recognises the pages that are images:
    by default here and now where Tesseract and its French data are installed, with None not at all (``waiting`` names
    them). ``spent`` is asked between pages: once it says yes, what was read so far is the reading. A document that
    cannot be read gives a Reading whose state and reason say so; ``MemoryError`` passes.
    """
    lexicon = lexicon or load()
    kind_of_bytes = _with_charset(sniff(data, hints.file_name or _last_part(hints.url)), media_type)
    if kind_of_bytes.startswith("application/json") and (records := read_records(data, hints)) is not None:
        return _of_records(records, lexicon)
    extracted = extract(data, kind_of_bytes, hints, recogniser() if ocr == "inline" else ocr, spent)
    told = _bounded(extracted)
    kind, sessions = claims(told, hints)
    register = read_register(told, hints, sessions)
    if register is not None:
        kind, sessions = "list", register
    if extracted.state == "needs-ocr" or _silent(extracted):
        # A session is known before its scan can be read. Not so of old minutes, whose names often lack the year.
        named = kind in ("agenda", "convocation")
        sessions = tuple(replace(session, items=(), complete=False) for session in sessions if named and session.date)
    elif extracted.state not in _SAID:
        sessions = ()
    flags: tuple[FlagClaim, ...] = ()
    if extracted.state in _SAID:
        sessions, flags = _flagged(told, kind, sessions, lexicon)
    return replace(_unclaimed(extracted), kind=kind, sessions=sessions, flags=flags, lexicon_version=lexicon.version)


def _of_records(records: Records, lexicon: Lexicon) -> Reading:
    """The answer of a platform that says its sessions and items outright: nothing has to be guessed."""
    pages, lines, sessions = set_as_text(records)
    extracted = Extracted("application/json", "read", pages, lines, len(pages), method="records")
    sessions, flags = _flagged(extracted, records.kind, sessions, lexicon)
    return replace(
        _unclaimed(extracted), kind=records.kind, sessions=sessions, flags=flags, lexicon_version=lexicon.version
    )


def _flagged(
    told: Extracted, kind: DocumentKind, sessions: tuple[SessionClaim, ...], lexicon: Lexicon
) -> tuple[tuple[SessionClaim, ...], tuple[FlagClaim, ...]]:
    """The flags, and the sessions with those lines of reports on delegated decisions that carry one.

    In a document of nothing but such decisions every line is judged by itself; without a session it stays unattached.
    """
    find = finder(told.pages, lexicon)
    titles = " . ".join(f"{item.title} . {item.theme or ''}" for session in sessions for item in session.items)
    suspects = {page.number for page in told.pages if find.may_match(page.text, page.number, titles)}
    if not suspects:
        return sessions, ()
    if lists_decisions(told, kind) and (lines := decisions_in(told)):
        bare = replace(sessions[0], items=()) if sessions else SessionClaim(body="")
        whole = (replace(bare, items=lines),)
        kept, flags = only_flagged((bare,), whole, flag(told.pages, whole, kind, lexicon))
        if sessions:
            return kept, flags
        return (), tuple(replace(one, session=None, item=None, decided=True) for one in flags)
    lined = with_lines(told, sessions, suspects.__contains__)
    return only_flagged(sessions, lined, flag(told.pages, lined, kind, lexicon))


def _bounded(extracted: Extracted) -> Extracted:
    """The lines as far as they may claim something; the text itself is kept and flagged whole.

    Patterns of the agenda are quadratic in a hostile line: a megabyte of digits or dots took minutes.
    """
    if all(len(line.text) <= LONGEST_LINE for line in extracted.lines):
        return extracted
    return replace(extracted, lines=tuple(replace(line, text=line.text[:LONGEST_LINE]) for line in extracted.lines))


def _silent(extracted: Extracted) -> bool:
    """Whether a document was read and says nothing but its stamps: a scan of which nothing was recognised."""
    return extracted.state in _SAID and all(line.block in {"stamp", "running"} for line in extracted.lines)


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
        waiting=extracted.waiting,
        parts=extracted.parts,
        reader_version=READER_VERSION,
    )


def text_hash(pages: Iterable[PageText]) -> str:
    """SHA-256 of the whole text without white space, invisible characters and differences of composition.

    White space goes altogether: the same text set anew breaks its lines elsewhere. Empty for no text.
    """
    text = unicodedata.normalize("NFKC", "".join(page.text for page in pages))
    text = _INVISIBLE.sub("", "".join(text.split()))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() if text else ""


def _with_charset(kind: str, declared: str | None) -> str:
    found = re.search(r"charset\s*=\s*[^;]+", declared or "", re.I)
    return f"{kind}; {found.group()}" if found else kind


def _last_part(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rsplit("/", 1)[-1]
