"""Taking in files that somebody was handed: folders are walked, every file goes the way of a crawled one.

Private unless told otherwise (DESIGN §1, promise 11). What was recorded stays recorded: an interrupted run is
continued by the same command, because a file seen before with the same content is "same" (``crawler.taking``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.config import Config
from crawler.errors import UsageError
from crawler.means import means_here
from crawler.models import Council
from crawler.settle import settle
from crawler.taking import Step, Taking, file_url
from db.home import Home
from db.store.archive import Store
from pipelines.pool import ReaderPool, workers_here

Progress = Callable[[int, int, Step | None], None]


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """Every file of one run is in ``steps``."""

    council_id: str
    public: bool
    steps: tuple[Step, ...]
    alerts: int = 0

    @property
    def table(self) -> Counter[tuple[str, str]]:
        """How many documents of each (kind, state)."""
        return Counter((step.kind or "-", step.state) for step in self.steps)

    @property
    def outcomes(self) -> Counter[str]:
        """How many were new, changed, same."""
        return Counter(step.outcome for step in self.steps if step.outcome)

    def of(self, *states: str) -> list[Step]:
        """The steps that ended in one of ``states``."""
        return [step for step in self.steps if step.state in states]


def walk(paths: Iterable[Path]) -> list[Path]:
    """The files under ``paths`` in a stable order, hidden ones left out unless named themselves.

    Folders that are symbolic links are not followed below the paths given: they may lead in a circle.
    Raises UsageError for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            raise UsageError(f"no such file or folder: {path} ({error.strerror})") from None
        for file in _below(path) if path.is_dir() else [path]:
            found.setdefault(file)
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # nothing is left out in silence: it will be listed as unreadable
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _below(entry)
        elif entry.is_file():
            yield entry


def ingest(
    home: Home,
    config: Config,
    council: Council,
    paths: Sequence[Path],
    public: bool,
    now: datetime,
    progress: Progress = lambda done, total, step: None,
) -> IngestSummary:
    """Record every file under ``paths`` as a document of ``council``, then settle and plan alerts.

    ``progress`` is called once before the first file, without a step, then after each document, with how many files
    are done, of how many: an archive or an e-mail brings several documents.
    """
    files = walk(paths)
    progress(0, len(files), None)
    means, workers = means_here(), workers_here()
    steps: list[Step] = []
    with (
        TemporaryDirectory(prefix="tocsin-") as folder,  # outlives the readers
        Store(home, private=not public) as store,
        ReaderPool(workers, cache=home.ocr_cache) as pool,
    ):
        store.put_council(council)
        taking = Taking(store, pool, council, now, Path(folder), means, workers)
        for done, step in taking.run(files):
            steps.append(step)
            progress(done, len(files), step)
    alerts = settle(home, config, council, now)
    return IngestSummary(council.id, public, tuple(steps), alerts)


__all__ = ["IngestSummary", "Step", "file_url", "ingest", "walk"]
