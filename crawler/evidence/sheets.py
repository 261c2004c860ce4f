"""The pages that a dossier shows: which ones, drawn by worker processes, each into a file of its own."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from crawler.errors import ArchiveError, DocumentError
from db.dossier import Case, Material, Version, page_text
from db.files import FileStore
from db.queries import Reader
from pipelines.text.page_image import PageImage
from pipelines.text.page_places import Passage

MOST = 8  # pages shown of one case; the others are in the documents
AHEAD = 6  # pages in the hands of the workers: what bounds the memory
_WITHOUT_IMAGE = ("text/", "application/xhtml", "application/json", "message/")


class Drawer(Protocol):
    """What is needed of ``pipelines.pool.ReaderPool``."""

    def page_image(
        self, path: Path, media_type: str, number: int, passages: Sequence[Passage] = (), *, painted: bool = True
    ) -> Future[PageImage]: ...


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A page of a version."""

    version: str
    page: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a page: an image and whether all its passages were located, its text in pieces, or a reason."""

    image: str | None = None  # the file's name inside the dossier
    width: int = 0
    height: int = 0
    located: bool = False
    marked: bool = False  # at least one passage is highlighted
    pieces: tuple[tuple[str, bool], ...] = ()
    failure: str | None = None


def places_of(case: Case) -> tuple[list[Place], int]:
    """The pages to show of a case, the best passages first, and how many are left out."""
    ranked = [Place(row["version"], row["page"]) for row in (*case.matches, *case.facts)]
    ranked += [Place(vote["version"], vote["page"]) for vote in case.votes if vote["page"]]
    places = list(dict.fromkeys(ranked))
    return places[:MOST], max(0, len(places) - MOST)


def spans_of(material: Material) -> dict[Place, list[tuple[int, int]]]:
    """Every passage that is highlighted, by page, in reading order."""
    spans: dict[Place, set[tuple[int, int]]] = defaultdict(set)
    for case in material.cases:
        for row in (*case.matches, *case.facts):
            spans[Place(row["version"], row["page"])].add((row["start"], row["end"]))
    return {place: sorted(found) for place, found in spans.items()}


def draw(
    material: Material,
    reader: Reader,
    files: FileStore,
    pool: Drawer,
    folder: Path,
    name_of: Callable[[Place], str],
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> dict[Place, Drawn]:
    """Draw the pages of all cases into ``folder``; a page that cannot be drawn says why, and the others go on."""
    versions = {version.key: version for paper in material.papers.values() for version in paper.versions}
    wanted = list(dict.fromkeys(place for case in material.cases for place in places_of(case)[0]))
    spans = spans_of(material)
    found: dict[Place, Drawn] = {}
    waiting: deque[tuple[Place, Future[PageImage]]] = deque()
    for place, request in _requests(wanted, spans, versions, reader, files):
        if isinstance(request, Drawn):
            found[place] = request
            continue
        waiting.append((place, pool.page_image(*request)))
        if len(waiting) >= AHEAD:
            _take(*waiting.popleft(), found, folder, name_of, spans)
            progress(len(found), len(wanted))
    while waiting:
        _take(*waiting.popleft(), found, folder, name_of, spans)
        progress(len(found), len(wanted))
    return found


Request = tuple[Path, str, int, tuple[Passage, ...]]


def _requests(
    wanted: Sequence[Place],
    spans: dict[Place, list[tuple[int, int]]],
    versions: dict[str, Version],
    reader: Reader,
    files: FileStore,
) -> Iterator[tuple[Place, Request | Drawn]]:
    for place in wanted:
        version = versions.get(place.version)
        if version is None:
            yield place, Drawn(failure="the version is not in this archive")
            continue
        read = page_text(reader, place.version, place.page)
        text = str(read["text"]) if read else ""
        kind = str(version.row["media_type"] or "application/octet-stream")
        if kind.startswith(_WITHOUT_IMAGE):
            yield place, Drawn(pieces=_pieces(text, spans.get(place, [])), marked=True, located=True)
            continue
        passages = tuple(Passage.of(text, start, end) for start, end in spans.get(place, []))
        try:
            yield place, (files.path(version.row["sha256"]), kind, place.page, passages)
        except ArchiveError as error:
            yield place, Drawn(failure=str(error).rpartition(": ")[2])


def _take(
    place: Place,
    future: Future[PageImage],
    found: dict[Place, Drawn],
    folder: Path,
    name_of: Callable[[Place], str],
    spans: dict[Place, list[Any]],
) -> None:
    try:
        image = future.result()
    except DocumentError as error:
        found[place] = Drawn(failure=str(error))
        return
    name = name_of(place)
    (folder / name).write_bytes(image.data)
    found[place] = Drawn(
        name, image.width, image.height,
        located=len(image.places) == len(spans.get(place, [])) and all(image.places),
        marked=any(image.places),
    )  # fmt: skip


def _pieces(text: str, spans: Sequence[tuple[int, int]], around: int = 700) -> tuple[tuple[str, bool], ...]:
    """The text of a page around its passages, in pieces that are marked or not."""
    if not spans:
        return ((text[: 2 * around], False),) if text else ()
    first, last = max(0, spans[0][0] - around), min(len(text), spans[-1][1] + around)
    pieces: list[tuple[str, bool]] = [("…", False)] if first else []
    at = first
    for start, end in spans:
        if start > at + 4 * around:  # far from the passage before it
            pieces += [(text[at : at + around] + " […] " + text[start - around : start], False)]
        elif start > at:
            pieces.append((text[at:start], False))
        if end > max(start, at):
            pieces.append((text[max(start, at) : end], True))
        at = max(at, end)
    pieces.append((text[at:last] + ("…" if last < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece[0])
