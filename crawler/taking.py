"""One file after the other into the archive: what is known is passed over, the rest goes to the readers.

A few files are kept ahead of the readers. What was recorded stays recorded: an interrupted run is continued by the
same command. The main process looks at bytes only to tell e-mails and to hash; it never opens a document.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from crawler.errors import DocumentError
from crawler.models import Council, Fetched, Reading
from db.store.archive import Store
from db.store.base import Row
from db.store.rereads import Means
from pipelines.intake import Pool
from pipelines.members import direct, hints_of, members
from pipelines.text.mails import MAILS, mail_kind
from pipelines.text.unpack import ARCHIVES, SpooledParts

MAX_BYTES = 256 * 1024 * 1024  # a larger file would not be read within the worker's memory anyway
AHEAD = 2  # files in the hands of the readers, per worker
_NOT_KEPT = "the mail itself is not kept"
_MAILS_LEFT_OUT = "the e-mails in it are not kept, their attachments are"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one document; ``state`` is a version's, or "unreadable" where no byte could be had."""

    url: str
    state: str
    kind: str = ""
    outcome: str = ""  # new, changed, same
    reason: str | None = None

    @property
    def failed(self) -> bool:
        """Whether this makes the command fail: being a scan, locked or of another type does not."""
        return self.state in ("failed", "unreadable")


_Placed = tuple[int, Step]  # with the place of the file that it came of


def has_read(means: Means, row: Row) -> bool:
    """Whether a version (a row of ``Store.inside``) is read as well as can be with the code and means of today.

    A failure is tried again, a scan once it can be recognised.
    """
    waits = row["state"] == "needs-ocr" or row["waiting"]
    return (
        row["state"] != "failed"
        and row["reader_version"] == means.reader
        and row["lexicon_version"] in (means.lexicon, "")  # "": the reader gave up over it
        and not (waits and means.engine and row["recogniser"] != means.engine)
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to become a document: one of the user's, until it is copied, or one out of an archive."""

    place: int  # among the files of this run
    fetched: Fetched  # with everything but the body
    file: Path
    data: bytes = field(default=b"", repr=False)  # of the user's: the copy is made of what was looked at
    mail: str | None = None  # its media type, where it is an e-mail: then only its attachments become documents
    parts: int | None = None  # of one out of an archive, which was unpacked to the last level: documents inside it


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What a worker has in hand: a document, or an e-mail."""

    source: Source
    reading: Future[Reading] | None = None
    spooled: Future[SpooledParts] | None = None


class Taking:
    """Takes files in; ``run`` yields a step for each document, with how many files are begun with so far."""

    def __init__(
        self,
        store: Store,
        pool: Pool,
        council: Council,
        now: datetime,
        folder: Path,
        means: Means,
        workers: int = 2,
    ) -> None:
        self.store, self.pool, self.council, self.now = store, pool, council, now
        self.folder, self.means, self.ahead = folder, means, AHEAD * workers
        self.numbers = count()

    def run(self, files: Sequence[Path]) -> Iterator[tuple[int, Step]]:
        """In the order of the files, but that what is known comes at once."""
        begun: set[int] = set()
        for place, step in self._flow(self._take(place, path) for place, path in enumerate(files)):
            begun.add(place)
            yield len(begun), step

    def _flow(self, sources: Iterable[Source | _Placed]) -> Iterator[_Placed]:
        waiting: deque[_Waiting] = deque()
        for source in sources:
            if not isinstance(source, Source):
                yield source
                continue
            known = self._known(source)
            if known is not None:
                self._discard(source)
                yield from ((source.place, step) for step in known)
                continue
            waiting.append(self._submit(source))
            if len(waiting) > self.ahead:
                yield from self._finish(waiting.popleft())
        while waiting:
            yield from self._finish(waiting.popleft())

    # ------------------------------------------------------------------ before reading

    def _take(self, place: int, path: Path) -> Source | _Placed:
        url = file_url(path)
        if not path.is_file():  # a pipe would be waited for, a device read for ever
            return place, Step(url, "unreadable", reason=_irregular(path))
        try:
            if path.stat().st_size > MAX_BYTES:
                return place, Step(url, "unreadable", reason=f"larger than {MAX_BYTES // 1024 // 1024} MB; not taken")
            data = path.read_bytes()
        except OSError as error:
            return place, Step(url, "unreadable", reason=error.strerror or "cannot be opened")
        fetched = Fetched(url, b"", 200, self.now, file_name=path.name, heading=path.absolute().parent.name)
        return Source(place, fetched, path, data, mail=mail_kind(data, path.name))

    def _known(self, source: Source) -> list[Step] | None:
        """What became of the same bytes earlier, and of all that is inside: the reason why a rerun is quick."""
        rows = None if source.mail else self.store.inside(self.council.id, source.fetched.url)
        if rows is None:
            return None
        if rows[0]["sha256"] != hashlib.sha256(source.data or source.file.read_bytes()).hexdigest():
            return None
        rows = rows if source.parts is None else rows[:1]  # of an archive in an archive, each member comes by itself
        if not all(has_read(self.means, row) for row in rows):
            return None
        self.store.touch_document(self.council.id, source.fetched.url, self.now)
        return [Step(row["url"], row["state"], row["kind"], "same", row["reason"]) for row in rows]

    def _submit(self, source: Source) -> _Waiting:
        if source.mail:
            return _Waiting(replace(source, data=b""), spooled=self._unpack(source, source.mail))
        if source.parts is None:  # a copy: the original may change while it is read
            copy = self._new_path()
            copy.write_bytes(source.data)
            source = replace(source, file=copy, data=b"")
        hints = hints_of(self.council, source.fetched)
        return _Waiting(source, self.pool.submit(source.file, None, hints, ocr=True))

    def _unpack(self, source: Source, kind: str) -> Future[SpooledParts]:
        folder = self._new_path()
        folder.mkdir(mode=0o700)
        return self.pool.unpack(source.file, kind, folder)

    # ------------------------------------------------------------------ after reading

    def _finish(self, waiting: _Waiting) -> Iterator[_Placed]:
        source = waiting.source
        if waiting.reading is None:
            assert waiting.spooled is not None
            yield from self._mail(source, waiting.spooled)
            return
        reading = self.pool.result(waiting.reading)
        if source.parts is not None:
            yield self._record(source, replace(reading, parts=source.parts))
        elif reading.media_type in MAILS:
            yield from self._mail(source, self._unpack(source, reading.media_type))
        elif reading.parts or (reading.state == "container" and reading.media_type in ARCHIVES):
            yield from self._container(source, reading)
        else:
            yield self._record(source, reading)
        self._discard(source)

    def _mail(self, mail: Source, future: Future[SpooledParts]) -> Iterator[_Placed]:
        """Of an e-mail only the attachments are kept: who sent it must not be found in the archive."""
        url = mail.fetched.url
        try:
            spooled = future.result()
        except DocumentError as error:
            yield mail.place, Step(url, "failed", reason=f"{error}; {_NOT_KEPT}")
            return
        if spooled.refused or not spooled.parts:
            reason = "; ".join(spooled.refused) or "an e-mail without attachments"
            state = "locked" if spooled.locked else "unsupported"
            yield mail.place, Step(url, state, reason=f"{reason}; {_NOT_KEPT}")
        yield from self._members(mail, spooled, mail=True)

    def _container(self, source: Source, reading: Reading) -> Iterator[_Placed]:
        try:
            spooled = self._unpack(source, reading.media_type).result()
        except DocumentError as error:
            yield self._record(source, reading)
            yield source.place, Step(source.fetched.url, "failed", reason=f"it could not be unpacked: {error}")
            return
        if spooled.without_mails:
            reason = "; ".join(part for part in (reading.reason, _MAILS_LEFT_OUT) if part)
            kept = replace(source, file=spooled.without_mails)
            yield self._record(kept, replace(reading, media_type="application/zip", reason=reason))
        else:
            yield self._record(source, reading)
        yield from self._members(source, spooled)

    def _members(self, container: Source, spooled: SpooledParts, *, mail: bool = False) -> Iterator[_Placed]:
        """What a container holds, which is on record itself, unless it is a mail."""
        inside = members(container.fetched, spooled, mail=mail)
        yield from self._flow(
            Source(container.place, member.fetched, member.path, parts=member.parts) for member in inside
        )
        if not mail:
            self.store.unpacked(self.council.id, container.fetched.url, direct(spooled))

    def _record(self, source: Source, reading: Reading) -> _Placed:
        fetched = replace(source.fetched, body=source.file.read_bytes())
        recorded = self.store.record_document(self.council.id, fetched, reading, crawl_id=None, now=self.now)
        return source.place, Step(fetched.url, recorded.state, reading.kind, recorded.outcome, reading.reason)

    # ------------------------------------------------------------------ files

    def _new_path(self) -> Path:
        return self.folder / str(next(self.numbers))

    def _discard(self, source: Source) -> None:
        """Throw a file of our own away, never one of the user's."""
        if source.file.is_relative_to(self.folder):
            source.file.unlink(missing_ok=True)


def file_url(path: Path) -> str:
    """``file:`` and the path as given; bytes that are no UTF-8 are written as escapes."""
    return "file:" + os.fsencode(path).decode("utf-8", "backslashreplace")


def _irregular(path: Path) -> str:
    return "a folder that cannot be listed" if path.is_dir() else "not a regular file"
