from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Extracted, Hints, PageText
from pipelines.agenda.claims import claims
from pipelines.read import LONGEST_LINE, READER_VERSION, read, text_hash
from pipelines.text.ocr.engine import availability
from pipelines.text.ocr.types import OcrLine, OcrPage
from pipelines.text.raster import raster

from .conftest import HEIGHT, WIDTH, column, lines_at, scan

AGENDA = (
    "COMMUNE DE VALBRUNE",
    "CONSEIL MUNICIPAL",
    "Séance du jeudi 12 mars 2026 à 18 h 30",
    "ORDRE DU JOUR",
    "1. Approbation du procès-verbal de la séance précédente",
    "2. Installation de caméras de vidéoprotection place de la Gare",
    "3. Tarifs de la restauration scolaire",
    "4. Questions diverses",
)
HINTS = Hints(
    council_id="ville-de-valbrune",
    council_name="Valbrune",
    url="https://valbrune.example/docs/odj-12-mars.pdf",
    link_text="Ordre du jour du 12 mars 2026",
    reference_date=date(2026, 3, 2),
)


def as_html(lines: Sequence[str]) -> bytes:
    return ("<!doctype html><body>" + "".join(f"<p>{line}</p>" for line in lines)).encode()


def test_a_pdf_agenda_from_bytes_to_claims(make_pdf: Callable[..., bytes]) -> None:
    reading = read(make_pdf(lines_at(column(AGENDA))), "application/pdf", HINTS)
    assert (reading.state, reading.kind, reading.method, reading.page_count) == ("read", "agenda", "pdfium", 1)
    assert [(session.date, len(session.items)) for session in reading.sessions] == [(date(2026, 3, 12), 4)]
    assert [flag.topics for flag in reading.flags] == [("video-surveillance",)]
    flag = reading.flags[0]
    span = flag.matches[0].span
    assert reading.pages[span.page - 1].text[span.start : span.end] == flag.matches[0].text
    assert (reading.reader_version, bool(reading.lexicon_version)) == (READER_VERSION, True)
    assert reading.characters == len("".join("".join(AGENDA).split()))


def test_a_pdf_address_that_answers_with_a_page(make_pdf: Callable[..., bytes]) -> None:
    reading = read(as_html(AGENDA), "application/pdf", HINTS)
    assert (reading.media_type, reading.method, len(reading.flags)) == ("text/html", "html", 1)
    missing = read(b"<html><head><title>Page introuvable</title></head><body>Retour", "application/pdf", HINTS)
    assert (missing.state, missing.sessions, missing.flags) == ("error-page", (), ())
    assert read(make_pdf(lines_at(column(AGENDA))), "text/html", HINTS).media_type == "application/pdf"


def test_the_declared_charset_reaches_the_reader() -> None:
    body = "<p>Привет, совет</p>".encode("cp1251")
    assert "Привет" in read(body, "text/html; charset=windows-1251", Hints()).pages[0].text


@pytest.mark.parametrize(
    ("data", "state", "word"),
    [
        (b"", "failed", "empty"),
        (b"PK\x05\x06" + bytes(18), "container", "archive"),
        (b"\x89PNG\r\n\x1a\n", "failed", "image"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "unsupported", "image/heic"),
        (b"%PDF-1.4 cut", "failed", "broken"),
        (bytes(range(1, 9)) * 99, "unsupported", "unknown type"),
    ],
)
def test_what_cannot_be_read_says_why_and_claims_nothing(data: bytes, state: str, word: str) -> None:
    reading = read(data, None, HINTS)
    assert (reading.state, reading.sessions, reading.flags, reading.text_hash) == (state, (), (), "")
    assert reading.reason is not None and word in reading.reason


def test_a_scanned_agenda_claims_the_session_of_its_name_and_no_item(make_pdf: Callable[..., bytes]) -> None:
    reading = read(make_pdf(scan()), None, HINTS, ocr=None)
    assert reading.waiting == (1,)
    assert (reading.state, reading.kind, reading.characters, reading.flags) == ("needs-ocr", "agenda", 0, ())
    assert [(s.date, s.time, s.items, s.complete) for s in reading.sessions] == [(date(2026, 3, 12), None, (), False)]


def test_scanned_minutes_claim_nothing(make_pdf: Callable[..., bytes]) -> None:
    hints = replace(HINTS, file_name="compte_rendu_16_juin.pdf", link_text="", url="")
    reading = read(make_pdf(scan()), None, hints, ocr=None)
    assert (reading.state, reading.kind, reading.sessions) == ("needs-ocr", "minutes", ())
    blank = read(make_pdf(scan()), None, hints, ocr=lambda number, render: OcrPage((), 1.0, 1.0))
    assert (blank.state, blank.kind, blank.sessions) == ("read", "minutes", ())


def test_a_recognised_agenda_claims_its_items(make_pdf: Callable[..., bytes]) -> None:
    """Each line of the scan in its place; what is doubtful about the page goes with the flag."""
    lines = tuple(OcrLine(text, 60, 100 + 20 * n, 60 + 5 * len(text), 11, 0.9) for n, text in enumerate(AGENDA))
    page = OcrPage(lines, confidence=0.91, legible=0.64)
    reading = read(make_pdf(scan()), None, HINTS, ocr=lambda number, render: page)
    assert (reading.state, reading.waiting, reading.pages[0].legible) == ("read", (), 0.64)
    assert [(session.date, len(session.items)) for session in reading.sessions] == [(date(2026, 3, 12), 4)]
    assert [(flag.topics, flag.legible) for flag in reading.flags] == [(("video-surveillance",), 0.64)]


def test_a_scan_of_which_nothing_is_recognised_claims_the_session_of_its_name(make_pdf: Callable[..., bytes]) -> None:
    reading = read(make_pdf(scan()), None, HINTS, ocr=lambda number, render: OcrPage((), 1.0, 1.0))
    assert (reading.state, reading.characters, reading.reason) == ("read", 0, "no text was recognised on it")
    assert [(s.date, s.items, s.complete) for s in reading.sessions] == [(date(2026, 3, 12), (), False)]


@pytest.mark.ocr
def test_a_printed_page_is_recognised_by_default(make_pdf: Callable[..., bytes]) -> None:
    if not availability().ready:
        pytest.skip(f"needs Tesseract with French data: install {', '.join(availability().packages)}")
    page = raster(make_pdf(lines_at(column(AGENDA))), "application/pdf", 1)
    picture = Image.frombytes("L", (page.width, page.height), page.pixels)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)

    reading = read(make_pdf(draw), None, HINTS)
    assert (reading.state, reading.pages[0].method, reading.waiting) == ("read", "ocr", ())
    assert "vidéoprotection" in reading.pages[0].text
    assert [(session.date, len(session.items)) for session in reading.sessions] == [(date(2026, 3, 12), 4)]


def test_a_fault_of_the_reader_costs_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.text.extract.extract_html", lambda *_: 1 / 0)
    reading = read(as_html(AGENDA), None, HINTS)
    assert (reading.state, reading.sessions) == ("failed", ())
    assert reading.reason is not None and reading.reason.startswith("the reader failed: ZeroDivisionError")


def test_text_hash_ignores_how_the_text_is_set() -> None:
    def digest(*texts: str) -> str:
        return text_hash(PageText(number, text) for number, text in enumerate(texts, start=1))

    assert digest("Séance du\u00a012 mars\nà 18 h") == digest("Se\u0301ance du 12\nmars à", "18\u200b h\n")
    assert digest("Séance du 12 mars") != digest("Séance du 13 mars")
    assert digest() == digest(" \n ") == ""


def test_reading_is_pure(make_pdf: Callable[..., bytes]) -> None:
    data = make_pdf(lines_at(column(AGENDA)), scan())
    assert read(data, None, HINTS, ocr=None) == read(data, None, HINTS, ocr=None)


def test_of_a_line_without_end_the_beginning_claims_and_the_whole_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def remembered(extracted: Extracted, hints: Hints) -> object:
        seen.extend(len(line.text) for line in extracted.lines)
        return claims(extracted, hints)

    monkeypatch.setattr("pipelines.read.claims", remembered)
    text = "Conseil municipal du 3 mars 2026\nOrdre du jour\n1. Vidéoprotection " + "1" * 30_000 + " fin"
    reading = read(text.encode(), "text/plain", Hints())
    assert max(seen) == LONGEST_LINE
    assert reading.state == "read"
    assert reading.pages[0].text.endswith("1 fin")
