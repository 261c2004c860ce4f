"""The copies of the archive for readers: bytes as an attachment, pages as images; only of what may be shown."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from crawler.errors import ArchiveError, Busy, DocumentError, TakenDown
from db.files import FileStore
from db.portal import drawing, queries_document, reader, saying
from db.portal.page import DATABASE
from db.portal.reader import PublicReader
from db.portal.site import SITES, Site
from db.portal.words import words
from db.reader import Row
from pipelines.text.page_places import Passage

FILE_PATTERN = r"^/files?/(?P<sha>[0-9a-f]{64})$"
IMAGE_PATTERN = r"^(?P<language>/en)?/page-image/(?P<id>[\w-]{1,80})/v(?P<version>\d{1,6})/(?P<page>\d{1,6})$"
CHUNK = 256 * 1024
# What a browser may be told of a file: nothing that it would run, whatever a council's server called it.
KINDS = {
    "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif",
    "application/zip": ".zip", "application/msword": ".doc", "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt", "application/rtf": ".rtf",
}  # fmt: skip
NAMED = {"text/html": ".html.txt", "application/xhtml+xml": ".html.txt", "text/plain": ".txt", "text/csv": ".csv"}
SAFE = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
}
_FILE = """
    SELECT v.id AS version_id, v.state, v.media_type, d.id AS document_id, d.url, d.link_text, d.file_name, f.size
    FROM versions v JOIN documents d ON d.id = v.document_id JOIN files f ON f.sha256 = v.sha256
    WHERE v.sha256 = :sha AND d.mirror = 0 ORDER BY v.id LIMIT 1
"""
_TAKEN = "SELECT 1 AS taken FROM takedowns WHERE sha256 = :sha"
# A picture of what cannot be shown: it stands where the page's image would stand, which has the same words as its text.
_SIGN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 594" width="420" height="594" role="img">
<rect width="420" height="594" fill="#f3efe7"/>
<text x="210" y="290" text-anchor="middle" font-family="sans-serif" font-size="17" fill="#5f5a52">{line}</text></svg>"""


async def file(request: Request, datasette: Datasette) -> Any:
    """``/file/SHA256``: the bytes as they were fetched. Raises TakenDown, NotFound, ArchiveError."""
    site, sha = SITES[datasette], request.url_vars["sha"]

    def ask(archive: PublicReader) -> Row | None:
        if archive.row(_TAKEN, {"sha": sha}) is not None:
            raise TakenDown("taken down")
        return archive.row(_FILE, {"sha": sha})

    row = await _read(site, datasette, ask)
    if row is None:
        raise NotFound("document")
    path = await asyncio.to_thread(FileStore(site.home.files).path, sha)
    kind = (row["media_type"] or "").partition(";")[0].strip().lower()
    headers = {
        **SAFE,
        "content-length": str(row["size"]),
        "content-disposition": f'attachment; filename="{file_name(row, kind, sha)}"',
        "cache-control": "private, max-age=300",
        "etag": f'"{sha}"',
    }
    if _unchanged(request, headers["etag"]):
        return _not_modified(headers)
    return Download(path, row["size"], headers, kind if kind in KINDS else "application/octet-stream", request.method)


async def image(request: Request, datasette: Datasette) -> Response:
    """``/page-image/DOCUMENT/vN/PAGE``: the page drawn, its flagged words highlighted. Raises TakenDown, NotFound."""
    site, parts = SITES[datasette], request.url_vars
    number, page = int(parts["version"]), int(parts["page"])

    def ask(archive: PublicReader) -> tuple[Row, list[Passage]] | None:
        versions = queries_document.versions_of(archive, parts["id"])
        version = next((each for each in versions if each["number"] == number), None)
        if version is None and queries_document.is_taken_down(archive, parts["id"]):
            raise TakenDown("taken down")
        if version is None or archive.row(queries_document.DOCUMENT, {"id": parts["id"]}) is None:
            return None
        text = queries_document.page_of(archive, version["version_id"], page)
        found = queries_document.matches_of(archive, version["version_id"]) if text else []
        return version, passages(text, found) if text else []

    asked = await _read(site, datasette, ask)
    if asked is None:
        raise NotFound("document")
    version, marked = asked
    if version["state"] == "taken-down":
        raise TakenDown("taken down")
    sha = version["sha256"]
    etag = f'"{drawing.key_of(sha, page, marked)}"'
    headers = {**SAFE, "cache-control": "private, max-age=300", "etag": etag}
    if _unchanged(request, etag):
        return _not_modified(headers)
    try:
        path = await asyncio.to_thread(FileStore(site.home.files).path, sha)
        data = await site.images.get(path, sha, version["media_type"] or "", page, marked)
    except (DocumentError, Busy, ArchiveError) as error:
        return _sign("en" if parts["language"] else "fr", busy=isinstance(error, Busy))
    return Response(data, headers=headers, content_type="image/jpeg")


def passages(text: Mapping[str, Any], found: list[Row]) -> list[Passage]:
    """The words of a page on which flags rest, each place once."""
    spans = dict.fromkeys((row["start"], row["end"]) for row in found if row["page"] == text["number"])
    return [Passage.of(text["text"], start, end) for start, end in list(spans)[:200]]


def file_name(row: Row, kind: str, sha: str) -> str:
    """A name that is safe in a header and in any file system: ASCII letters, digits, dots and hyphens."""
    said = row["file_name"] or saying.file_name(row["url"])
    stem, dot, end = said.rpartition(".")
    stem = stem if dot and len(end) <= 5 else said
    plain = re.sub(r"[^A-Za-z0-9]+", "-", saying.ascii_of(stem)).strip("-")[:80].strip("-")
    return f"{plain or 'document'}-{sha[:8]}{KINDS.get(kind) or NAMED.get(kind, '.bin')}"


class Download:
    """A file on its way, a piece at a time; its length is known before."""

    def __init__(self, path: Path, size: int, headers: dict[str, str], kind: str, method: str) -> None:
        self.path, self.size, self.headers, self.kind, self.method = path, size, headers, kind, method

    async def asgi_send(self, send: Any) -> None:
        """Answer. A damaged file ends early rather than with other bytes than were promised."""
        told = self.headers | {"content-type": self.kind}
        pairs = [(name.encode(), value.encode()) for name, value in told.items()]
        stream = None if self.method == "HEAD" else await asyncio.to_thread(_opened, self.path)
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        left = self.size
        try:
            while stream is not None and left > 0:
                piece = (await asyncio.to_thread(stream.read, CHUNK))[:left]
                if not piece:
                    break
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            if stream is not None:
                stream.close()
        await send({"type": "http.response.body", "body": b""})


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


async def _read(site: Site, datasette: Datasette, ask: Any) -> Any:
    database = datasette.get_database(DATABASE)
    return await database.execute_fn(lambda open_: reader.read(open_, ask, site.minimum_score, site.time_limit))


def _unchanged(request: Request, etag: str) -> bool:
    return etag in [each.strip().removeprefix("W/") for each in (request.headers.get("if-none-match") or "").split(",")]


def _not_modified(headers: dict[str, str]) -> Response:
    kept = {name: value for name, value in headers.items() if name not in ("content-length", "content-disposition")}
    return Response("", status=304, headers=kept)


def _sign(language: str, *, busy: bool) -> Response:
    line = words("en" if language == "en" else "fr").say("document.image_busy" if busy else "document.image_failed")
    headers = {**SAFE, "cache-control": "no-store"} | ({"retry-after": "5"} if busy else {})
    return Response(_SIGN.format(line=line), status=503 if busy else 200, headers=headers, content_type="image/svg+xml")
