"""Recognised scans, office files and other layouts that show less than a text PDF: invented ones, as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from crawler.models import Extracted, Hints, Line, PageText, SessionClaim
from pipelines.agenda.claims import claims
from pipelines.agenda.rows import rows_of

PITCH = 14.0
Given = tuple[float, str]  # left edge in points, text; no text is a blank line


def pages(*given: Sequence[Given], method: str = "pdfium", bold: frozenset[str] = frozenset()) -> Extracted:
    """A document of pages, each a sequence of lines."""
    texts, lines = [], []
    for number, page in enumerate(given, 1):
        start, top, text = 0, 60.0, []
        for x, line in page:
            if line:
                lines.append(Line(line, number, start, x, top, 12.0, line in bold))
                text.append(line)
                start += len(line) + 1
            top += PITCH if line else 2 * PITCH
        texts.append(PageText(number, "\n".join(text), method="ocr"))
    return Extracted("application/pdf", "read", tuple(texts), tuple(lines), len(given), method=method)


def said(extracted: Extracted) -> tuple[str, tuple[SessionClaim, ...]]:
    return claims(extracted, Hints(reference_date=date(2026, 3, 2)))


def beside(number: int, misread: str = "") -> list[Given]:
    """The column beside the text that each page repeats; what is recognised differs a little."""
    return [
        (40, "Nombre de membres"), (40, f"en exercice : 1{misread}1"), (40, "présents : 9"),
        (50, "Date de la convocation :"), (60, "6 mars 2026"), (52, "conseil municipal du"), (90, f"{number}/3"),
    ]  # fmt: skip


REPORT = "Monsieur le Maire présente la demande reçue et les pièces qui y sont jointes, puis il"
MINUTES: tuple[list[Given], ...] = (
    [
        *beside(1), (0, ""),
        (250, "COMPTE RENDU"), (0, ""), (250, "Séance du 12 mars 2026"), (0, ""),
        (175, "L'an deux mille vingt-six, le douze mars à dix-huit heures trente, le Conseil Municipal de Valclos"),
        (175, "régulièrement convoqué, s'est réuni au nombre prescrit par la loi, dans la salle des tilleuls, sous la"),
        (175, "présidence de Madame Odile Tamaris, Maire."), (0, ""),
        (175, "Ordre du jour"), (0, ""),
        (210, "Approbation du compte rendu du conseil du 3 février 2026"), (210, "Bail de la maison du garde"),
        (210, "Photovoltaïque"), (0, ""),
        (175, "Approbation du compte rendu du Conseil Municipal du 3 février 2026"), (0, ""),
        (175, "Personne ne demande la parole sur ce compte rendu, il est donc passé au vote sans débat."),
        (175, "Vote : à l'unanimité"),
    ],
    [
        *beside(2, "l"), (0, ""),
        (175, "Renouvellement du bail de location de la maison du garde"), (0, ""), (175, REPORT),
        (175, "propose de renouveler le bail."), (0, ""), (175, "Vote : à l'unanimité"), (0, ""),
        (175, "1° - autorise Madame le Maire à signer le bail et toutes les pièces qui s'y rapportent,"),
        (175, "2° - dit que la recette est inscrite au budget de la commune pour l'année en cours."),
    ],
    [
        *beside(3, "I"), (0, ""),
        (175, "Projet photovoltaïque, promesse de bail"), (0, ""), (175, REPORT), (175, "ouvre la discussion."),
        (0, ""),
        (175, "Vote : 8 pour, 1 contre, 0 abstention"),
    ],
)  # fmt: skip


def test_headings_without_bold_are_told_by_the_votes_around_them() -> None:
    kind, (session,) = said(pages(*MINUTES))
    assert kind == "minutes"
    assert [(item.title, item.page) for item in session.items] == [
        ("Approbation du compte rendu du Conseil Municipal du 3 février 2026", 1),
        ("Renouvellement du bail de location de la maison du garde", 2),
        ("Projet photovoltaïque, promesse de bail", 3),
    ]
    votes = [[(vote.for_, vote.against, vote.abstain, vote.unanimous) for vote in item.votes] for item in session.items]
    assert votes == [[(None, None, None, True)], [(None, None, None, True)], [(8, 1, 0, False)]]
    assert session.place == "salle des tilleuls"
    assert session.convened_on == date(2026, 3, 6)


def test_a_column_beside_the_text_is_read_once() -> None:
    rows = rows_of(pages(*MINUTES))
    assert sum("Date de la convocation" in row.text for row in rows) == 1
    assert all(row.x > 100 for row in rows if row.page > 1)


def test_text_that_stands_left_on_one_page_only_stays() -> None:
    left = [(40, f"Point secondaire {number}") for number in range(5)]
    text = [(175, f"{REPORT} {number}") for number in range(6)]
    rows = rows_of(pages([*left, *text], text, text))
    assert sum("secondaire" in row.text for row in rows) == 5


def test_plain_paragraphs_of_an_office_file_are_an_item_each() -> None:
    titles = [
        "Approbation du règlement intérieur de la médiathèque",
        "Convention avec le syndicat des eaux de la vallée",
        "Acquisition de matériel pour les services techniques",
        "Modification du tableau des effectifs de la commune",
    ]
    head = ["Conseil municipal du 19 mars 2026 à 19h00", "ORDRE DU JOUR :"]
    lines = [Line(text, 1, place * 80, size=12.0) for place, text in enumerate([*head, *titles])]
    page = PageText(1, "\n".join(line.text.ljust(79) for line in lines))
    extracted = Extracted("application/msword", "read", (page,), tuple(lines), 1, method="docx")
    (session,) = said(extracted)[1]
    assert [item.title for item in session.items] == titles


LETTER = """Objet : Convocation du conseil municipal

Madame, Monsieur,

Valclos, le 11 mars 2026

J'ai l'honneur de vous demander de bien vouloir participer à la réunion du conseil
municipal qui se tiendra à la salle du conseil (au 1° étage) en mairie de Valclos :

Le jeudi 19 mars à 18h30

L'ordre du jour, le procès-verbal de la séance du 3 février, ainsi que la note de synthèse
et ses annexes sont joints à la présente.

Le maire
"""


def test_a_letter_that_encloses_papers_is_a_convocation(say: Callable[..., Any]) -> None:
    kind, (session,) = say(LETTER, file_name="courrier.pdf", council_kind="commune")
    assert (kind, session.items) == ("convocation", ())
    assert (session.date, str(session.time)) == (date(2026, 3, 19), "18:30:00")
    assert session.place == "salle du conseil (au 1er étage) en mairie de Valclos"


@pytest.mark.parametrize(
    ("line", "kind"), [("NOTE DE SYNTHESE", "note"), ("Vous trouverez la note de synthèse ci-jointe", "agenda")]
)
def test_a_papers_name_decides_as_a_title_alone(say: Callable[..., Any], line: str, kind: str) -> None:
    text = f"{line}\nConseil municipal du 19 mars 2026\nOrdre du jour\n1. Budget primitif\n2. Réfection de la voirie\n"
    assert say(text, file_name="papier.pdf", council_kind="commune")[0] == kind


AGENDA = "CONSEIL MUNICIPAL\nséance du jeudi 19 mars 2026 à 19h00\n\nORDRE DU JOUR\n\n"


def titles(say_one: Callable[..., SessionClaim], text: str) -> list[tuple[str | None, str]]:
    session = say_one(AGENDA + text, council_kind="commune")
    return [(item.number, item.title) for item in session.items]


def test_a_paragraph_set_as_an_item_gives_its_first_sentence(say_one: Callable[..., SessionClaim]) -> None:
    long = "Extension du cimetière communal. " + "Le projet est décrit dans le dossier remis aux élus. " * 200
    assert titles(say_one, f"1. Budget primitif 2026\n2. {long}\n3. Réfection de la voirie\n") == [
        ("1", "Budget primitif 2026"),
        ("2", "Extension du cimetière communal"),
        ("3", "Réfection de la voirie"),
    ]


def test_leaders_and_page_numbers_are_no_part_of_a_title(say_one: Callable[..., SessionClaim]) -> None:
    text = "1. Budget primitif ……… 5\n2. Garantie d'emprunt ........ 7\n3. Réfection de la voirie ……\n"
    assert [title for _, title in titles(say_one, text)] == [
        "Budget primitif", "Garantie d'emprunt", "Réfection de la voirie",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pages_", "expected"),
    [
        (("Budget primitif  3", "Garantie d'emprunt  5", "Voirie communale  12"),
         ["Budget primitif", "Garantie d'emprunt", "Voirie communale"]),
        (("Travaux du lot 1", "Travaux du lot 2", "Travaux du lot 3"),
         ["Travaux du lot 1", "Travaux du lot 2", "Travaux du lot 3"]),
        (("Budget primitif 12", "Garantie d'emprunt 5", "Voirie communale 3"),
         ["Budget primitif 12", "Garantie d'emprunt 5", "Voirie communale 3"]),
    ],
)  # fmt: skip
def test_page_numbers_rise_down_the_list(
    say_one: Callable[..., SessionClaim], pages_: tuple[str, ...], expected: list[str]
) -> None:
    text = "".join(f"{number}. {title}\n" for number, title in enumerate(pages_, 1))
    assert [title for _, title in titles(say_one, text)] == expected


def test_a_number_alone_on_its_line_is_the_next_lines(say_one: Callable[..., SessionClaim]) -> None:
    text = "1\nBudget primitif de la commune\n2\nGarantie d'emprunt\n3\nRéfection de la voirie\n"
    assert titles(say_one, text) == [
        ("1", "Budget primitif de la commune"),
        ("2", "Garantie d'emprunt"),
        ("3", "Réfection de la voirie"),
    ]


def test_signs_that_a_scan_makes_of_bullets(say_one: Callable[..., SessionClaim]) -> None:
    text = "> Budget primitif de la commune\n> Garantie d'emprunt\n> Réfection de la voirie\n"
    assert [title for _, title in titles(say_one, text)] == [
        "Budget primitif de la commune", "Garantie d'emprunt", "Réfection de la voirie",
    ]  # fmt: skip
