"""Stamps, headers, footers and page numbers, on typed pages and on recognised ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Hints
from pipelines.read import read as read_document
from pipelines.text.drafts import Draft
from pipelines.text.margins import content_characters, mark_running, mark_stamps

from .conftest import HEAD, ITEMS, agenda, column, pdf, put, read, texts

STAMPS = (
    ("Envoyé en préfecture le 03/06/2026", "Reçu en préfecture le 03/06/2026", "Affiché le 04/06/2026",
     "ID : 099-219912345-20260603-20260526_7-DE"),
    ("Accusé de réception - Ministère de l'intérieur", "099-219912345-20260522-0000072072-DE",
     "Acte Certifié exécutoire", "Envoi Préfecture : 22/05/2026", "Réception en Préfecture : 23/05/2026"),
    ("Délibération affichée à l'Hôtel-de-Ville", "et transmise au représentant de l'État le 22 mai 2026",
     "Reçue par le représentant de l'État le 22 mai 2026"),
    ("AR Prefecture", "099-219912345-20260312-DE2026_12-DE", "Reçu le 13/03/2026", "Publié le 13/03/2026"),
    ("Accusé de réception en préfecture", "099-219912345-20260312-2026-12-DE",
     "Date de télétransmission : 13/03/2026", "Date de réception préfecture : 13/03/2026"),
    ("Publié sur le site internet le 13/03/2026", "Transmis en Préfecture le : 13/03/2026", "Affiché le : 13/03/2026"),
    ("Certifié exécutoire par le Maire compte tenu", "de la transmission en préfecture le 13/03/2026",
     "et de la publication le 13/03/2026"),
    ("REÇU EN PREFECTURE", "le 13/03/2026", "Application agréée E-legalite.com", "99_DE-099-219912345-20260312-DE_12"),
    ("Acte rendu exécutoire après dépôt en Préfecture le 17/12/2025 et publication du 17/12/2025",),
    ("RF", "Préfecture des Vaux", "Contrôle de légalité", "Date de réception de l'AR: 13/03/2026",
     "099-219912345-20260312-DEL12-DE"),
)  # fmt: skip
SAID = (
    "Reçu en préfecture, le dossier suit son cours normal et reviendra devant le conseil.",
    "La présente délibération sera transmise au représentant de l'État dans le département.",
    "Le conseil municipal du 12 mars 2026",
    "Publié chaque mois, le bulletin municipal informe les habitants.",
)


@pytest.mark.parametrize("stamp", STAMPS, ids=[stamp[0][:20] for stamp in STAMPS])
def test_every_form_of_stamp(stamp: Sequence[str]) -> None:
    lines = [Draft(text) for text in (*stamp, *SAID)]
    mark_stamps(lines)
    assert [line.text for line in lines if line.block == "stamp"] == list(stamp)
    assert content_characters(lines) == sum(len(text.replace(" ", "")) for text in SAID) - sum(
        line.stamped for line in lines if line.block != "stamp"
    )


def test_a_stamp_misread_by_recognition() -> None:
    words = [
        "Envové en prefecture le 24109/2025",
        "Recu en préfeclure le 24/09/2025",
        "Le conseil délibère de la voirie.",
    ]
    lines = [Draft(text) for text in words]
    mark_stamps(lines, noisy=True)
    assert [line.block for line in lines] == ["stamp", "stamp", "p"]


def sheets(*pages: Sequence[tuple[float, str]]) -> list[tuple[int, float, list[Draft]]]:
    return [
        (number, 842.0, [Draft(text, x=60, right=500, top=top, size=10) for top, text in page])
        for number, page in enumerate(pages, start=1)
    ]


def running(pages: Sequence[tuple[int, float, list[Draft]]]) -> list[str]:
    return [line.text for _, _, lines in pages for line in lines if line.block == "running"]


def body(number: int) -> list[tuple[float, str]]:
    return [(200 + 20 * line, f"Phrase {line} de la page {number}, dite une fois.") for line in range(4)]


def test_recognised_headers_differ_by_a_letter_and_a_few_points() -> None:
    heads = (
        "Commune de Valbrune - Procès-verbal",
        "Cornmune de Valbrune - Proces-verbal",
        "Commune de Va1brune - Procès verbaI",
    )
    pages = sheets(*([(30 + 4 * place, head), *body(place)] for place, head in enumerate(heads)))
    mark_running(pages)
    assert not running(pages)
    mark_running(pages, noisy=[1, 2, 3])
    assert running(pages) == list(heads)


def test_items_at_the_head_of_recognised_pages_stay() -> None:
    pages = sheets(*([(30, f"{place}. Vote du budget annexe de l'eau"), *body(place)] for place in range(1, 5)))
    mark_running(pages, noisy=[1, 2, 3, 4])
    assert not running(pages)


def test_a_number_at_the_foot_that_other_furniture_parts_from_the_edge() -> None:
    pages = sheets(
        *([*body(place), (800, f"- {place} -"), (815, f"PV du conseil, page {place} sur 4")] for place in range(1, 5))
    )
    mark_running(pages)
    assert len(running(pages)) == 8


def test_the_head_of_a_part_of_a_long_document() -> None:
    part = [[(30, "Rapport annuel de la régie des eaux"), *body(place)] for place in range(9)]
    pages = sheets(*part, *([*body(place)] for place in range(9, 40)))
    mark_running(pages)
    assert running(pages) == ["Rapport annuel de la régie des eaux"] * 9


def test_extracts_that_begin_alike_have_no_running_head() -> None:
    pages = sheets(*([(30, "EXTRAIT DU REGISTRE DES DÉLIBÉRATIONS"), *body(place)] for place in range(6)))
    mark_running(pages)
    assert not running(pages)


def test_a_paper_that_was_sent_twice_has_no_running_head() -> None:
    done = read(agenda, agenda)
    assert texts(done, "p") == [*HEAD, *ITEMS] * 2


def test_a_header_that_alone_names_the_sitting_is_heard_once() -> None:
    head = "Conseil municipal du jeudi 12 mars 2026 à 18 h 30 - ORDRE DU JOUR"

    def page(items: Sequence[str]) -> bytes | None:
        def draw(canvas: Canvas) -> None:
            put(canvas, 60, 30, head)
            column(canvas, items, top=140)

        drawings.append(draw)
        return None

    drawings: list = []  # type: ignore[type-arg]
    page(ITEMS)
    page(["6. Travaux de voirie", "7. Tarifs des écoles", "8. Sports et associations"])
    assert texts(read(*drawings), "running") == [head]
    (session,) = read_document(pdf(*drawings), None, Hints(), ocr=None).sessions
    assert (str(session.date), str(session.time), len(session.items)) == ("2026-03-12", "18:30:00", 8)
