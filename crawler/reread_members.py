"""What is inside an archive that was kept before anything could look into it: documents of their own, found late."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.models import Council, Fetched, Reading
from db.store.archive import Store
from db.store.documents import Recorded
from db.store.rereads import OldVersion
from pipelines.members import Inside, direct, hints_of, members
from pipelines.pool import ReaderPool

AHEAD = 4  # members in the hands of the readers


@dataclass(frozen=True, slots=True)
class Member:
    """A document that came out of an archive."""

    url: str
    reading: Reading
    recorded: Recorded


def fetched_of(old: OldVersion) -> Fetched:
    """A version as it was fetched, without its bytes."""
    return Fetched(
        url=old.url,
        body=b"",
        status=200,
        fetched_at=old.fetched_at,
        media_type=old.media_type,
        file_name=old.file_name or None,
        link_text=old.link_text,
        heading=old.heading,
        found_on=old.found_on,
    )


def missing(store: Store, old: OldVersion, reading: Reading) -> bool:
    """Whether a version that is still the current one holds documents that the archive does not know."""
    if not reading.parts or not old.current:
        return False
    rows = store.inside(old.council_id, old.url)
    return rows is None or sum(row["parent_id"] == rows[0]["id"] for row in rows) < reading.parts


def take_members(
    store: Store, pool: ReaderPool, council: Council, old: OldVersion, path: Path, kind: str
) -> Generator[Member, None, int]:
    """Unpack, read and record, before the archive itself counts as read; returns how many are directly inside.

    Raises DocumentError.
    """
    with TemporaryDirectory(prefix="tocsin-") as folder:
        spooled = pool.unpack(path, kind, Path(folder)).result()
        waiting: deque[tuple[Inside, Future[Reading]]] = deque()
        for inside in members(fetched_of(old), spooled):
            waiting.append((inside, pool.submit(inside.path, None, hints_of(council, inside.fetched), ocr=True)))
            if len(waiting) == AHEAD:
                yield _record(store, old, *waiting.popleft())
        while waiting:
            yield _record(store, old, *waiting.popleft())
        return direct(spooled)


def _record(store: Store, old: OldVersion, inside: Inside, future: Future[Reading]) -> Member:
    reading = replace(ReaderPool.result(future), parts=inside.parts)
    fetched = replace(inside.fetched, body=inside.path.read_bytes())
    recorded = store.record_document(old.council_id, fetched, reading, crawl_id=None, now=old.fetched_at)
    store.mark_late(recorded.version_id)  # it was there all the time: nobody hears of a change
    inside.path.unlink()
    return Member(fetched.url, reading, recorded)
