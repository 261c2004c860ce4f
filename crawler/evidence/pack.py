"""The ZIP of a dossier: page, PDF, images, original bytes, and what verifies them."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.errors import ArchiveError
from crawler.evidence.compose import Made, compose, numbered
from crawler.evidence.names import document_file
from crawler.evidence.pdf import write_pdf
from crawler.evidence.sheets import Drawer, Drawn, Place, draw
from crawler.evidence.view import View
from crawler.evidence.wording import Words
from db.dossier import Material, Paper, Version
from db.files import FileStore
from db.queries import Reader

SUMS = "SHA256SUMS"
FORMAT = 1  # of manifest.json
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same archive and instant shall give the same bytes
_STORED = (".pdf", ".jpg", ".png", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".zip", ".gz")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a dossier."""

    cases: int
    documents: int
    files: int
    images: int
    failures: tuple[str, ...]  # pages that could not be drawn, bytes that are missing


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the words to use, and who makes it when."""

    words: Words
    now: datetime
    version: str
    contact: str | None
    asked: tuple[str, ...]
    with_private: bool


def pack(
    target: BinaryIO,
    material: Material,
    reader: Reader,
    files: FileStore,
    pool: Drawer,
    order: Order,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Packed:
    """Write the dossier to ``target``. What fails for one page or document is said in it; the rest goes on."""
    names = _names(material)
    with tempfile.TemporaryDirectory(prefix="tocsin-dossier-") as temporary:
        folder = Path(temporary)
        (folder / "pages").mkdir()
        numbers = numbered(material)
        drawn = draw(material, reader, files, pool, folder, _image_name(material, numbers), progress)
        with _Zip.open(target) as archive:
            missing = _originals(archive, names, files)
            there = {sha: name for sha, name in names.items() if sha not in missing}
            made = Made(order.now, order.version, order.contact, there, missing)
            view = compose(material, drawn, made, order.words)
            images = sorted({each.image for each in drawn.values() if each.image})
            for name in images:
                archive.copy(name, folder / name)
            write_pdf(view, folder, folder / "dossier.pdf", order.now)
            archive.copy("dossier.pdf", folder / "dossier.pdf")
            archive.write("index.html", page(view).encode())
            manifest = _manifest(material, drawn, there, numbers, order)
            archive.write("manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
            archive.finish()
    failures = [f"{place.version}, page {place.page}: {each.failure}" for place, each in drawn.items() if each.failure]
    failures += [f"{sha[:12]}: {why}" for sha, why in missing.items()]
    return Packed(len(material.cases), len(material.papers), len(there), len(images), tuple(failures))


def page(view: View) -> str:
    """The page for a browser; everything is escaped."""
    return _environment().get_template("dossier.html").render(v=view, l=view.labels)


@cache
def _environment() -> Environment:
    loader = PackageLoader("crawler", "evidence")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _names(material: Material) -> dict[str, str]:
    """By SHA-256: the file of each version; the same bytes under two addresses are one file."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for paper in sorted(material.papers.values(), key=lambda each: (each.row["first_seen_at"], each.row["url"])):
        for version in paper.versions:
            sha, row = str(version.row["sha256"]), paper.row
            if sha in names:
                continue
            name = document_file(sha, row["file_name"], row["url"], version.row["media_type"])
            names[sha] = name if name.lower() not in taken else name.replace(sha[:12], sha, 1)
            taken.add(names[sha].lower())
    return names


def _image_name(material: Material, numbers: dict[str, int]) -> Callable[[Place], str]:
    where = {
        version.key: (numbers[paper.id], int(version.row["number"]))
        for paper in material.papers.values()
        for version in paper.versions
    }

    def name(place: Place) -> str:
        document, version = where[place.version]
        return f"pages/document-{document:03d}-version-{version}-page-{place.page}.jpg"

    return name


def _originals(archive: _Zip, names: dict[str, str], files: FileStore) -> dict[str, str]:
    """Put the original bytes in, one document at a time; those that are missing or damaged, with the reason."""
    missing: dict[str, str] = {}
    for sha, name in names.items():
        try:
            archive.write(name, files.get(sha))
        except ArchiveError as error:
            missing[sha] = str(error).rpartition(": ")[2]
    return missing


# --------------------------------------------------------------------------- manifest


def _manifest(
    material: Material, drawn: dict[Place, Drawn], there: dict[str, str], numbers: dict[str, int], order: Order
) -> dict[str, Any]:
    papers = sorted(material.papers.values(), key=lambda paper: numbers[paper.id])
    cases = [
        {
            "subject": case.subject, "council_id": case.council["id"], "council": case.council["name"],
            "session_id": case.session["session_id"] if case.session else None,
            "session_date": case.session["session_date"] if case.session else None,
            "item_id": case.item["item_id"] if case.item else None,
            "title": case.item["title"] if case.item else None,
            "outcome": case.item["outcome"] if case.item else None,
            "flags": [{key: flag[key] for key in ("flag_id", "topics", "score", "excerpt")} for flag in case.flags],
            "private": case.private, "documents": [numbers[name] for name in case.documents if name in numbers],
        }
        for case in material.cases
    ]  # fmt: skip
    pages = [
        {"version": place.version, "page": place.page, "image": each.image, "failure": each.failure}
        for place, each in sorted(drawn.items())
    ]
    return {
        "format": FORMAT, "made_by": f"Tocsin {order.version}", "made_at": order.now.isoformat(timespec="seconds"),
        "language": order.words.language, "asked_for": list(order.asked), "with_private": order.with_private,
        "cases": cases, "documents": [_paper_entry(paper, numbers[paper.id], there) for paper in papers],
        "pages": pages,
    }  # fmt: skip


def _paper_entry(paper: Paper, number: int, there: dict[str, str]) -> dict[str, Any]:
    """A document; of a private one neither the address nor the path from which it was handed over."""
    row = paper.row
    kept = ("first_seen_at", "absent_at", "last_online_at", "gone_since", "gone_reason")
    return {
        "number": number, "document_id": paper.id, "council_id": row["council_id"], "kind": paper.kind,
        "url": None if paper.private else row["url"], "parent": None if paper.private else row["parent"],
        "private": paper.private, **{name: row[name] for name in kept},
        "lookups": [{key: look[key] for key in ("looked_at", "status", "verdict", "reason")} for look in paper.lookups],
        "versions": [_version_entry(version, there) for version in paper.versions],
    }  # fmt: skip


def _version_entry(version: Version, there: dict[str, str]) -> dict[str, Any]:
    kept = ("number", "sha256", "size", "media_type", "state", "reason", "page_count", "fetched_at", "seen_at")
    row = version.row
    return {
        "version": version.key, **{name: row[name] for name in kept}, "file": there.get(row["sha256"]),
        "other_hashes": list(version.other_hashes), "headers": [list(pair) for pair in version.headers],
    }  # fmt: skip


# --------------------------------------------------------------------------- the ZIP


@dataclass(slots=True)
class _Zip:
    """A ZIP that keeps the hash of all that goes into it."""

    archive: zipfile.ZipFile
    sums: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, target: BinaryIO) -> Iterator[_Zip]:
        with zipfile.ZipFile(target, "w") as archive:
            yield cls(archive)

    def write(self, name: str, data: bytes) -> None:
        with self._entry(name, len(data)) as stream:
            stream.write(data)
        self.sums[name] = hashlib.sha256(data).hexdigest()

    def copy(self, name: str, path: Path) -> None:
        digest = hashlib.sha256()
        with path.open("rb") as source, self._entry(name, path.stat().st_size) as stream:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                stream.write(chunk)
        self.sums[name] = digest.hexdigest()

    def finish(self) -> None:
        """``SHA256SUMS``, last: it names everything else."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        with self._entry(SUMS, len(lines)) as stream:
            stream.write(lines.encode("ascii"))

    def _entry(self, name: str, size: int) -> IO[bytes]:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        entry.create_system = 3
        return self.archive.open(entry, "w", force_zip64=size > 1 << 31)
