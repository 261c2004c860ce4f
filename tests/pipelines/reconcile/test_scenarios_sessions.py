"""Which papers are one session: each scenario says what was found, and how many sessions with which papers it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pipelines.reconcile.undated import names_day

DAY = date(2026, 3, 19)  # a Thursday
TITLES = (
    "Budget primitif 2026", "Acquisition d'un terrain rue des Tanneurs", "Convention avec l'école de musique",
    "Tarifs de la piscine intercommunale", "Réfection de la toiture du gymnase",
    "Extension du système de vidéoprotection",
)  # fmt: skip
OTHERS = (
    "Plan vélo", "Aménagement de la forêt communale", "Bail du presbytère", "Marché de Noël", "Création d'un verger",
)  # fmt: skip


def lines(titles=TITLES, first: int = 1, prefix: str = "", vote: str = "") -> str:
    return "\n".join(f"{prefix}{n} | {title}{vote}" for n, title in enumerate(titles, first))


def papers(sessions) -> list[tuple[str, str, set[str]]]:
    """Body, date and papers of each session."""
    return [(s.body, str(s.date), {v.split(":")[1].rsplit("-", 1)[0] for v in s.versions}) for s in sessions]


# ------------------------------------------------------------------ a paper changes


def test_a_misprinted_body_is_put_right(town):
    town.paper("odj", items=lines(), body="conseil communautaire")
    before = town.session
    town.replaced("odj", town.claim(items=lines()))
    after = town.session
    assert (after.id, after.body) == (before.id, "conseil municipal")
    assert [item.id for item in after.items] == [item.id for item in before.items]


def test_a_misprinted_year_is_put_right_and_nothing_was_moved(town):
    town.paper("odj", day=date(2025, 3, 19), items=lines())
    before = town.session
    town.replaced("odj", town.claim(items=lines()))
    after = town.session
    assert (after.id, after.date, after.status) == (before.id, DAY, "scheduled")
    assert town.found.public.changes == ()


def test_a_moved_date_on_a_short_agenda(town):
    town.paper("odj", items=lines(TITLES[:2]))
    before = town.session
    town.replaced("odj", town.claim(date(2026, 3, 26), lines(TITLES[:2])))
    assert (town.session.id, town.session.date, town.session.status) == (before.id, date(2026, 3, 26), "moved")


def test_a_moved_date_under_the_same_convocation_without_items(town):
    town.paper("avis", "convocation", convened_on=date(2026, 3, 12))
    before = town.session
    town.replaced("avis", town.claim(date(2026, 3, 26), convened_on=date(2026, 3, 12)))
    assert [s.id for s in town.sessions] == [before.id]


def test_a_record_of_one_session_that_says_another_day_has_moved_it(town):
    town.paper("record", record=True)
    before = town.session
    town.replaced("record", town.claim(date(2026, 3, 26)))
    after = town.session
    assert (after.id, after.date, after.status) == (before.id, date(2026, 3, 26), "moved")
    assert [(c.kind, c.before, c.after) for c in town.found.public.changes] == [("moved", "2026-03-19", "2026-03-26")]
    town.replaced("record", town.claim(date(2026, 4, 2), lines()))
    assert [(s.id, s.date) for s in town.sessions] == [(before.id, date(2026, 4, 2))]


def test_a_moved_record_joins_the_session_that_a_paper_announces_on_its_new_day(town):
    town.paper("record", record=True)
    phantom = town.session
    town.paper("odj", day=date(2026, 3, 26), items=lines())
    known = next(s for s in town.sessions if s.items)
    town.replaced("record", town.claim(date(2026, 3, 26)))
    assert (town.session.id, town.session.aliases) in ((known.id, (phantom.id,)), (phantom.id, (known.id,)))


def test_the_old_day_of_a_moved_record_stays_where_a_paper_announces_it(town):
    town.paper("record", record=True)
    town.paper("odj", items=lines())
    before = town.session
    town.replaced("record", town.claim(date(2026, 3, 26)))
    assert [(s.id == before.id, s.date) for s in town.sessions] == [(True, DAY), (False, date(2026, 3, 26))]


@pytest.mark.parametrize(
    ("record", "then"),
    [
        (False, {}),  # a page that shows the next session in turn
        (True, {"body": "bureau municipal"}),
    ],
)
def test_another_session_under_one_address_leaves_the_first(town, record, then):
    town.paper("page", "other", record=record)
    before = town.session
    town.replaced("page", town.claim(date(2026, 3, 26), **then))
    assert [s.date for s in town.sessions] == [DAY, date(2026, 3, 26)]
    assert before.id in {s.id for s in town.sessions}


def test_a_list_of_records_that_drops_its_first_moves_nothing(town):
    town.paper("records", record=True, claims=[town.claim(), town.claim(date(2026, 3, 26))])
    assert len(town.sessions) == 2
    town.replaced("records", town.claim(date(2026, 3, 26)))
    assert [s.date for s in town.sessions] == [DAY, date(2026, 3, 26)]


def test_a_page_of_two_sessions_that_drops_the_first_moves_nothing(town):
    first, second = town.claim(convened_on=date(2026, 3, 10)), town.claim(date(2026, 3, 26), lines(OTHERS))
    second = replace(second, convened_on=date(2026, 3, 10))
    town.paper("page", claims=[first, second])
    before = {s.date: s.id for s in town.sessions}
    town.replaced("page", second)
    assert {s.date: s.id for s in town.sessions} == before


def test_a_page_of_two_bodies_that_drops_one_keeps_both(town):
    town.paper("page", claims=[town.claim(), town.claim(body="bureau municipal")])
    assert len(town.sessions) == 2
    town.replaced("page", town.claim(items=lines()))
    assert sorted(s.body for s in town.sessions) == ["bureau municipal", "conseil municipal"]


def test_a_typo_in_a_title_keeps_its_item(town):
    town.paper("odj", items=lines())
    before = {item.title: item.id for item in town.session.items}
    town.replaced("odj", town.claim(items=lines().replace("vidéoprotection", "vidéo-protection")))
    assert town.item("vidéo-protection").id == before["Extension du système de vidéoprotection"]


def test_an_agenda_numbered_anew_keeps_its_items(town):
    town.paper("odj", items=lines())
    before = {item.title: item.id for item in town.session.items}
    town.replaced("odj", town.claim(items=lines((OTHERS[0], *reversed(TITLES)))))
    after = {item.title: item.id for item in town.session.items}
    assert {title: after[title] for title in TITLES} == before
    assert {change.kind for change in town.found.public.changes} == {"item-added"}


def test_like_titles_numbered_anew_are_not_mixed_up(town):
    clubs = tuple(f"Subvention exceptionnelle au club {name}" for name in ("d'échecs", "de judo", "de voile", "de tir"))
    town.paper("odj", items=lines(clubs))
    before = {item.title: item.id for item in town.session.items}
    town.replaced("odj", town.claim(items=lines(("Motion sur le fret ferroviaire", *clubs[1:]))))
    after = {item.title: item.id for item in town.session.items if item.listed}
    assert {title: after[title] for title in clubs[1:]} == {title: before[title] for title in clubs[1:]}
    assert after["Motion sur le fret ferroviaire"] not in before.values()


# ------------------------------------------------------------------ several papers


def test_a_second_address_of_an_undated_copy(town):
    town.paper("odj", items=lines())
    town.paper("copie", day=None, items=lines())
    assert papers(town.sessions) == [("conseil municipal", "2026-03-19", {"odj", "copie"})]


def test_minutes_named_after_last_year(town):
    town.paper("odj", items=lines())
    town.paper("pv", "minutes", day=date(2025, 3, 19), items=lines(vote=" => adopted"))
    assert papers(town.sessions) == [("conseil municipal", "2026-03-19", {"odj", "pv"})]
    assert town.session.status == "held"


def test_minutes_first_known_alone_leave_an_alias(town):
    town.paper("pv", "minutes", day=date(2025, 3, 19), items=lines(vote=" => adopted"))
    wrong = town.session
    town.paper("autre", day=date(2026, 4, 9), items=lines(OTHERS))
    town.settle()
    town.paper("odj", items=lines())
    one = next(s for s in town.sessions if s.date == DAY)
    assert wrong.id == one.id
    assert len(town.sessions) == 2


def test_two_known_sessions_that_prove_to_be_one_leave_an_alias(town):
    odj = town.paper("odj", items=lines(TITLES[:2]))  # too short to tell
    town.paper("pv", "minutes", day=date(2025, 3, 19), items=lines(vote=" => adopted"))
    before = {str(s.date): s.id for s in town.sessions}
    assert len(before) == 2
    town.papers[town.papers.index(odj)] = replace(odj, sessions=(town.claim(items=lines()),))
    (one,) = town.sessions
    assert (one.id, one.aliases) == (before["2026-03-19"], (before["2025-03-19"],))


def test_the_same_evening_a_year_later_is_another_session(town):
    yearly = ("Vote des taux des taxes locales", "Compte administratif", "Affectation du résultat", "Subventions")
    town.paper("pv25", "minutes", day=date(2025, 4, 8), items=lines((*yearly, *OTHERS[:4]), vote=" => adopted"),
               seen=datetime(2025, 5, 1, tzinfo=UTC))  # fmt: skip
    town.paper("odj26", day=date(2026, 4, 8), items=lines((*yearly, *TITLES[:4])))
    assert len(town.sessions) == 2


def test_no_quorum_and_the_same_agenda_again_are_two_sessions(town):
    town.paper("odj", items=lines(), convened_on=date(2026, 3, 12))
    town.paper("odj2", day=date(2026, 3, 26), items=lines(), convened_on=date(2026, 3, 20), seen=timedelta(days=11))
    assert len(town.sessions) == 2


def test_the_same_titles_every_month_are_many_sessions(town):
    monthly = ("Aides aux communes rurales", "Subventions aux associations sportives", "Voirie : conventions",
               "Bourses scolaires", "Gestion du patrimoine")  # fmt: skip
    for month in range(1, 7):
        town.paper(f"cp{month}", day=date(2026, month, 12), items=lines(monthly), body="commission permanente")
    town.paper("releve", "list", day=date(2025, 3, 12), items=lines(monthly, vote=" => adopted"),
               body="commission permanente", seen=datetime(2025, 4, 1, tzinfo=UTC))  # fmt: skip
    assert len(town.sessions) == 7


def test_a_draft_that_kept_the_date_of_the_session_before(town):
    town.paper("odj2", day=date(2026, 2, 19), items=lines(OTHERS))
    town.paper("odj3", items=lines())
    town.paper("projets", "draft", day=date(2026, 2, 19), items=lines(TITLES[:5]))
    assert papers(town.sessions) == [
        ("conseil municipal", "2026-02-19", {"odj2"}),
        ("conseil municipal", "2026-03-19", {"odj3", "projets"}),
    ]


def test_a_draft_of_another_day_with_some_of_the_items_stays_apart(town):
    town.paper("odj3", items=lines())
    town.paper("projets", "draft", day=date(2026, 2, 19), items=lines((*TITLES[:3], *OTHERS[:1])))
    assert len(town.sessions) == 2


def test_a_misprinted_sunday(town):
    town.paper("odj", items=lines())
    town.paper("pv", "minutes", day=date(2026, 3, 29), items=lines(vote=" => adopted"))
    assert papers(town.sessions) == [("conseil municipal", "2026-03-19", {"odj", "pv"})]


def test_minutes_that_were_there_before_their_date(town):
    town.paper("odj", items=lines())
    town.paper("pv", "minutes", day=date(2026, 11, 30), items=lines(vote=" => adopted"))
    assert papers(town.sessions) == [("conseil municipal", "2026-03-19", {"odj", "pv"})]


def test_numbers_of_the_register_on_another_day(town):
    town.paper("odj", items=lines())
    town.paper("liste", "list", items=lines(prefix="2026-0", first=34, vote=" => adopted"))
    town.paper("pv", "minutes", day=date(2026, 3, 10), items=lines(prefix="2026-0", first=34, vote=" => adopted"))
    assert papers(town.sessions) == [("conseil municipal", "2026-03-19", {"odj", "liste", "pv"})]


# ------------------------------------------------------------------ bodies


def test_an_extract_that_names_no_body_does_not_split_a_permanent_commission(town):
    town.paper("odj", items=lines(), body="commission permanente")
    town.paper("extrait", "deliberation", items=f"2026-40 | {TITLES[3]} => adopted", body="conseil départemental",
               body_printed=False)  # fmt: skip
    assert papers(town.sessions) == [("commission permanente", "2026-03-19", {"odj", "extrait"})]


def test_of_two_bodies_of_an_evening_the_one_that_has_the_item(town):
    town.paper("cp", items=lines(), body="commission permanente")
    town.paper("ap", items=lines(OTHERS), body="assemblée plénière")
    town.paper("extrait", "deliberation", items=f"40 | {OTHERS[2]} => adopted", body="conseil départemental",
               body_printed=False)  # fmt: skip
    assert {"ap", "extrait"} in [each[2] for each in papers(town.sessions)]
    assert len(town.sessions) == 2


def test_an_agenda_that_names_no_body_and_shares_nothing_is_another_session(town):
    town.paper("bureau", items=lines(), body="bureau municipal")
    town.paper("odj", items=lines(OTHERS), body_printed=False)
    assert sorted(each[0] for each in papers(town.sessions)) == ["bureau municipal", "conseil municipal"]


def test_a_notice_that_names_no_body_goes_to_the_only_session_of_its_day(town):
    town.paper("odj", items=lines(), body="commission permanente", time=time(9, 30))
    town.paper("avis", "convocation", body="conseil départemental", body_printed=False)
    assert papers(town.sessions) == [("commission permanente", "2026-03-19", {"odj", "avis"})]
    town.paper("soir", "convocation", body="conseil départemental", body_printed=False, time=time(18, 30))
    assert len(town.sessions) == 2


def test_the_usual_body_is_a_body_where_it_is_named(town):
    town.paper("odj", items=lines(), body="commission permanente")
    town.paper("extrait", "deliberation", items=f"40 | {TITLES[3]} => adopted", body="conseil départemental")
    assert len(town.sessions) == 2


def test_the_body_that_is_named_later_keeps_the_session(town):
    town.paper("avis", "convocation", body="conseil départemental", body_printed=False)
    before = town.session
    town.paper("odj", items=lines(), body="commission permanente")
    assert (town.session.id, town.session.body) == (before.id, "commission permanente")


# ------------------------------------------------------------------ evenings and days


def test_a_list_goes_to_the_sitting_of_the_evening_that_has_its_items(town):
    town.paper("premiere", items=lines(), time=time(18, 0))
    town.paper("seconde", items=lines(OTHERS), time=time(20, 30))
    town.paper("liste", "list", items=lines(OTHERS, vote=" => adopted"))
    found = {s.order: s for s in town.sessions}
    assert len(found) == 2
    assert {v.split(":")[1] for v in found[2].versions} == {"seconde-1", "liste-1"}


def test_a_second_sitting_called_so_joins_the_one_of_its_hour(town):
    town.paper("premiere", items=lines(), time=time(18, 0))
    town.paper("seconde", items=lines(OTHERS), time=time(20, 30))
    town.paper("avis", "convocation", time=time(20, 30), order=2)
    found = {s.order: {v.split(":")[1] for v in s.versions} for s in town.sessions}
    assert found == {1: {"premiere-1"}, 2: {"seconde-1", "avis-1"}}


def test_the_papers_of_the_second_day(town):
    town.paper("odj", items=lines((*TITLES, *OTHERS)), last_day=DAY + timedelta(days=1))
    town.paper("extrait", "deliberation", day=DAY + timedelta(days=1), items=f"40 | {OTHERS[0]} => adopted")
    (one,) = town.sessions
    assert (one.date, one.last_day, one.status) == (DAY, DAY + timedelta(days=1), "held")


def test_a_session_over_two_days_is_not_held_after_the_first(town):
    town.paper("odj", items=lines(), last_day=DAY + timedelta(days=1))
    evening = datetime(2026, 3, 19, 21, 0, tzinfo=UTC)
    town.paper("extrait", "deliberation", items=f"40 | {TITLES[0]} => adopted", seen=evening)
    assert town.session.status == "scheduled"


def test_postponed_and_convened_again_with_the_same_points(town):
    town.paper("odj", items=lines())
    before = town.session
    town.paper("avis", "convocation", status="postponed", seen=timedelta(days=2))
    assert town.session.status == "postponed"
    town.paper("odj2", day=date(2026, 4, 2), items=lines(), seen=timedelta(days=6))
    assert (town.session.id, town.session.date, town.session.status) == (before.id, date(2026, 4, 2), "moved")


# ------------------------------------------------------------------ papers without a date


def test_undated_by_convocation(town):
    town.paper("odj", items=lines(), convened_on=date(2026, 3, 12))
    town.paper("note", "note", day=None, items=f"1 | {TITLES[5]}", convened_on=date(2026, 3, 12))
    assert len(town.sessions) == 1


def test_undated_by_convocation_of_two_bodies(town):
    town.paper("odj", items=lines(), convened_on=date(2026, 3, 12))
    town.paper("bureau", items=lines(OTHERS), body="bureau municipal", convened_on=date(2026, 3, 12))
    town.paper("note", "note", day=None, items=f"1 | {OTHERS[1]}", convened_on=date(2026, 3, 12), body_printed=False)
    assert {"bureau", "note"} in [each[2] for each in papers(town.sessions)]


def test_undated_by_number_and_title(town):
    town.paper("odj", items=lines())
    town.paper("projet", "draft", day=None, items="6 | Système de vidéoprotection : extension du périmètre")
    town.paper("projet5", "draft", day=None, items=f"5 | {TITLES[4]}")
    assert {"odj", "projet5"} <= papers(town.sessions)[0][2]


def test_undated_and_in_two_sessions_goes_to_the_next_when_it_was_found(town):
    for month in (2, 3, 4):
        town.paper(f"odj{month}", day=date(2026, month, 19), items=lines((*OTHERS[: month - 1], TITLES[5])),
                   seen=timedelta(days=30 * (month - 4)))  # fmt: skip
    town.paper("projet", "draft", day=None, items=f"9 | {TITLES[5]}", seen=timedelta(days=2))
    assert {"odj3", "projet"} in [each[2] for each in papers(town.sessions)]


def test_undated_and_found_with_everything_else_stays_alone(town):
    for month in (1, 2):
        town.paper(f"odj{month}", day=date(2026, month, 19), items=lines((*OTHERS[:month], TITLES[5])))
    town.paper("projet", "draft", day=None, items=f"9 | {TITLES[5]}")
    assert len(town.sessions) == 3


def test_undated_in_a_folder_named_after_the_day(town):
    town.paper("odj", items=lines())
    url = "https://brumeval.example/seances/conseil-du-19-mars-2026/projet-12.pdf"
    town.paper("projet", "draft", day=None, items="12 | Rapport sans titre connu", url=url)
    assert len(town.sessions) == 1


def test_a_short_common_title_proves_nothing(town):
    town.paper("odj", items=lines(("Subventions", *TITLES[:3])))
    town.paper("projet", "draft", day=None, items="Subventions")
    assert len(town.sessions) == 2


def test_undated_minutes_of_many_sessions_with_one_agenda_each(town):
    town.paper("odj2", day=date(2026, 2, 19), items=lines(OTHERS))
    town.paper("odj3", items=lines())
    town.paper("pv", "minutes", day=None, items=lines(vote=" => adopted"))
    assert {"odj3", "pv"} in [each[2] for each in papers(town.sessions)]


def test_days_in_folders():
    day = date(2026, 3, 9)
    for folder in (
        "2026-03-09",
        "CM-du-9-mars-2026",
        "09.03.2026",
        "20260309",
        "conseil_9_mars_2026",
        "cm%2009%2003%202026",
    ):
        assert names_day(f"https://x.example/a/{folder}/projet.pdf", day), folder
    for folder in ("2026/03", "2026-03-19", "2026-04-09", "9-mars", "uploads/2026/03/09"):
        assert not names_day(f"https://x.example/a/{folder}/projet.pdf", day), folder


# ------------------------------------------------------------------ one assembly, two names


def test_the_plenary_assembly_is_the_council_of_the_departement(town):
    town.paper("odj", items=lines(), body="conseil départemental")
    before = town.session
    town.paper("votes", "list", items=lines(vote=" => adopted 20/3/2"), body="assemblée plénière")
    after = town.session
    assert (after.id, {v.split(":")[1] for v in after.versions}) == (before.id, {"odj-1", "votes-1"})


def test_a_session_keeps_its_id_where_its_assembly_is_named_otherwise(town):
    town.paper("odj", items=lines(), body="conseil régional")
    before = town.session
    town.replaced("odj", town.claim(items=lines(), body="assemblée plénière"))
    assert (town.session.id, town.session.body) == (before.id, "assemblée plénière")


def test_the_commission_of_that_day_stays_another_session(town):
    town.paper("odj", items=lines(), body="assemblée plénière")
    town.paper("odj-cp", items=lines(OTHERS), body="commission permanente")
    assert sorted(s.body for s in town.sessions) == ["assemblée plénière", "commission permanente"]


def test_two_undated_sessions_of_one_paper_stay_two(town):
    town.paper("odj", claims=[town.claim(None, "1 | Budget primitif"), town.claim(None, "1 | Bail du presbytère")])
    before = {session.id: session.items for session in town.sessions}
    assert len(before) == 2
    town.settle(new_ids=False)
    assert {session.id: session.items for session in town.sessions} == before
