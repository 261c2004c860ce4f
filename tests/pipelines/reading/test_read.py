from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from crawler.models import Hints, PageText
from pipelines.read import READER_VERSION, read, text_hash

from .conftest import column, lines_at, scan

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
        (b"PK\x03\x04", "container", "zip"),
        (b"{\\rtf1 Vid\\'e9oprotection}", "unsupported", ".rtf"),
        (b"\x89PNG\r\n\x1a\n", "unsupported", "image/png"),
        (b"%PDF-1.4 cut", "failed", "broken"),
        (bytes(range(1, 9)) * 99, "unsupported", "unknown type"),
    ],
)
def test_what_cannot_be_read_says_why_and_claims_nothing(data: bytes, state: str, word: str) -> None:
    reading = read(data, None, HINTS)
    assert (reading.state, reading.sessions, reading.flags, reading.text_hash) == (state, (), (), "")
    assert reading.reason is not None and word in reading.reason


def test_a_scanned_agenda_claims_the_session_of_its_name_and_no_item(make_pdf: Callable[..., bytes]) -> None:
    reading = read(make_pdf(scan()), None, HINTS)
    assert (reading.state, reading.kind, reading.characters, reading.flags) == ("needs-ocr", "agenda", 0, ())
    assert [(s.date, s.time, s.items, s.complete) for s in reading.sessions] == [(date(2026, 3, 12), None, (), False)]


def test_scanned_minutes_claim_nothing(make_pdf: Callable[..., bytes]) -> None:
    reading = read(make_pdf(scan()), None, replace(HINTS, file_name="compte_rendu_16_juin.pdf", link_text="", url=""))
    assert (reading.state, reading.kind, reading.sessions) == ("needs-ocr", "minutes", ())


def test_text_hash_ignores_how_the_text_is_set() -> None:
    def digest(*texts: str) -> str:
        return text_hash(PageText(number, text) for number, text in enumerate(texts, start=1))

    assert digest("Séance du\u00a012 mars\nà 18 h") == digest("Se\u0301ance du 12\nmars à", "18\u200b h\n")
    assert digest("Séance du 12 mars") != digest("Séance du 13 mars")
    assert digest() == digest(" \n ") == ""


def test_reading_is_pure(make_pdf: Callable[..., bytes]) -> None:
    data = make_pdf(lines_at(column(AGENDA)), scan())
    assert read(data, None, HINTS) == read(data, None, HINTS)
