"""Decisions taken by delegation: each flagged one is an item of its own, already decided; the others are none."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.models import FlagClaim, Hints, ItemClaim, Reading
from pipelines.agenda.delegated import is_report
from pipelines.agenda.delegated_lines import lines_of
from pipelines.agenda.rows import Row
from pipelines.agenda.words import plain
from pipelines.flags import DECIDED
from pipelines.read import read

HEAD = """COMMUNE DE VALMONT-SUR-ERDRE
CONSEIL MUNICIPAL
PROCÈS-VERBAL DE LA SÉANCE DU 12 MAI 2025

L'an deux mille vingt-cinq, le douze mai à dix-neuf heures, le conseil municipal s'est réuni.
Présents : Mme Lemaistre, M. Ormont, M. Vidalin.
Secrétaire de séance : Mme Roc

1. Budget

Adopté à l'unanimité.

"""
TAIL = """

3. Tarifs de la cantine

Le conseil municipal, à l'unanimité, approuve les tarifs.

4. Questions diverses

La séance est levée à 21 h 00.
"""
POINTS = ["Budget", "Tarifs de la cantine", "Questions diverses"]


def minutes(report: str) -> Reading:
    return reading(f"{HEAD}{report}{TAIL}")


def reading(text: str, **hints: str) -> Reading:
    html = text.startswith("<")
    given = Hints(reference_date=date(2025, 6, 1), **hints)  # type: ignore[arg-type]
    return read(text.encode(), "text/html" if html else "text/plain", given, ocr=None)


def flagged(said: Reading) -> list[tuple[FlagClaim, ItemClaim]]:
    (session,) = said.sessions
    assert all(flag.session == 0 and flag.item is not None for flag in said.flags)
    return [(flag, session.items[flag.item or 0]) for flag in said.flags]


@pytest.mark.parametrize(
    ("report", "number", "title"),
    [
        pytest.param(
            """2. Compte rendu des décisions prises par le maire par délégation (article L. 2122-22 du CGCT)

Décision n° 2025-31 du 14 avril 2025 – Contrat de location d'un logement communal à Mme Tardieu.
Décision n° 2025-32 du 18 avril 2025 – Marché de maintenance du système de vidéopro-
tection attribué à la société Optivia pour un montant de 18 400 € HT.
Décision n° 2025-33 du 22 avril 2025 – Don d'un piano à l'école de musique.

Le conseil municipal prend acte de ces décisions.
""",
            "2025-32",
            "Marché de maintenance du système de vidéoprotection attribué à la société Optivia",
            id="numbered and dated",
        ),
        pytest.param(
            """2. Décisions du maire

Conformément à l'article L 2122-22, Madame le Maire rend compte des décisions suivantes :
- de signer avec la société Sorbier Énergie un contrat d'entretien des chaudières ;
- de signer avec la société Optivia un avenant au marché de caméras de vidéosurveillance
du centre-ville, pour 4 200 € ;
- d'accepter l'indemnité de sinistre de 820 €.
M. Ormont demande si les caméras seront installées avant l'été.
""",
            None,
            "de signer avec la société Optivia un avenant au marché de caméras de vidéosurveillance du centre-ville",
            id="bullets, and a question about them",
        ),
        pytest.param(
            """2. DELEGATION AU MAIRE - ARTICLES L-2122.22 ET L-2122.23 DU CODE GENERAL DES COLLECTIVITES TERRITORIALES

Conformément à la délibération du 7 avril 2020 m'accordant délégation, les arrêtés suivants ont été pris :

23 avril 2025 :
Il est conclu un contrat d'occupation du domaine public avec Mme Castanet.

28 avril 2025 :
Un marché est conclu avec Optivia pour la fourniture de douze caméras de vidéoprotection.

2 mai 2025 :
Le véhicule n° 12 est cédé au garage Delorge.
""",
            None,
            "Un marché est conclu avec Optivia pour la fourniture de douze caméras de vidéoprotection",
            id="below their dates",
        ),
        pytest.param(
            """2. Décisions prises par délégation du Conseil Municipal au maire

DM 2025-10 : Objet : Fermages 2025
Montant : 173,55 €
DM 2025-11 : Objet : Achat d'un drone de surveillance pour la police municipale
Titulaire : Aéris
Montant : 7 900 €
DM 2025-12 : Objet : Contrat de nettoyage
""",
            "DM 2025-11",
            "Achat d'un drone de surveillance pour la police municipale",
            id="codes of their own",
        ),
        pytest.param(
            """2. Relevé des décisions du maire

1) Décide de louer un local à l'association Le Phare.
2) Décide d'acquérir trois caméras mobiles de vidéoprotection auprès de la société Optivia pour
un montant de 12 300 € TTC.
3) Décide de fixer le tarif des encarts publicitaires.
Le conseil en prend acte.
""",
            "2",
            "Décide d'acquérir trois caméras mobiles de vidéoprotection auprès de la société Optivia",
            id="numbers",
        ),
        pytest.param(
            """2. Information sur les décisions prises en vertu de la délégation du conseil (art. L.2122-22)

N° 12/2025 – 03/04/2025 – Assurance de la flotte automobile – Mutuelle du Val
N° 13/2025 – 09/04/2025 – Nettoyage des vitres – Claria – 900 €
N° 14/2025 – 10/04/2025 – Raccordement du centre de supervision urbain à la fibre – Fibrel – 6 400 €
""",
            "14/2025",
            "Raccordement du centre de supervision urbain à la fibre – Fibrel",
            id="rows without a table",
        ),
        pytest.param(
            """2. Compte rendu de délégation

Madame le Maire informe le conseil qu'elle a signé les contrats suivants.

Un contrat de nettoyage des vitres a été conclu avec la société Claria pour un an.

Un contrat de maintenance de la vidéoprotection a été conclu avec la société Optivia, moyennant 14 000 €.

Un bail a été conclu avec Mme Tardieu.
""",
            None,
            "Un contrat de maintenance de la vidéoprotection a été conclu avec la société Optivia",
            id="paragraphs",
        ),
        pytest.param(
            """2. Informations du maire

Travaux de la rue Haute : ils débuteront en juin.

Décisions prises par délégation :
- Décision 2025-07 : renouvellement de la concession n° 112
- Décision 2025-08 : achat de caméras-piétons pour la police municipale
""",
            "2025-08",
            "achat de caméras-piétons pour la police municipale",
            id="below a heading within the mayor's news",
        ),
    ],
)
def test_a_flagged_line_is_an_item_already_decided(report: str, number: str | None, title: str) -> None:
    said = minutes(report)
    ((flag, item),) = flagged(said)
    (session,) = said.sessions
    assert (item.number, item.title) == (number, title)
    assert item.decided and item.minor and not item.votes and flag.decided
    assert item.parent == 1 and session.items[1].number == "2" and not session.items[1].decided
    assert 0.5 <= flag.score <= DECIDED
    assert [one.title for one in session.items if one not in (session.items[1], item)] == POINTS
    assert session.items[1].begin < item.begin < item.finish <= session.items[1].finish


def test_a_line_of_a_table_is_titled_by_its_object() -> None:
    said = reading(
        """<html><body><main><h1>Procès-verbal du conseil municipal du 12 mai 2025</h1>
        <p>Le conseil municipal s'est réuni le 12 mai 2025 à 19h00. Présents : M. Ormont. Secrétaire : Mme Roc.</p>
        <h2>1. Approbation du budget</h2><p>Adopté à l'unanimité.</p><h2>2. Compte rendu des décisions du maire</h2>
        <table><tr><th>N°</th><th>Date</th><th>Objet</th><th>Titulaire</th><th>Montant</th></tr>
        <tr><td>2025-41</td><td>03/04/2025</td><td>Location d'une salle</td><td>Le Phare</td><td>3 €</td></tr>
        <tr><td>2025-42</td><td>10/04/2025</td><td>Pose de 6 caméras de vidéoprotection</td>
        <td>Société des grands travaux électriques du Val-Creux et de ses environs</td><td>24 000 €</td></tr></table>
        <h2>3. Tarifs de la cantine</h2><p>Adopté à l'unanimité.</p></main></body></html>"""
    )
    ((flag, item),) = flagged(said)
    assert (item.number, item.title, item.parent) == ("2025-42", "Pose de 6 caméras de vidéoprotection", 1)
    assert flag.decided and len(said.sessions[0].items) == 4


def test_lines_drawn_into_a_point_of_an_agenda_leave_its_title() -> None:
    said = reading(
        """COMMUNE DE VALMONT
Conseil municipal – séance du lundi 12 mai 2025 à 19h00
ORDRE DU JOUR
1. Approbation du procès-verbal
2. Décisions du maire prises par délégation :
- Décision n° 2025-31 : contrat de location d'un logement
- Décision n° 2025-32 : maintenance du système de vidéoprotection
3. Tarifs de la cantine
4. Questions diverses
"""
    )
    ((flag, item),) = flagged(said)
    assert (item.title, item.parent) == ("maintenance du système de vidéoprotection", 1)
    assert said.sessions[0].items[1].title == "Décisions du maire prises par délégation"
    assert said.kind == "agenda" and flag.decided


def test_the_line_of_another_series_is_no_point() -> None:
    said = reading(
        """MÉTROPOLE DU VAL
CONSEIL MÉTROPOLITAIN
PROCÈS-VERBAL DE LA SÉANCE DU 12 MAI 2025
Le conseil s'est réuni le 12 mai 2025. Présents : Mme Lemaistre, M. Ormont. Secrétaire de séance : Mme Roc.

MET-2025-101 – Budget supplémentaire
Adopté à l'unanimité.

MET-2025-102 – Compte rendu des décisions du Bureau et du Président
Bureau du 3 avril 2025
DB-2025-12 : Convention avec le club nautique
DB-2025-13 : Marché de fourniture de drones pour la surveillance des littoraux par la police
Décisions du Président
DP-2025-40 : Location d'un entrepôt
Le conseil prend acte.

MET-2025-103 – Plan vélo
Adopté à l'unanimité.
""",
        council_kind="epci",
    )
    assert [item.number for item in said.sessions[0].items] == [
        "MET-2025-101", "MET-2025-102", "MET-2025-103", "DB-2025-13",
    ]  # fmt: skip
    ((flag, item),) = flagged(said)
    assert item.title == "Marché de fourniture de drones pour la surveillance des littoraux par la police"
    assert flag.topics == ("drones",)


def test_a_report_without_a_flag_keeps_no_line() -> None:
    said = minutes("2. Décisions du maire\n\nDécision n° 31 : bail d'un logement.\nDécision n° 32 : don d'un piano.\n")
    assert said.flags == () and len(said.sessions[0].items) == 4


def test_other_topics_of_the_debate_stay_with_the_report() -> None:
    said = minutes(
        """2. Décisions du maire

Décision n° 31 : maintenance du système de vidéoprotection.
Décision n° 32 : don d'un piano.
Mme Roc demande si la reconnaissance faciale sera utilisée. La reconnaissance faciale, répond M. Ormont, est exclue.
"""
    )
    assert [(item.title, set(flag.topics)) for flag, item in flagged(said)] == [
        ("Décisions du maire", {"facial-recognition"}),
        ("maintenance du système de vidéoprotection", {"video-surveillance"}),
    ]


def test_every_line_of_a_document_of_decisions_is_judged_by_itself() -> None:
    said = reading(
        """COMMUNE DE VALMONT
DÉCISIONS DU MAIRE – 2e trimestre 2025
Décision n° 2025-31 du 14 avril 2025 – Contrat de location d'un logement communal.
Décision n° 2025-32 du 18 avril 2025 – Marché de maintenance du système de vidéoprotection.
Décision n° 2025-33 du 22 avril 2025 – Don d'un piano à l'école de musique.
Décision n° 2025-34 du 22 avril 2025 – Acquisition de caméras-piétons pour la police municipale.
""",
        file_name="decisions-du-maire.txt",
    )
    assert said.kind == "decision" and said.sessions == ()
    assert [(flag.topics, flag.session, flag.item, flag.decided) for flag in said.flags] == [
        (("video-surveillance",), None, None, True),
        (("body-cameras",), None, None, True),
    ]


def test_a_single_decision_is_one_flag() -> None:
    said = reading(
        """COMMUNE DE VALMONT
DÉCISION DU MAIRE N° 2025-32
OBJET : Marché de maintenance du système de vidéoprotection
Le maire de Valmont,
Vu la délibération n° 2020-15 du 26 mai 2020,
DÉCIDE
Article 1 : De signer avec la société Optivia le marché de maintenance des caméras de vidéoprotection.
"""
    )
    (flag,) = said.flags
    assert flag.decided and flag.excerpt == "Marché de maintenance du système de vidéoprotection"


def test_a_list_of_decisions_for_a_session_holds_no_point_to_be_voted() -> None:
    said = reading(
        """Ville de Valmont
LISTE DES DÉCISIONS PRISES PAR LE MAIRE EN VERTU DE L'ARTICLE L. 2122-22
Conseil municipal du 12 mai 2025

2025-31 Contrat de location d'un logement
2025-32 Maintenance du système de vidéoprotection
2025-33 Don d'un piano
"""
    )
    ((flag, item),) = flagged(said)
    assert (item.number, item.decided, item.parent) == ("2025-32", True, None) and flag.decided
    assert len(said.sessions[0].items) == 1


@pytest.mark.parametrize(
    ("title", "below", "is_one"),
    [
        ("Compte rendu des décisions du Président (article L. 5211-10)", "", True),
        ("Décisions prises par délégation", "", True),
        ("Information sur les marchés conclus par délégation", "", True),
        ("Communication des décisions prises en vertu de l'article L. 3211-2 du CGCT", "", True),
        ("DELEGATION AU MAIRE - ARTICLES L-2122.22 ET L-2122.23", "les arrêtés suivants ont été pris", True),
        ("Délégations du conseil municipal au maire (article L. 2122-22)", "Il est proposé de confier au maire", False),
        ("Modification des délégations accordées au maire", "", False),
        ("Décision modificative n° 2", "", False),
        ("Délégation de service public de l'eau : rapport du délégataire", "", False),
        ("Décision à prendre quant au transfert des pouvoirs de police du maire", "", False),
        ("Installation de caméras : décision", "", False),
    ],
)
def test_what_is_a_report(title: str, below: str, is_one: bool) -> None:
    assert is_report(title, below) is is_one


def row(text: str, start: int, **more: object) -> Row:
    return Row(text, plain(text), 1, start, start + len(text), width=80.0, **more)  # type: ignore[arg-type]


def test_a_number_repeated_on_the_next_page_opens_no_other_line() -> None:
    texts = [
        "DÉCISION N° 2025-12",
        "Objet : location d'un local",
        "DÉCISION N° 2025-12",
        "Article 2 : le loyer est fixé.",
    ]
    rows = [row(text, 100 * place) for place, text in enumerate(texts)]
    (line,) = lines_of(rows, (1, 400))
    assert (line.number, line.begin, line.finish) == ("2025-12", (1, 0), (1, 400))


def test_lines_are_found_in_the_length_of_the_report() -> None:
    rows = [row(f"- de signer le contrat n° {place} ;", 100 * place) for place in range(3_000)]
    assert len(lines_of(rows, (1, 300_000))) == 3_000
