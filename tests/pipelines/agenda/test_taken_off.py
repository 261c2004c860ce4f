"""Points that an agenda says are taken off it: marked, and called as they were."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.models import Hints
from pipelines.agenda.taken_off import is_notice, without_mark
from pipelines.read import read

HEAD = (
    "<h1>Ordre du jour du conseil municipal du 22 octobre 2026</h1>"
    "<p>Le conseil se réunira le jeudi 22 octobre 2026 à 18h30</p>"
)


def items(body: str):
    hints = Hints(council_id="commune-00001", council_name="Fontbrune", reference_date=date(2026, 10, 10))
    reading = read((HEAD + body).encode(), "text/html", hints)
    return {item.title: item.withdrawn for session in reading.sessions for item in session.items}


@pytest.mark.parametrize(
    "title",
    [
        "Acquisition d'un drone (retiré de l'ordre du jour)",
        "Acquisition d'un drone – RETIRÉ",
        "Acquisition d'un drone [point retiré]",
        "Acquisition d'un drone : dossier retiré de l’ordre du jour.",
        "Acquisition d'un drone - reporté à une prochaine séance",
        "Acquisition d'un drone (ajourné)",
        "Acquisition d'un drone retiré de l'ordre du jour",
        "RETIRÉ – Acquisition d'un drone",
        "[Retiré] Acquisition d'un drone",
    ],
)
def test_a_mark_takes_a_point_off_and_leaves_its_title(title):
    found = items(f"<ol><li>Approbation du budget</li><li>{title}</li><li>Travaux de voirie</li></ol>")
    assert found == {"Approbation du budget": False, "Acquisition d'un drone": True, "Travaux de voirie": False}


@pytest.mark.parametrize(
    "sentence",
    [
        "Le point n° 2 « Acquisition d'un drone » est retiré de l'ordre du jour.",
        "Le point 2 est retiré de l'ordre du jour à la demande du rapporteur.",
        "Les points n° 2 et 7 sont reportés à une séance ultérieure.",
        "À noter : le dossier « Acquisition d’un drone » a été retiré de l’ordre du jour.",
    ],
)
def test_a_sentence_takes_a_point_off(sentence):
    listed = "<ol><li>Approbation du budget</li><li>Acquisition d'un drone</li><li>Travaux de voirie</li></ol>"
    for body in (f"{listed}<p>{sentence}</p>", f"<p>{sentence}</p>{listed}"):
        assert items(body)["Acquisition d'un drone"] is True
        assert items(body)["Travaux de voirie"] is False


@pytest.mark.parametrize(
    "title",
    [
        "Retrait de la délibération n° 12 du 3 mars 2026",
        "Affectation du résultat reporté",
        "Décision modificative : excédent reporté",
        "Poste d'adjoint technique - supprimé",
        "Retrait de la commune du syndicat des eaux",
        "Reporté au budget annexe : reprise des résultats",
        "Agent retiré du service : protection fonctionnelle",
    ],
)
def test_titles_of_other_things_stay(title):
    assert without_mark(title) == title
    assert not is_notice(title)


def test_an_older_decision_that_is_taken_back_takes_no_point_off():
    body = (
        "<ol><li>Approbation du budget</li><li>Acquisition d'un drone</li><li>Travaux de voirie</li></ol>"
        "<p>La délibération n° 2 du 3 mars 2025 est retirée de l'ordre juridique.</p>"
    )
    assert not any(items(body).values())


@pytest.mark.parametrize("text", ["points 1" * 40_000, "« " * 60_000, "point n° 1, " * 30_000, "retiré " * 50_000])
def test_hostile_text_ends(text):
    items(f"<ol><li>Approbation du budget</li><li>Travaux de voirie</li></ol><p>{text}</p>")
