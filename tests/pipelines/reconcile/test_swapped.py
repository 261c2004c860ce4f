"""One address for whichever agenda is the next: the session before keeps what its own agenda said of it."""

from __future__ import annotations

from datetime import date, time, timedelta

NEXT = date(2026, 4, 16)
FIRST = """1 | Approbation du procès-verbal de la séance précédente
2 | Mise en place de la reconnaissance faciale à l'entrée du stade
3 | Tarifs de la restauration scolaire"""
VOTED = "\n".join(f"{line} => adopted 19/4/0" for line in FIRST.splitlines())
SECOND = """1 | Approbation du procès-verbal de la séance précédente
2 | Acquisition d'un drone pour la police municipale
3 | Tarifs de la restauration scolaire"""


def test_a_held_session_keeps_hour_place_and_agenda_when_its_address_shows_the_next(town):
    town.paper("odj", "agenda", items=FIRST, time=time(18, 30), place="salle du conseil")
    assert town.session.starts_at is not None
    town.paper("liste", "list", items=VOTED, seen=timedelta(days=-15))
    assert (town.session.starts_at is not None, town.session.place) == (True, "salle du conseil")
    town.replaced("odj", town.claim(NEXT, SECOND, time=time(18, 30), place="salle du conseil"), days=12)
    first, second = sorted(town.sessions, key=lambda session: str(session.date))
    assert (first.status, second.date) == ("held", NEXT)
    assert first.starts_at is not None
    assert first.place == "salle du conseil"
    assert [item.announced for item in first.items] == [True, True, True]


def test_an_agenda_that_shows_another_day_before_its_own_is_still_a_move(town):
    town.paper("odj", "agenda", items=FIRST, time=time(18, 30))
    town.replaced("odj", town.claim(NEXT, FIRST, time=time(18, 30)), days=4)
    assert (town.session.date, town.session.status) == (NEXT, "moved")


def test_a_move_that_the_text_states_is_one_even_after_the_day(town):
    town.paper("odj", "agenda", items=FIRST, time=time(18, 30))
    former = town.session.date
    town.replaced("odj", town.claim(NEXT, FIRST, time=time(18, 30), moved_from=former), days=12)
    assert (town.session.date, town.session.status) == (NEXT, "moved")
