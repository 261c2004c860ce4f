"""An agenda in any office format gives its session and its points."""

from __future__ import annotations

from datetime import date, time

import pytest

from crawler.models import Hints
from pipelines.agenda.claims import claims

TITLES = [
    ("1", "Approbation du procès-verbal de la séance du 29 janvier 2026"),
    ("2", "Vidéoprotection : extension du périmètre et demande de subvention au titre du FIPD"),
    ("3", "Vote du budget primitif 2026"),
    ("4", "Convention avec la police municipale et acquisition d’un drone"),
    ("5", "Questions diverses"),
]


@pytest.mark.parametrize("ending", ["fodt", "docx", "odt", "doc", "rtf"])
def test_session_and_points(made, read_as, ending):
    hints = Hints(council_name="Vaubrun-sur-Orle", file_name=f"convocation.{ending}")
    kind, (session,) = claims(read_as(ending, made(f"agenda.{ending}")), hints)
    assert kind == "convocation"
    assert (session.body, session.date, session.time) == ("conseil municipal", date(2026, 3, 12), time(19, 30))
    assert (session.place, session.convened_on) == ("salle des mariages de la mairie", date(2026, 3, 5))
    points = [(item.number, item.title) for item in session.items if item.page == 1]
    assert [(number, title.split(" - Caméras")[0]) for number, title in points][:5] == TITLES


def test_points_in_a_table_numbered_by_word(make, read_as):
    titles = [title for _, title in TITLES]
    rows = "".join(f"<w:tr><w:tc>{make.numbered('')}</w:tc><w:tc>{make.p(title)}</w:tc></w:tr>" for title in titles)
    head = (
        make.p("CONSEIL MUNICIPAL DE VAUBRUN")
        + make.p("Séance du jeudi 12 mars 2026 à 19 h 30")
        + make.p("ORDRE DU JOUR")
    )
    data = make.docx(head + f"<w:tbl>{rows}</w:tbl>", numbering=make.lists(make.level(0, "decimal", "%1.")))
    _, (session,) = claims(read_as("docx", data), Hints(council_name="Vaubrun", file_name="ordre du jour.docx"))
    assert [(item.number, item.title) for item in session.items] == TITLES


def test_points_of_two_levels_numbered_by_word(make, read_as):
    numbering = make.lists(make.level(0, "decimal", "%1."), make.level(1, "decimal", "%1.%2"))
    order = [
        (0, "FINANCES"),
        (1, "Vote du budget primitif"),
        (1, "Tarifs de la cantine"),
        (0, "SÉCURITÉ"),
        (1, "Vidéoprotection"),
    ]
    head = make.p("Conseil municipal du jeudi 12 mars 2026 à 19 h 30") + make.p("Ordre du jour :")
    data = make.docx(head + "".join(make.numbered(text, level=place) for place, text in order), numbering=numbering)
    _, (session,) = claims(read_as("docx", data), Hints(council_name="Vaubrun", file_name="odj.docx"))
    assert {item.number: item.title for item in session.items} == {
        "1.1": "Vote du budget primitif", "1.2": "Tarifs de la cantine", "2.1": "Vidéoprotection",
    }  # fmt: skip
