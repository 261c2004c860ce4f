"""Real and broken documents: each ends in a definite state; ``--full`` reads them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from crawler.models import Hints, Reading
from pipelines.pool import ReaderPool
from pipelines.text.html import extract_html
from pipelines.text.pdf import extract_pdf

SILENT = {"needs-ocr", "locked", "failed", "unsupported", "too-large", "container", "error-page"}


def sample(files: Sequence[Path], *, full: bool, size: int) -> list[Path]:
    """Every file, or ``size`` of them spread over the list."""
    return list(files) if full else list(files[:: max(len(files) // size, 1)])


def read_all(files: Sequence[Path]) -> list[Reading]:
    with ReaderPool(workers=2, seconds=60) as pool:
        futures = [pool.submit(file, None, Hints(file_name=file.name)) for file in files]
        return [pool.result(future) for future in futures]


@pytest.mark.parametrize(
    ("folder", "size"),
    [("nasty", 30), ("corpus/pdf-text", 8), ("corpus/pdf-scan", 8), ("corpus/html", 3), ("corpus/text", 6)],
)
def test_every_file_ends_in_a_definite_state(shared: Path, full: bool, folder: str, size: int) -> None:
    files = [
        file for file in sorted((shared / folder).rglob("*")) if file.is_file() and file.stat().st_size < 2_000_000
    ]
    for file, reading in zip(chosen := sample(files, full=full, size=size), read_all(chosen), strict=True):
        assert not re.search("crash|given up|the reader failed", reading.reason or ""), (file, reading.reason)
        if reading.state in SILENT:
            assert reading.reason, file
            assert not any(session.items for session in reading.sessions) and not reading.flags, file
        else:
            assert reading.characters > 0, file
        for page in reading.pages:
            assert "\ufffe" not in page.text and "\r" not in page.text and "\0" not in page.text, file


def test_scans_are_told_from_texts(shared: Path, full: bool) -> None:
    for folder, expected in (("pdf-scan", {"needs-ocr", "partial"}), ("pdf-text", {"read", "partial", "needs-ocr"})):
        for file in sample(sorted((shared / "corpus" / folder).rglob("*.pdf")), full=full, size=12):
            assert extract_pdf(file.read_bytes()).state in expected, file


def test_a_real_agenda_line_by_line(shared: Path) -> None:
    done = extract_pdf((shared / "corpus/pdf-text/audierne/02_20250917_cm_odj.pdf").read_bytes())
    assert (done.state, done.page_count) == ("read", 2)
    numbers = [int(found.group(1)) for line in done.lines if (found := re.match(r"(\d{1,2})\. ", line.text))]
    assert numbers == list(range(1, 30))
    item = next(line for line in done.lines if line.text.startswith("27. "))
    assert (item.page, item.block, item.bold) == (2, "p", False)


def test_its_scanned_convocation_waits_for_ocr(shared: Path) -> None:
    done = extract_pdf((shared / "corpus/pdf-scan/audierne/01_20250917_cm_convocation.pdf").read_bytes())
    assert (done.state, done.page_count, len(done.image_hashes)) == ("needs-ocr", 1, 1)


def test_listings_of_real_sites_keep_what_they_list(shared: Path) -> None:
    listing = extract_html((shared / "corpus/html/herimoncourt/comptes-rendus.html").read_bytes())
    assert sum(line.block == "li" for line in listing.lines) > 50
    assert [line.level for line in listing.lines if line.block == "heading"][:3] == [1, 1, 3]
    assert not any(line.text == "Accueil" for line in listing.lines)
