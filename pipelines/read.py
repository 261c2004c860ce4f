"""The one door between bytes and claims: pure, in any process, without clock, database or network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from crawler.models import DocumentKind, Extracted, FlagClaim, Hints, PageText, Reading, SessionClaim
from pipelines.agenda.calendars import has_calendar
from pipelines.agenda.claims import claims
from pipelines.agenda.delegated import decisions_in, lists_decisions, only_flagged, with_lines
from pipelines.flags import flag
from pipelines.lexicons import Lexicon, load
from pipelines.ocr_matching import finder
from pipelines.reader_version import READER_VERSION
from pipelines.records.calendar import calendar_of
from pipelines.records.door import read_records
from pipelines.records.setting import set_as_text
from pipelines.records.told import Records
from pipelines.register_columns import has_columns
from pipelines.registers import is_table, register_of, without_others
from pipelines.text.decode import decode
from pipelines.text.drafts import printed
from pipelines.text.extract import extract
from pipelines.text.ocr.inline import recogniser
from pipelines.text.ocr.types import Ocr
from pipelines.text.pdf import Spent, never
from pipelines.text.sniff import media_type as sniff

LONGEST_LINE = 8_000  # characters of one line (two printed pages) that are searched for claims
_SAID = frozenset({"read", "partial"})  # states whose text is the document's, so that it can claim something
_TABLES = frozenset({"text/csv", "application/csv", "text/x-csv", "text/tab-separated-values"})
_RECORDS = {"application/json": read_records, "text/calendar": calendar_of}
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
    kind_of_bytes = _with_charset(_kind(data, media_type, hints), media_type)
    reader = _RECORDS.get(kind_of_bytes.partition(";")[0])
    if reader is not None:
        try:
            records = reader(data, hints)
        except ValueError as problem:
            failed = Extracted(kind_of_bytes.partition(";")[0], "failed", reason=f"a broken answer: {problem}"[:300])
            return replace(_unclaimed(failed), lexicon_version=lexicon.version)
        if records is not None:
            return _of_records(records, kind_of_bytes.partition(";")[0], lexicon)
    extracted = extract(data, kind_of_bytes, hints, recogniser() if ocr == "inline" else ocr, spent)
    told = _bounded(extracted)
    if is_table(told):
        told = without_others(told, hints)
    kind, sessions = _claimed(told, hints)
    if extracted.state == "needs-ocr" or _silent(extracted):
        # A session is known before its scan can be read. Not so of old minutes, whose names often lack the year.
        named = kind in ("agenda", "convocation")
        sessions = tuple(replace(session, items=(), complete=False) for session in sessions if named and session.date)
    elif extracted.state not in _SAID:
        sessions = ()
    flags: tuple[FlagClaim, ...] = ()
    if extracted.state in _SAID:
        sessions, flags = _flagged(told, kind, sessions, lexicon)
    calendar = any(not (session.items or session.date is None) for session in sessions) and has_calendar(told, hints)
    return replace(
        _unclaimed(extracted), kind=kind, sessions=sessions, flags=flags, lexicon_version=lexicon.version,
        calendar=calendar,
    )  # fmt: skip


def _claimed(told: Extracted, hints: Hints) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    """What a document claims: the columns of a register say it outright, so its text need not be searched."""
    register = register_of(told) if is_table(told) else None
    dated = register.dated(hints) if register is not None else None
    if dated is not None:
        return dated
    kind, sessions = claims(told, hints)
    under = register.under(sessions) if register is not None else None
    return (kind, sessions) if under is None else ("list", under)


def _of_records(records: Records, media_type: str, lexicon: Lexicon) -> Reading:
    """The answer of a platform that says its sessions and items outright: nothing has to be guessed."""
    pages, lines, sessions = set_as_text(records)
    extracted = Extracted(media_type, "read", pages, lines, len(pages), method="records")
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


def _kind(data: bytes, declared: str | None, hints: Hints) -> str:
    """The type of the bytes; of plain text the server, or a row of a register's columns, says that it is a table."""
    kind = sniff(data, hints.file_name or _last_part(hints.url))
    if kind.partition(";")[0] != "text/plain":
        return kind
    said = (declared or "").partition(";")[0].strip().lower()
    table = said in _TABLES or has_columns(decode(data[:20_000], declared))
    return kind.replace("text/plain", "text/csv", 1) if table else kind


def _with_charset(kind: str, declared: str | None) -> str:
    found = re.search(r"charset\s*=\s*[^;]+", declared or "", re.I)
    return f"{kind}; {found.group()}" if found else kind


def _last_part(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rsplit("/", 1)[-1]
