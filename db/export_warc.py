"""The public documents as WARC (ISO 28500): what each address answered, for players and other archives.

A response record for each version that was fetched, with the address, the instant by our clock, the headers as kept and
the bytes. The body stands as it was after decoding, so headers about its transfer are set anew; what they said is kept
under ``X-Archive-Orig-``. What came inside an archive has no address of its own: its archive is there. Record ids are
made of what they name: the same archive gives the same file.
"""

# SQL is put together from constant fragments here; every value is bound.

from __future__ import annotations

import io
import json
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.errors import ArchiveError
from db.files import FileStore
from db.filters import Filters, clause
from db.listings import DOCUMENT_COLUMNS
from db.queries import Reader
from db.reader import Row
from db.values import moment, stamp

_VERSIONS = """
    SELECT d.id AS document_id, d.url, v.number, v.sha256, v.fetched_at, v.media_type, v.headers,
           EXISTS (SELECT 1 FROM takedowns t WHERE t.sha256 = v.sha256) AS taken_down
    FROM documents d JOIN versions v ON v.document_id = d.id JOIN councils c ON c.id = d.council_id
    WHERE d.mirror = 0 AND d.parent_id IS NULL AND {} ORDER BY v.fetched_at, v.id
"""
_RECORDS = uuid.UUID("6f7f3c1e-6f0f-5a0b-9d0a-0c0f7e1f5a11")  # namespace of our record ids
_TRANSFER = ("content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive")
_OLD = "X-Archive-Orig-"


@dataclass(frozen=True, slots=True)
class Written:
    """How many versions were written, and how many were not, by reason."""

    records: int
    left_out: Counter[str]


def write_warc(
    reader: Reader,
    filters: Filters,
    files: FileStore,
    stream: BinaryIO,
    *,
    name: str,
    software: str,
    contact: str | None,
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Written:
    """Write one gzipped WARC; ``reader`` must see the public archive alone. One document is in memory at a time."""
    writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
    writer.write_record(_info(writer, name, software, contact, now))
    left_out: Counter[str] = Counter()
    records = 0
    for row in _rows(reader, filters):
        if urlsplit(row["url"]).scheme not in ("http", "https"):
            left_out["no address on the web"] += 1
            continue
        if row["taken_down"]:
            left_out["taken down"] += 1
            continue
        try:
            body = files.get(row["sha256"])
        except ArchiveError:
            left_out["bytes are missing from the archive"] += 1
            continue
        writer.write_record(_response(writer, row, body))
        records += 1
        progress(records)
    return Written(records, left_out)


def _rows(reader: Reader, filters: Filters) -> Iterator[Row]:
    where = clause(filters, DOCUMENT_COLUMNS)
    (archive,) = reader.archives
    cursor = archive.db.conn.execute(_VERSIONS.format(where.sql), where.parameters)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))


def _info(writer: WARCWriter, name: str, software: str, contact: str | None, now: datetime) -> Any:
    about = {
        "software": software,
        "format": "WARC file version 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "Versions of public documents; dates are those of the fetching program's own clock.",
    }
    if contact:
        about["operator"] = _header(contact)
    record = writer.create_warcinfo_record(name, about)
    record.rec_headers.replace_header("WARC-Date", _date(stamp(now)))
    record.rec_headers.replace_header("WARC-Record-ID", _record_id("warcinfo", name, stamp(now)))
    return record


def _response(writer: WARCWriter, row: Row, body: bytes) -> Any:
    headers = StatusAndHeaders("200 OK", _headers(row, len(body)), protocol="HTTP/1.1")
    about = {
        "WARC-Date": _date(row["fetched_at"]),
        "WARC-Record-ID": _record_id(row["document_id"], str(row["number"]), row["sha256"]),
    }
    return writer.create_warc_record(
        _uri(row["url"]), "response", payload=io.BytesIO(body), length=len(body), http_headers=headers,
        warc_headers_dict=about,
    )  # fmt: skip


def _headers(row: Row, length: int) -> list[tuple[str, str]]:
    """The headers as kept, made true of the bytes as they stand here."""
    kept: list[tuple[str, str]] = []
    for name, value in json.loads(row["headers"]):
        plain = "".join(ch for ch in str(name) if ch.isascii() and (ch.isalnum() or ch in "-_"))
        if plain:
            said = _header(str(value))
            same = plain.lower() == "content-length" and said == str(length)
            if not same:
                kept.append((_OLD + plain if plain.lower() in _TRANSFER else plain, said))
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", row["media_type"] or "application/octet-stream"))
    return [*kept, ("Content-Length", str(length))]


def _header(value: str) -> str:
    """A value on one line: what a site sent must not begin another header."""
    return "".join(" " if unicodedata.category(ch).startswith("C") else ch for ch in value).strip()


def _uri(url: str) -> str:
    """The address in ASCII, without spaces or control characters."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")


def _date(text: str) -> str:
    return stamp(moment(text)).replace("+00:00", "Z")


def _record_id(*parts: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_RECORDS, ' '.join(parts))}>"
