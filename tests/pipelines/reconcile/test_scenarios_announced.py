"""Was a vote announced? Each scenario is a way in which agendas and votes differ; a false accusation is the worst."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

AGENDA = """
1 | Approbation du procès-verbal de la séance précédente [minor]
2 | Budget primitif 2026
3 | Acquisition d'un terrain rue des Tanneurs
4 | Convention avec l'école de musique
5 | Tarifs de la piscine intercommunale
6 | Réfection de la toiture du gymnase
7 | Questions diverses [minor]
"""
VOTED = """
1 | Approbation du procès-verbal de la séance précédente [minor] => adopted
2 | Budget primitif 2026 => adopted 20/3/2
3 | Acquisition d'un terrain rue des Tanneurs => adopted
4 | Convention avec l'école de musique => adopted
5 | Tarifs de la piscine intercommunale => adopted
6 | Réfection de la toiture du gymnase => adopted
"""
DRONES = "Achat de deux drones pour la police municipale"


@dataclass(frozen=True)
class Case:
    """``never`` are the titles that were voted without having been announced; all others must not be said to be."""

    name: str
    voted: str
    never: set[str] = field(default_factory=set)
    agenda: str = AGENDA
    kind: str = "minutes"
    told: dict[str, Any] = field(default_factory=dict)  # of the agenda
    voting: dict[str, Any] = field(default_factory=dict)  # of the paper with the votes


def numbered(*titles: str, first: int = 1, vote: str = "") -> str:
    return "\n".join(f"{n} | {title}{vote}" for n, title in enumerate(titles, first))


STREETS = ("Vente d'un garage rue Haute", "Ravalement de la halle", "Achat d'une balayeuse", "Bail du presbytère",
           "Plan de desserte forestière", "Adhésion au syndicat des eaux", "Reprise de concessions funéraires",
           "Règlement du marché dominical", "Création d'un verger partagé", "Restauration du lavoir")  # fmt: skip

CASES = (
    Case("one more at the end", VOTED + f"7 | {DRONES} => adopted 18/5/0", {DRONES}),
    Case("one more in a list", VOTED + f"7 | {DRONES} => adopted", {DRONES}, kind="list"),
    Case("one more in the middle, the rest renumbered",
         numbered("Budget primitif 2026", "Acquisition d'un terrain rue des Tanneurs", DRONES,
                  "Convention avec l'école de musique", "Tarifs de la piscine intercommunale",
                  "Réfection de la toiture du gymnase", first=2, vote=" => adopted"), {DRONES}),
    Case("the text says that it was added",
         VOTED + f"7 | Rajout à l'ordre du jour : {DRONES} => adopted", {f"Rajout à l'ordre du jour : {DRONES}"}),
    Case("the vote on the addition itself is none",
         VOTED + "7 | Ajout d'un point à l'ordre du jour => adopted"),
    Case("rejected counts as a vote", VOTED + f"7 | {DRONES} => rejected 3/20/0", {DRONES}),
    Case("taken note of is no vote", VOTED + "7 | Rapport annuel du délégataire des eaux => noted"),
    Case("adjourned is no vote", VOTED + f"7 | {DRONES} => adjourned"),
    Case("no vote is printed", VOTED + f"7 | {DRONES}"),
    Case("numbers of the register", "\n".join(
        f"2026-0{33 + n} | {title} => adopted" for n, title in enumerate((
            "Budget primitif 2026", "Acquisition d'un terrain rue des Tanneurs", "Convention avec l'école de musique",
            "Tarifs de la piscine intercommunale", "Réfection de la toiture du gymnase", DRONES), 1)),
        {DRONES}, kind="list"),
    Case("retitled under its number",
         VOTED.replace("Tarifs de la piscine intercommunale", "Piscine : fixation des prix d'entrée pour la saison")),
    Case("retitled and renumbered",
         VOTED.replace("5 | Tarifs de la piscine intercommunale", "9 | Grille tarifaire du centre aquatique")),
    Case("retitled without a common word at its place",
         VOTED.replace("6 | Réfection de la toiture du gymnase", "6 | Étanchéité de la salle de sports")),
    Case("retitled without a common word, without numbers",
         VOTED.replace("6 | Réfection de la toiture du gymnase", "Étanchéité de la salle de sports")),
    Case("turned round: subject first, purpose first",
         VOTED.replace("Acquisition d'un terrain rue des Tanneurs", "Rue des Tanneurs – terrain : acquisition")),
    Case("surveillance: another wording of the same demand",
         VOTED + "7 | Demande de subvention au titre du FIPD 2026 – système de vidéoprotection => adopted",
         agenda=AGENDA.replace("7 | Questions", "7 | Vidéoprotection – demande de subvention\n8 | Questions")),
    Case("a general point is voted in parts",
         VOTED + "7.1 | Subvention au club de judo => adopted\n7.2 | Subvention à la chorale => adopted",
         agenda=AGENDA.replace("7 | Questions", "7 | Subventions aux associations\n8 | Questions")),
    Case("parts with letters", VOTED + "7a | Aide aux scouts => adopted\n7b | Aide à la chorale => adopted",
         agenda=AGENDA.replace("7 | Questions", "7 | Vie associative\n8 | Questions")),
    Case("parts without numbers inside minutes",
         VOTED.replace("3 | Acq", "Section de fonctionnement => adopted\nSection d'équipement => adopted\n3 | Acq")),
    Case("two points are voted as one",
         VOTED.replace("4 | Convention avec l'école de musique => adopted\n5 | Tarifs de la piscine intercommunale"
                       " => adopted", "4 | École de musique et piscine : convention et tarifs => adopted")),
    Case("a point says too little", VOTED + f"7 | {DRONES} => adopted",
         agenda=AGENDA.replace("7 | Questions", "7 | Police\n8 | Questions")),
    Case("a general rubric without points", VOTED + "7 | Cession de la parcelle du Grand Pré => adopted",
         agenda=AGENDA.replace("7 | Questions", "7 | Affaires foncières\n8 | Questions")),
    Case("a point that was withdrawn and one that was added",
         VOTED.replace("6 | Réfection de la toiture du gymnase => adopted", "6 | Réfection de la toiture du gymnase"
                       " [withdrawn] => withdrawn") + f"7 | {DRONES} => adopted", {DRONES}),
    Case("a misread agenda", VOTED,
         agenda=AGENDA.replace("Tarifs de la piscine intercommunale", "Tar1fs de la p!sc;ne 1ntercornmuna1e")
         .replace("Convention avec l'école de musique", "Conventlon avec I'ecoie de musiqne")),
    Case("one title of the agenda is beyond recognition", VOTED,
         agenda=AGENDA.replace("Réfection de la toiture du gymnase", "R f ct n d l t1 r d gy nn s")),
    Case("a misread agenda and something new", VOTED + f"7 | {DRONES} => adopted", {DRONES},
         agenda=AGENDA.replace("Tarifs de la piscine intercommunale", "Tarifs de la piscine intercornmunale")),
    Case("the agenda was read in part", VOTED + f"7 | {DRONES} => adopted", told={"complete": False}),
    Case("numbers are missing on the agenda", VOTED + f"7 | {DRONES} => adopted",
         agenda=AGENDA.replace("4 | Convention avec l'école de musique\n", "")),
    Case("a page of the agenda is missing",
         numbered(*STREETS, vote=" => adopted"), agenda=numbered(*STREETS[:6])),
    Case("too little of what was voted is on the agenda",
         VOTED + "\n".join(f"{n} | {title} => adopted" for n, title in enumerate(STREETS[:6], 7))),
    Case("half of what was voted is on the agenda, here and there",
         numbered(*(title for both in zip(STREETS[:5], STREETS[5:], strict=True) for title in both),
                  vote=" => adopted"),
         agenda=numbered(*STREETS[:5])),
    Case("two items in all", numbered("Budget primitif 2026", DRONES, vote=" => adopted"),
         agenda=numbered("Budget primitif 2026")),
    Case("three in five", numbered(*STREETS[:3], DRONES, "Motion sur le fret ferroviaire", vote=" => adopted"),
         {DRONES, "Motion sur le fret ferroviaire"}, agenda=numbered(*STREETS[:3])),
    Case("no agenda", VOTED + f"7 | {DRONES} => adopted", agenda=""),
    Case("lines of the delegated decisions",
         VOTED + "7 | Décisions prises par délégation [minor]\n> D-12 | Marché de vidéoprotection => adopted"),
    Case("minor ones", VOTED + "Désignation du secrétaire de séance [minor] => adopted"),
    Case("the agenda is of another body", VOTED + f"7 | {DRONES} => adopted", told={"body": "bureau municipal"}),
    Case("the votes bear no date", VOTED + f"7 | {DRONES} => adopted", voting={"day": None}),
    Case("an agenda seen only after the session", VOTED + f"7 | {DRONES} => adopted", {DRONES},
         told={"seen": timedelta(days=60)}),
    Case("capitals and no accents", VOTED.upper().replace("=> ADOPTED", "=> adopted").replace("[MINOR]", "[minor]")),
    Case("the agenda has rubrics as titles of their own", VOTED,
         agenda="== FINANCES ==\n" + AGENDA.replace("4 | Conv", "== CULTURE ==\n4 | Conv")),
    Case("a rubric names the thing", VOTED + "7 | Vidéoprotection : demande d'aide à l'État => adopted",
         agenda=AGENDA.replace("7 | Questions", "== VIDÉOPROTECTION ==\n7 | Sollicitation du FIPD\n8 | Questions")),
    Case("urgent matters in a catch-all line", VOTED + f"7 | {DRONES} => adopted", {DRONES},
         agenda=AGENDA.replace("7 | Questions", "7 | Toutes délibérations urgentes [minor]\n8 | Questions")),
    Case("the mayor's decisions are reported and not voted", VOTED + f"7 | {DRONES} => adopted", {DRONES},
         agenda=AGENDA.replace("7 | Questions", "7 | Compte rendu des décisions du maire\n8 | Questions")),
    Case("a garbled heading in minutes", VOTED + "7 | Lc c ns il apr s n av0ir d lib r => adopted"),
    Case("a formula taken for a title", VOTED + "7 | Vote => adopted"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_never_announced(town, case):
    if case.agenda:
        town.paper("odj", "agenda", items=case.agenda, **case.told)
    town.paper("pv", case.kind, **({"items": case.voted} | case.voting))
    items = [item for session in town.sessions for item in session.items]
    assert {item.title for item in items if item.announced is False} == case.never


def test_what_is_on_the_agenda_was_announced_and_what_nobody_announces_is_not_known(town):
    town.paper("odj", items=AGENDA)
    assert {item.announced for item in town.session.items} == {True}
    town.papers.clear()
    town.found = None
    town.paper("pv", "minutes", items=VOTED)
    assert {item.announced for item in town.session.items} == {None}


def test_an_item_of_an_older_version_of_the_agenda_was_announced(town):
    town.paper("odj", items=AGENDA.replace("7 | Questions", f"7 | {DRONES}\n8 | Questions"))
    town.settle()
    town.replaced("odj", town.claim(items=AGENDA))
    unlisted = town.item("drones")
    assert (unlisted.listed, unlisted.announced) == (False, True)
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is True
    town.found = None  # an archive that forgot: the older version still tells
    assert town.item("drones").announced is True


def test_a_complete_agenda_that_was_replaced_by_a_part_proves_nothing(town):
    town.paper("odj", items=AGENDA)
    town.replaced("odj", town.claim(items=AGENDA, complete=False))
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is None


def test_a_second_agenda_announces_too(town):
    town.paper("odj", items=AGENDA)
    town.paper("complement", items=f"8 | {DRONES}")
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is True


def test_a_second_agenda_that_could_not_be_read_leaves_it_open(town):
    town.paper("odj", items=AGENDA)
    town.paper("complement", items="", complete=False)
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is None


def test_a_convocation_without_points_takes_nothing_away(town):
    town.paper("odj", items=AGENDA)
    town.paper("convocation", "convocation", items="", complete=False)
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is False


def test_a_teaser_with_some_of_the_points_takes_nothing_away(town):
    town.paper("odj", items=AGENDA)
    town.paper("page", items="Budget primitif 2026\nTarifs de la piscine intercommunale", complete=False)
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is False


def test_an_item_known_from_a_draft_was_not_hidden(town):
    town.paper("odj", items=AGENDA)
    town.paper("projet", "draft", items=f"7 | {DRONES}")
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is None


def test_an_extract_alone_against_the_minutes_proves_nothing(town):
    town.paper("odj", items=AGENDA)
    town.paper("pv", "minutes", items=VOTED)
    town.paper("extrait", "deliberation", items=f"2026-40 | {DRONES} => adopted")
    assert town.item("drones").announced is None


def test_extracts_without_minutes_prove_it(town):
    town.paper("odj", items=AGENDA)
    lines = [line for line in VOTED.strip().splitlines() if "minor" not in line]
    for n, line in enumerate([*lines, f"7 | {DRONES} => adopted"]):
        town.paper(f"extrait{n}", "deliberation", items=line)
    assert town.item("drones").announced is False
    assert [item.announced for item in town.session.items].count(False) == 1


def test_an_extract_of_which_nothing_names_the_body_proves_nothing(town):
    town.paper("odj", items=AGENDA)
    lines = [line for line in VOTED.strip().splitlines() if "minor" not in line]
    for n, line in enumerate(lines):
        town.paper(f"extrait{n}", "deliberation", items=line)
    town.paper("extrait", "deliberation", items=f"7 | {DRONES} => adopted", body_printed=False)
    assert town.item("drones").announced is None


def test_list_and_minutes_agree(town):
    town.paper("odj", items=AGENDA)
    town.paper("liste", "list", items=VOTED + f"7 | {DRONES} => adopted")
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted 20/3/0")
    item = town.item("drones")
    assert (item.announced, len(item.parts)) == (False, 2)


def test_a_private_agenda_says_what_the_public_one_does_not(town):
    town.paper("odj", items=AGENDA)
    town.paper("projet", items=AGENDA.replace("7 | Questions", f"7 | {DRONES}\n8 | Questions"), private=True)
    town.paper("pv", "minutes", items=VOTED + f"7 | {DRONES} => adopted")
    both = town.settle()
    for facts, expected in ((both.public, None), (both.private, True)):
        (session,) = facts.sessions
        assert [item.announced for item in session.items if "drones" in item.title] == [expected]


def test_an_agenda_of_two_days_covers_the_votes_of_the_second(town):
    town.paper("odj", items=AGENDA, last_day=town.claim().date + timedelta(days=1))
    town.paper("pv", "minutes", day=town.claim().date + timedelta(days=1), items=VOTED + f"7 | {DRONES} => adopted")
    assert town.item("drones").announced is False
    assert town.session.last_day is not None


# A second council, with rubrics before its titles and a list that is numbered through the year and worded otherwise.
RUBRICS = """
1 | Désignation d'un secrétaire de séance [minor]
2 | Approbation du procès-verbal du 12 février 2026 [minor]
3 | Compte rendu des décisions prises par M. le Maire (article L2122-22 du CGCT)
4 | Finances – Débat d'orientation budgétaire 2026
5 | Finances – Garantie d'emprunt accordée à Habitat du Lac pour 14 logements
6 | Urbanisme – Cession de la parcelle AB 112 à M. Ruisseau
7 | Travaux – Avenant n° 2 au marché de la maison de santé
8 | Ressources humaines – Modification du tableau des effectifs
9 | Culture – Convention de mise à disposition du théâtre des Trois-Ponts
10 | Sécurité – Convention de coordination entre la police municipale et la gendarmerie
11 | Questions diverses [minor]
"""
REWORDED = """
D2026-021 | Débat d'orientation budgétaire 2026 => noted
D2026-022 | Garantie d'emprunt à Habitat du Lac – 14 logements => adopted
D2026-023 | Cession parcelle AB 112 => adopted
D2026-024 | Marché de la maison de santé – avenant n° 2 => adopted
D2026-025 | Modification du tableau des effectifs => adopted
D2026-026 | Mise à disposition du théâtre des Trois-Ponts : convention => adopted
D2026-027 | Convention de coordination police municipale / gendarmerie => adopted
"""
STAFF = "D2026-025 | Modification du tableau des effectifs => adopted"


def test_every_reworded_title_finds_its_item(town):
    town.paper("odj", items=RUBRICS)
    town.paper("liste", "list", items=REWORDED)
    numbers = [item.number for item in town.session.items if item.outcome]
    assert numbers == ["4", "5", "6", "7", "8", "9", "10"]
    assert len(town.session.items) == 11


@pytest.mark.parametrize(
    ("added", "never"),
    [
        ("Acquisition de caméras-piétons", True),
        ("Vœu relatif au maintien de la ligne ferroviaire", True),
        ("Point supplémentaire : motion contre l'implantation d'une antenne", True),
        ("Avenant n° 3 au marché de la maison de santé", False),
        ("Vote du huis clos", False),
        ("Inscription d'un point supplémentaire à l'ordre du jour", False),
        ("Approbation du procès-verbal de la séance du 12 février 2026", False),
        ("Tableau des effectifs : filière administrative", False),
    ],
)
def test_one_more_vote_in_a_reworded_list(town, added, never):
    town.paper("odj", items=RUBRICS)
    town.paper("liste", "list", items=REWORDED + f"D2026-028 | {added} => adopted")
    assert [item.title for item in town.session.items if item.announced is False] == [added] * never


def test_a_vote_in_the_place_of_an_announced_one_may_be_the_same(town):
    town.paper("odj", items=RUBRICS)
    town.paper("liste", "list", items=REWORDED.replace(STAFF, "D2026-025 | Création d'un poste d'agent => adopted"))
    assert not any(item.announced is False for item in town.session.items)
