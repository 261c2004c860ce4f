"""What was read from a version: readings supersede each other, pages are replaced where their text differs."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import hashlib
from datetime import datetime

from crawler.models import Reading
from db.store.base import Base, Row
from db.store.claims import encode_claims
from db.values import clean, clean_or_none, stamp

READABLE = ("read", "partial")
LATER = "later"  # ``Reading.recogniser`` where recognition follows
COMPARABLE_CHARACTERS = 200  # two versions with less text are never held equal (DESIGN §4)


class Readings(Base):
    """Writes of ``readings`` and ``pages``, inside a transaction that is already open."""

    def better_read(self, version: Row, reading: Reading) -> bool:
        """Whether a reading supersedes that of a version: by other code or means, or with another result.

        A reader that failed this time (it may have run out of time) takes nothing back from one that did not, nor
        does one that left to later what an optical recogniser has read already.
        """
        if version["state"] in READABLE and reading.state in ("failed", "too-large"):
            return False
        current = self.current_reading(version["id"])
        if current is None:
            return True
        if recognised(current["recogniser"]) and reading.waiting and not recognised(reading.recogniser):
            return False
        return version["state"] != reading.state or any(
            current[name] != value for name, value in _made_by(reading).items()
        )

    def current_reading(self, version_id: int) -> Row | None:
        """The reading of a version that no other has superseded."""
        return self.row("SELECT * FROM readings WHERE version_id = ? AND superseded_at IS NULL", [version_id])

    def put_reading(self, version_id: int, reading: Reading, now: datetime) -> None:
        """The current reading of a version, with its pages; the one before it is superseded."""
        before = self.current_reading(version_id)
        row = {
            "version_id": version_id,
            **_made_by(reading),
            "late": int(before is not None and _late(before, reading)),
            "kind": reading.kind,
            "claims": encode_claims(reading.sessions, reading.flags),
            "read_at": stamp(now),
        }
        self.db.conn.execute(
            "UPDATE readings SET superseded_at = ? WHERE version_id = ? AND superseded_at IS NULL",
            [stamp(now), version_id],
        )
        self.table("readings").insert(row, pk="id")
        self._put_pages(version_id, reading)

    def _put_pages(self, version_id: int, reading: Reading) -> None:
        """Pages are replaced only where they differ: the index over them is the costly part."""
        new = [
            {
                "version_id": version_id,
                "number": page.number,
                "text": clean(page.text),
                "method": page.method,
                "confidence": page.confidence,
                "legible": page.legible,
            }
            for page in reading.pages
        ]
        columns = "version_id, number, text, method, confidence, legible"
        old = self.rows(f"SELECT {columns} FROM pages WHERE version_id = ? ORDER BY number", [version_id])
        if old != new:
            self.db.conn.execute("DELETE FROM pages WHERE version_id = ?", [version_id])
            self.table("pages").insert_all(new, pk="id")


def recognised(recogniser: str) -> bool:
    """Whether pages without text were given to a recogniser, whatever it made of them."""
    return recogniser not in ("", LATER)


def _made_by(reading: Reading) -> Row:
    """By what code and means a reading was made, and what it left to be done."""
    return {
        "reader_version": reading.reader_version,
        "lexicon_version": reading.lexicon_version,
        "waiting": max(len(reading.waiting), int(reading.state == "needs-ocr")),
        "recogniser": reading.recogniser,
    }


def _late(before: Row, reading: Reading) -> bool:
    """Whether a reading says more than the one before it for our own sake: better code, a recogniser installed since.

    What it says is then no change of the document, and nobody is told of one (DESIGN §2). The second half of one
    reading is none of that: the recogniser that was there from the beginning came after the text.
    """
    if before["late"] or before["reader_version"] != reading.reader_version:
        return True
    if before["lexicon_version"] not in ("", reading.lexicon_version):  # "": the reader had died
        return True
    if before["recogniser"] == LATER:
        return False
    return bool(before["waiting"]) and before["recogniser"] != reading.recogniser


def same_content(version: Row, reading: Reading) -> bool:
    """The equality of DESIGN §4: both fully read, enough text, the same pages, text and images."""
    return (
        version["state"] == reading.state == "read"
        and min(version["characters"], reading.characters) >= COMPARABLE_CHARACTERS
        and version["page_count"] == reading.page_count
        and bool(reading.text_hash)
        and version["text_hash"] == reading.text_hash
        and version["image_hash"] == _image_hash(reading)
    )


def read_columns(reading: Reading) -> Row:
    """What a reading says of the version itself."""
    return {
        "state": reading.state,
        "reason": clean_or_none(reading.reason),
        "media_type": reading.media_type,
        "method": reading.method,
        "page_count": reading.page_count,
        "parts": reading.parts,
        "characters": reading.characters,
        "text_hash": reading.text_hash,
        "image_hash": _image_hash(reading),
    }


def _image_hash(reading: Reading) -> str:
    """One hash for all images, in their order; empty where there is none."""
    if not reading.image_hashes:
        return ""
    return hashlib.sha256("\n".join(reading.image_hashes).encode()).hexdigest()
