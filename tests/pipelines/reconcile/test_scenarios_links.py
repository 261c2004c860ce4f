"""Drafts, reports and votes linked to the item announced before, and passages to the item they speak of."""

from __future__ import annotations

from dataclasses import replace

import pytest

AGENDA = """
1 | Approbation du procès-verbal de la séance précédente [minor]
2 | Budget primitif 2026
3 | Acquisition d'un terrain rue des Tanneurs
4 | Convention avec l'école de musique
5 | Tarifs de la piscine intercommunale
6 | Réfection de la toiture du gymnase
7 | Vidéoprotection – demande de subvention
8 | Sécurité des équipements publics
"""

# number and title of a draft, the number of the agenda's item it is (None: none of them)
DRAFTS = [
    ("7 | Vidéoprotection – demande de subvention", "7"),
    ("7 | Vidéo-protection - Demande de subvention", "7"),
    ("7 | Demande de subvention au titre du FIPD 2026 – système de vidéoprotection", "7"),
    ("Rapport n° 7 | Vidéoprotection : demande de subvention auprès de l'État", "7"),
    ("12 | Vidéoprotection – demande de subvention", "7"),
    ("Convention avec l'école de musique de Brumeval pour les trois années à venir", "4"),
    ("FINANCES – Budget primitif 2026 de la ville de Brumeval", "2"),
    ("3 | Rue des Tanneurs – acquisition d'un terrain appartenant aux consorts", "3"),
    ("5 | Piscine intercommunale – tarifs pour la saison", "5"),
    ("6 | Acquisition d'une balayeuse de voirie", None),
    ("7 | Cimetière : reprise de concessions funéraires", None),
    ("2 | Budget annexe de l'eau 2026", None),
]


@pytest.mark.parametrize(("draft", "expected"), DRAFTS, ids=[each[0][:40] for each in DRAFTS])
def test_a_draft_is_linked_to_its_item(town, draft, expected):
    town.paper("odj", items=AGENDA)
    town.paper("projet", "draft", items=draft)
    (found,) = [item for item in town.session.items if any("projet" in version for version in item.versions)]
    assert (found.number if any("odj" in version for version in found.versions) else None) == expected
    assert len(town.session.items) == (8 if expected else 9)


def test_reports_under_other_titles_are_linked_by_number_where_the_others_prove_it(town):
    town.paper("odj", items=AGENDA)
    for line in AGENDA.strip().splitlines()[1:6]:
        town.paper(f"rapport{line[0]}", "draft", items=line)
    town.paper("rapport8", "draft", items="8 | Mise en place d'un dispositif d'alerte")
    assert len(town.session.items) == 8
    assert [part.version_id for part in town.item("Sécurité").parts] == ["public:odj-1", "public:rapport8-1"]


def test_not_by_number_where_the_reports_count_otherwise(town):
    town.paper("odj", items=AGENDA)
    for line, number in zip(AGENDA.strip().splitlines()[1:6], (4, 9, 2, 11, 5), strict=True):
        town.paper(f"rapport{number}", "draft", items=f"{number}{line[1:]}")
    town.paper("rapport8", "draft", items="8 | Mise en place d'un dispositif d'alerte")
    assert len(town.session.items) == 9


def test_a_list_numbered_through_the_year_retitles_an_item(town):
    town.paper("odj", items=AGENDA)
    town.paper("liste", "list", items="""
        2026-032 | Budget primitif 2026 => adopted
        2026-033 | Acquisition d'un terrain rue des Tanneurs => adopted
        2026-034 | Convention avec l'école de musique => adopted
        2026-035 | Tarifs de la piscine intercommunale => adopted
        2026-036 | Réfection de la toiture du gymnase => adopted
        2026-037 | Demande de subvention au titre du FIPD : caméras de vidéoprotection => adopted 20/3/1
    """)  # fmt: skip
    item = town.item("Vidéoprotection")
    assert item.outcome is not None
    assert (item.number, item.outcome.for_, len(town.session.items)) == ("7", 20, 8)


def test_a_list_numbered_anew_links_by_title_and_not_by_number(town):
    town.paper("odj", items=AGENDA)
    town.paper(
        "liste",
        "list",
        items="""
        1 | Budget primitif 2026 => adopted
        2 | Acquisition d'un terrain rue des Tanneurs => adopted
        3 | Convention avec l'école de musique => adopted
        4 | Tarifs de la piscine intercommunale => adopted
        5 | Réfection de la toiture du gymnase => rejected
        6 | Vidéoprotection – demande de subvention => adopted 15/9/1
    """,
    )
    outcomes = {item.number: item.outcome and item.outcome.result for item in town.session.items}
    assert outcomes == {"1": None, "2": "adopted", "3": "adopted", "4": "adopted", "5": "adopted", "6": "rejected",
                        "7": "adopted", "8": None}  # fmt: skip


def test_minutes_worded_as_the_list_follow_it_to_the_item(town):
    town.paper("odj", items=AGENDA)
    retitled = "7 | Demande de subvention FIPD – vidéoprotection des écoles => adopted"
    town.paper("liste", "list", items=retitled)
    town.paper("pv", "minutes", items="Demande de subvention FIPD – vidéoprotection des écoles => adopted 20/2/0")
    item = town.item("Vidéoprotection – demande")
    assert item.outcome is not None
    assert (item.outcome.for_, len(item.parts)) == (20, 3)


def test_rapporteur_theme_and_parts_of_all_papers(town):
    town.paper("odj", items="== SÉCURITÉ ==\n" + AGENDA)
    town.paper("projet", "draft", items="7 | Vidéoprotection – demande de subvention")
    item = town.item("Vidéoprotection")
    assert item.theme == "SÉCURITÉ"
    assert [(part.version_id, part.begin) for part in item.parts] == [
        ("public:odj-1", (1, 700)), ("public:projet-1", (1, 0)),
    ]  # fmt: skip


def test_a_line_of_the_delegated_decisions_belongs_to_its_report_and_is_no_item_of_the_agenda(town):
    town.paper("odj", items=AGENDA + "9 | Décisions du maire")
    town.paper(
        "pv",
        "minutes",
        items=AGENDA
        + """
        9 | Décisions du maire
        > D-14 | Marché de maintenance des caméras
        > D-15 | Tarifs de la piscine intercommunale : régie
    """,
    )
    report, line = town.item("Décisions du maire"), town.item("Marché de maintenance")
    assert (line.parent_id, line.decided, line.announced) == (report.id, True, None)
    assert town.item("régie").id != next(item.id for item in town.session.items if item.number == "5")


def test_a_line_that_says_what_an_item_says_is_still_another_thing(town):
    town.paper("odj", items=AGENDA)
    town.paper("pv", "minutes", items="9 | Décisions du maire\n> D-14 | Convention avec l'école de danse de Brumeval")
    assert town.item("danse").parent_id is not None


def test_who_took_no_part(town):
    town.paper("odj", items=AGENDA)
    paper = town.paper("pv", "minutes", items=AGENDA.replace("rue des Tanneurs", "rue des Tanneurs => adopted 20/3/0"))
    (claim,) = paper.sessions
    items = tuple(
        replace(item, votes=tuple(replace(v, not_voting=1, not_voting_names=("Mme Aubépine",)) for v in item.votes))
        for item in claim.items
    )
    town.papers[-1] = replace(paper, sessions=(replace(claim, items=items),))
    (vote,) = town.item("Tanneurs").votes
    assert (vote.not_voting, vote.not_voting_names) == (1, ("Mme Aubépine",))


# ------------------------------------------------------------------ passages


def flagged(town) -> dict[str, tuple[str, str]]:
    """Excerpt and version of each flag, by the title of its item ("": none)."""
    (session,) = town.sessions
    titles = {item.id: item.title for item in session.items}
    return {titles.get(flag.item_id or "", ""): (flag.excerpt, flag.version_id) for flag in session.flags}


def test_a_passage_in_the_body_of_a_report_flags_the_item_and_quotes_the_sentence(town, passage):
    town.paper("odj", items=AGENDA)
    said = "Des caméras à reconnaissance de plaques équiperont les accès."
    town.paper("rapport", "draft", items="8 | Sécurité des équipements publics", flags=[passage(said, 0)])
    assert flagged(town) == {"Sécurité des équipements publics": (said, "public:rapport-1")}


def test_a_passage_outside_the_heading_of_a_paper_of_one_item(town, passage):
    town.paper("odj", items=AGENDA)
    town.paper("rapport", "draft", items="6 | Réfection de la toiture du gymnase", flags=[passage("Douze dômes.")])
    assert set(flagged(town)) == {"Réfection de la toiture du gymnase"}


def test_a_note_without_headings_that_quotes_a_title(town, passage):
    town.paper("odj", items=AGENDA)
    said = "Convention avec l'école de musique : des caméras seront posées."
    town.paper("note", "note", flags=[passage(said)])
    assert set(flagged(town)) == {"Convention avec l'école de musique"}


def test_a_note_without_headings_that_repeats_the_words_of_a_title(town, passage):
    town.paper("odj", items=AGENDA)
    said = "Il est proposé d'installer douze caméras lors de la réfection complète de la toiture de l'ancien gymnase."
    town.paper("note", "note", flags=[passage(said)])
    assert set(flagged(town)) == {"Réfection de la toiture du gymnase"}


def test_a_note_that_names_a_rubric(town, passage):
    town.paper(
        "odj", items=AGENDA.replace("7 |", "== TRANQUILLITÉ PUBLIQUE ==\n7 |").replace("8 |", "== DIVERS ==\n8 |")
    )
    town.paper("note", "note", flags=[passage("Tranquillité publique. Douze dômes seront posés.")])
    assert set(flagged(town)) == {"Vidéoprotection – demande de subvention"}


def test_a_passage_that_speaks_of_none_of_the_items_stays_alone(town, passage):
    town.paper("odj", items=AGENDA)
    town.paper("note", "note", flags=[passage("Des drones survoleront la plage cet été.", topic="drones")])
    assert set(flagged(town)) == {""}


def test_a_file_named_after_its_item(town, passage):
    town.paper("odj", items=AGENDA)
    url = "https://brumeval.example/odj/06-refection-toiture-gymnase.pdf"
    town.paper("note", "note", url=url, flags=[passage("Douze dômes seront posés.")])
    assert set(flagged(town)) == {"Réfection de la toiture du gymnase"}


def test_a_flagged_line_of_the_delegated_decisions_is_decided(town, passage):
    text = AGENDA + "9 | Décisions du maire\n> D-14 | Marché de maintenance des caméras"
    town.paper("pv", "minutes", items=text, flags=[passage("Marché de maintenance des caméras", 9, decided=True)])
    assert town.item("Marché de maintenance").decided
    assert set(flagged(town)) == {"Marché de maintenance des caméras"}


def test_the_flag_survives_a_better_reading_of_the_number(town, passage):
    town.paper("odj", items=AGENDA, flags=[passage("Vidéoprotection – demande de subvention", 6)])
    before = town.session.flags[0].id
    town.replaced("odj", town.claim(items=AGENDA.replace("7 | Vidéo", "VII | Vidéo")))
    assert {flag.id for flag in town.session.flags} <= {before}
