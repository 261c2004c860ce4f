"""Real and broken documents: each ends in a definite state; ``--full`` reads them all."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pytest
from pdfminer.high_level import extract_text

from crawler.models import Hints, Reading
from pipelines.pool import ReaderPool
from pipelines.text.html import extract_html
from pipelines.text.pdf import extract_pdf

SILENT = {"needs-ocr", "locked", "failed", "unsupported", "too-large", "container", "error-page"}


def sample(files: Sequence[Path], *, full: bool, size: int) -> list[Path]:
    """Every file, or ``size`` of them spread over the list."""
    return list(files) if full else list(files[:: max(len(files) // size, 1)])


def read_all(files: Sequence[Path]) -> list[Reading]:
    """As a crawl reads them: without recognition."""
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


def by_pdfminer(data: bytes) -> str:
    return extract_text(io.BytesIO(data), maxpages=3)


def by_pypdf(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages[:3])


def reads(peer: Callable[[bytes], str], data: bytes) -> bool:
    """Whether a peer gets any text; it may raise what it likes."""
    try:
        return bool(peer(data).strip())
    except Exception:
        return False


@pytest.mark.filterwarnings("ignore")
def test_few_files_fail_that_two_peers_can_read(shared: Path, full: bool) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    files = [
        *sample(sorted((shared / "nasty").rglob("*.pdf")), full=full, size=45),
        *sample(sorted((shared / "corpus").rglob("*.pdf")), full=full, size=12),
    ]
    both = [
        data for data in (file.read_bytes() for file in files) if all(reads(p, data) for p in (by_pdfminer, by_pypdf))
    ]
    failed = sum(extract_pdf(data).state == "failed" for data in both)
    assert len(both) > 0.5 * len(files)
    assert failed <= 0.03 * len(both)


def test_a_file_that_one_peer_can_read_is_repaired(shared: Path) -> None:
    done = extract_pdf((shared / "nasty/py-pdf/017-unreadable-meta-data_unreadablemetadata.pdf").read_bytes())
    assert (done.state, done.page_count) == ("partial", 3)
    assert done.pages[0].text


def test_stamps_that_are_annotations(shared: Path) -> None:
    """The text layer of these scans is empty; the stamp that everybody sees is an annotation."""
    done = extract_pdf((shared / "corpus/pdf-scan/audierne/DG2024-001_delegation_1er-adjoint-tampon.pdf").read_bytes())
    assert done.waiting == (1, 2)
    assert all(re.search(r"ID : 029-\d{9}-\d{8}-", page.text) for page in done.pages)
    assert {line.block for line in done.lines} == {"stamp"}


def test_a_typed_header_above_a_scan(shared: Path) -> None:
    done = extract_pdf((shared / "corpus/pdf-text/pierrefonds/compte-rendu-03-10-2017.pdf").read_bytes())
    assert 6 in done.waiting


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
