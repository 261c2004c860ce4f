"""Taking a document down: bytes, text, search entries, excerpts, images and copies go; hash, reason and day stay.

The order matters to a kill at any moment: tombstones first, so that nothing comes back; then files, facts, words. The
same command again goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import feeds
from crawler.config import Config
from crawler.errors import UsageError
from crawler.settle import settle
from db.files import FileStore
from db.home import Home
from db.reader import Row
from db.store.archive import Store
from db.store.desk_words import forget_words_of
from db.store.takedowns import STATE

LONGEST_REASON = 300  # characters


@dataclass(frozen=True, slots=True)
class Target:
    """What a takedown would take: versions of both archives, the public ones first."""

    public: tuple[Row, ...]
    private: tuple[Row, ...]

    @property
    def versions(self) -> list[Row]:
        """Each version once: copies of public rows in the private archive are not counted."""
        return [*self.public, *(row for row in self.private if not row["mirror"])]


@dataclass(frozen=True, slots=True)
class TakenAway:
    """What was taken away."""

    versions: int
    files: int
    councils: tuple[str, ...]


def find(home: Home, target: str) -> Target:
    """The versions that a document's id, a SHA-256 or an address means, with all that holds the same.

    The same bytes or the same text under other addresses, the archive that a document came in, and what is inside an
    archive. Raises UsageError where nothing is meant.
    """
    with Store(home) as public, Store(home, private=True) as private:
        stores = (public, private)
        found = {store: {row["version_id"]: row for row in store.versions_of_target(target)} for store in stores}
        if not any(found.values()):
            raise UsageError(f"nothing has the id, SHA-256 or address {target!r}; tocsin show and search tell them")
        size = -1
        while size != (size := sum(map(len, found.values()))):
            named = [row for rows in found.values() for row in rows.values()]
            for store in stores:
                more = store.versions_alike(named)
                around = store.versions_around([row for row in named if row["mirror"] == 0])
                found[store] |= {row["version_id"]: row for row in (*more, *around)}
    return Target(tuple(found[public].values()), tuple(found[private].values()))


def take_down(home: Home, config: Config, target: Target, reason: str, now: datetime) -> TakenAway:
    """Take versions down and let everything follow from it. Raises UsageError for a reason that is none.

    Raises ArchiveError where another process keeps a database from being rewritten: all is taken down then, but words
    may still lie in the free space of a file.
    """
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise UsageError(f"--reason: a line of at most {LONGEST_REASON} characters, without the name of anybody")
    councils = sorted({row["council_id"] for row in target.versions})
    with Store(home) as public, Store(home, private=True) as private:
        parts = ((public, target.public), (private, target.private))
        titles = {title for store, rows in parts for title in store.titles_in(rows)}
        subjects = {each for store, rows in parts for each in store.subjects_of(rows)}
        shas = sorted({sha for store, rows in parts for sha in store.bury(rows, text, now)})
        removed = _remove_files(home, shas)
        _forget_recognised(home, [row for _, rows in parts for row in rows])
        for council_id in councils:
            council = public.council(council_id) or private.council(council_id)
            if council is not None:
                settle(home, config, council, now)
        gone = [store.scrub_versions(rows, titles, now) for store, rows in parts if rows]
        sent = forget_words_of(home, subjects, set.intersection(*gone) if gone else ())
        for key in sent:
            (home.outbox / f"{key}.eml").unlink(missing_ok=True)
        if home.feeds.exists():
            feeds.write(home, config, now)
        for store, _ in parts:
            store.forget_words()
    return TakenAway(len(target.versions), removed, tuple(councils))


def _remove_files(home: Home, shas: Sequence[str]) -> int:
    files = FileStore(home.files)
    for sha in shas:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(home.page_images / sha[:2] / sha)
    return sum(files.remove(sha) for sha in shas)


def _forget_recognised(home: Home, rows: Sequence[Row]) -> None:
    """What optical recognition remembers is named by the pixels of pages, so which is whose is not known: all of it."""
    if any(row["state"] == "needs-ocr" or "ocr" in (row["method"] or "") for row in rows):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(home.ocr_cache)


__all__ = ["STATE", "TakenAway", "Target", "find", "take_down"]
