"""Documents and the versions of their content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crawler.models import Fetched, PageSeen, Reading
from db.ids import new_id
from db.store.base import Row
from db.store.evidence import EvidenceReader
from db.store.inside import Inside
from db.store.readings import READABLE, Readings, read_columns, same_content
from db.store.sources import Sources
from db.store.takedowns import STATE, Takedowns
from db.values import clean, clean_or_none, stamp, to_json


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of fetched bytes."""

    document_id: str
    version_id: int
    outcome: Literal["new", "changed", "same"]
    state: str  # of the version, as it stands now


class Documents(Inside, Sources, Readings, EvidenceReader, Takedowns):
    """Writes of ``documents``, ``versions`` and ``files``."""

    def record_document(
        self,
        council_id: str,
        fetched: Fetched,
        reading: Reading,
        *,
        crawl_id: int | None,
        now: datetime,
        remember: bool = True,
    ) -> Recorded:
        """Archive bytes with what was read from them.

        ``new``: an address never seen; ``changed``: other content than its version before; ``same``: equal content
        (DESIGN §4), of which only the hash is kept when the bytes differ. The bytes are on the disk before the row.
        ``remember``: its validators too, so that the next crawl asks for it conditionally; else ``remember_document``
        is called later. What was taken down is recorded as such, and nothing of it kept. Raises ArchiveError.
        """
        sha = hashlib.sha256(fetched.body).hexdigest()
        sent = fetched
        fetched, reading = self._unless_taken_down(sha, fetched, reading)
        if self._equal_version(self._document(council_id, fetched.url), sha, reading) is None:
            self._keep(fetched, reading)
        with self.write():
            document = self._document(council_id, fetched.url)
            equal = self._equal_version(document, sha, reading)
            if document is None:
                document_id = self._new_document(council_id, fetched, reading, crawl_id)
            else:
                document_id = document["id"]
                self._seen_again(document, fetched, reading)
            if equal is None:
                version_id = self._new_version(document_id, sha, fetched, reading, crawl_id, now)
            else:
                version_id = equal["id"]
                self._same_version(equal, sha, fetched, reading, now)
            if remember:
                self._remember_url(council_id, crawl_id, sent, reading, sha)
            version = self.row("SELECT state FROM versions WHERE id = ?", [version_id])
        assert version is not None
        if document is None:
            return Recorded(document_id, version_id, "new", version["state"])
        return Recorded(document_id, version_id, "changed" if equal is None else "same", version["state"])

    def remember_document(self, council_id: str, fetched: Fetched, reading: Reading, *, crawl_id: int | None) -> None:
        """The validators of a document on record, once all that came with it is recorded too."""
        sha = hashlib.sha256(fetched.body).hexdigest()
        with self.write():
            self._remember_url(council_id, crawl_id, fetched, reading, sha)

    # ------------------------------------------------------------------ inside

    def _unless_taken_down(self, sha: str, fetched: Fetched, reading: Reading) -> tuple[Fetched, Reading]:
        """The same, or without all that says anything where these bytes or this text were taken down."""
        tombstone = self.taken_down(sha, reading.text_hash)
        if tombstone is None:
            return fetched, reading
        self.files.remove(sha)  # the first pipeline keeps bytes before anybody has read them
        empty = Reading(reading.media_type, STATE, reading.kind, reason=tombstone["reason"])
        return replace(fetched, link_text="", heading="", file_name="", headers=()), empty

    def _keep(self, fetched: Fetched, reading: Reading) -> None:
        if reading.state == STATE:
            return
        self.files.put(fetched.body, compress=reading.media_type in ("text/html", "application/xhtml+xml"))

    def _document(self, council_id: str, url: str) -> Row | None:
        return self.row(
            "SELECT * FROM documents WHERE council_id = ? AND url = ? AND mirror = 0", [council_id, clean(url)]
        )

    def _equal_version(self, document: Row | None, sha: str, reading: Reading) -> Row | None:
        """The version that holds this content already: the one seen last, or the last readable one behind it.

        Behind, because a document that comes back after an error page has not changed.
        """
        if document is None:
            return None
        versions = self.rows(
            "SELECT * FROM versions WHERE document_id = ? ORDER BY seen_at DESC, number DESC", [document["id"]]
        )
        candidates = versions[:1]
        if candidates and candidates[0]["state"] not in READABLE:
            candidates += [row for row in versions if row["state"] in READABLE][:1]
        for version in candidates:
            buried = version["state"] == reading.state == STATE
            if buried or self._same_bytes(version, sha) or same_content(version, reading):
                return version
        return None

    def _same_bytes(self, version: Row, sha: str) -> bool:
        if version["sha256"] == sha:
            return True
        other = "SELECT 1 FROM version_hashes WHERE version_id = ? AND sha256 = ?"
        return self.row(other, [version["id"], sha]) is not None

    def _new_document(self, council_id: str, fetched: Fetched, reading: Reading, crawl_id: int | None) -> str:
        document_id = new_id("d")
        seen = stamp(fetched.fetched_at)
        row = {
            "id": document_id,
            "council_id": council_id,
            "url": clean(fetched.url),
            "kind": reading.kind,
            "link_text": clean(fetched.link_text),
            "heading": clean(fetched.heading),
            "file_name": clean(fetched.file_name or ""),
            "found_on": clean_or_none(fetched.found_on),
            "first_seen_at": seen,
            "last_seen_at": seen,
            "absent_at": self._absent_at(council_id, fetched, crawl_id),
            "parent_id": self._parent_id(council_id, fetched),
        }
        self.table("documents").insert(row, pk="id")
        return document_id

    def _parent_id(self, council_id: str, fetched: Fetched) -> str | None:
        parent = self._document(council_id, fetched.parent) if fetched.parent else None
        return parent["id"] if parent else None

    def _absent_at(self, council_id: str, fetched: Fetched, crawl_id: int | None) -> str | None:
        """When an earlier crawl saw the page that lists this document without it; None where none did.

        What came in an archive is listed where the archive is.
        """
        listed_as = fetched.url.partition("#")[0] if fetched.parent else fetched.url
        page = self.row(
            "SELECT * FROM urls WHERE council_id = ? AND url = ?", [council_id, clean(fetched.found_on or "")]
        )
        if page is None or crawl_id is None:
            return None
        if page["crawl_id"] == crawl_id:  # this crawl has looked at the page already
            looked, listed = page["before_at"], set(json.loads(page["before_links"]))
        else:
            looked, listed = page["looked_at"], {link["url"] for link in json.loads(page["links"])}
        return None if looked is None or clean(listed_as) in listed else str(looked)

    def _seen_again(self, document: Row, fetched: Fetched, reading: Reading) -> None:
        """Hints are primary: the first ones stay, later ones only fill gaps."""
        new: Row = {"last_seen_at": max(document["last_seen_at"], stamp(fetched.fetched_at))}
        for name in ("link_text", "heading", "file_name", "found_on"):
            if not document[name] and getattr(fetched, name):
                new[name] = clean(getattr(fetched, name))
        if reading.state in READABLE:
            new["kind"] = reading.kind
        if document["parent_id"] is None and fetched.parent:
            new["parent_id"] = self._parent_id(document["council_id"], fetched)
        self.table("documents").update(document["id"], new)

    def _new_version(
        self, document_id: str, sha: str, fetched: Fetched, reading: Reading, crawl_id: int | None, now: datetime
    ) -> int:
        if not self.files.exists(sha):  # another process recorded something else meanwhile
            self._keep(fetched, reading)
        file = {
            "sha256": sha,
            "size": len(fetched.body),
            "compressed": int(self.files.compressed(sha)),
            "first_seen_at": stamp(now),
        }
        self.table("files").insert(file, pk="sha256", ignore=True)
        last = self.row("SELECT max(number) AS number FROM versions WHERE document_id = ?", [document_id])
        seen = stamp(fetched.fetched_at)
        row = {
            "document_id": document_id,
            "number": ((last and last["number"]) or 0) + 1,
            "sha256": sha,
            "fetched_at": seen,
            "seen_at": seen,
            "crawl_id": crawl_id,
            "headers": to_json(fetched.headers),
            **read_columns(reading),
        }
        version_id = self.table("versions").insert(row, pk="id").last_pk
        assert isinstance(version_id, int)
        self.put_reading(version_id, reading, now)
        return version_id

    def _same_version(self, version: Row, sha: str, fetched: Fetched, reading: Reading, now: datetime) -> None:
        """Content seen again: its other hash is kept, and a reading by other code replaces the one before."""
        seen = stamp(fetched.fetched_at)
        new: Row = {"seen_at": max(version["seen_at"], seen)}
        if STATE not in (version["state"], reading.state) and self.better_read(version, reading):
            new |= read_columns(reading)
            self.put_reading(version["id"], reading, now)
        self.table("versions").update(version["id"], new)
        if version["sha256"] != sha:
            self.table("version_hashes").upsert(
                {"version_id": version["id"], "sha256": sha, "seen_at": seen}, pk=("version_id", "sha256")
            )

    def _remember_url(
        self, council_id: str, crawl_id: int | None, fetched: Fetched, reading: Reading, sha: str
    ) -> None:
        """The validators of what was fetched. An error page's are worthless: a 304 would call it unchanged."""
        if fetched.page is not None:
            self.put_url(council_id, crawl_id, fetched.page, "page")
            return
        if not fetched.headers:
            return
        headers = {name.lower(): value for name, value in fetched.headers}
        wrong = reading.state == "error-page"
        seen = PageSeen(
            url=fetched.url,
            status=fetched.status,
            fetched_at=fetched.fetched_at,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            sha256=sha,
            bytes=len(fetched.body),
            error=f"error-page: {reading.reason or 'not the document'}" if wrong else None,
        )
        self.put_url(council_id, crawl_id, seen, "document")
