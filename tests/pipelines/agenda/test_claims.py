"""What a document says, where the trap is one thing: names only, listings, regions of items, sizes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from crawler.models import Extracted, Hints, PageText, SessionClaim
from pipelines.agenda.claims import claims
from pipelines.text.extract import extract

One = Callable[..., SessionClaim]
AGENDA = (
    "COMMUNE DE LORNAC\nConseil municipal du 12 mars 2026\n{}\nORDRE DU JOUR\n"
    "1. Budget\n2. Voirie rue du 8 mai 1945\n3. Tarifs\n"
)
MINUTES = "PROCÈS-VERBAL DU CONSEIL MUNICIPAL DU 12 MARS 2026\nPrésents : Mme Roc\n"


def unread(name: str, stamp: str = "", **hints: Any) -> tuple[SessionClaim, ...]:
    extracted = Extracted("application/pdf", "needs-ocr", pages=(PageText(1, stamp),), page_count=1)
    return claims(extracted, Hints(file_name=name, reference_date=date(2026, 3, 2), **hints))[1]


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("à 18h30 en mairie", time(18, 30)),
        ("Heure : 20h", time(20)),
        ("La séance est ouverte à 19 h 05.", time(19, 5)),
        ("à l'issue de la commission", None),
        ("La séance est levée à 22h10.", None),
        ("Accueil du public de 9h à 12h", None),
    ],
)
def test_the_hour_is_that_of_the_opening(say_one: One, line: str, hour: time | None) -> None:
    assert say_one(AGENDA.format(line)).time == hour


@pytest.mark.parametrize(
    "line",
    [
        "Convocation du 5 mars 2026",
        "Affiché le 6 mars 2026",
        "Mis en ligne le 7/03/2026",
        "Reçu en préfecture le 20/03/2026",
        "Vu la loi du 24 juin 2025",
        "Approbation du procès-verbal de la séance du 29 janvier 2026",
        "Date limite : 9 mars 2026",
        "Mairie, place du 19 mars 1962",
        "Le procès-verbal de la séance du 2 février 2026 a été adressé aux élus.",
    ],
)
def test_other_dates_are_not_the_session(say_one: One, line: str) -> None:
    assert say_one(AGENDA.format(line)).date == date(2026, 3, 12)


def test_the_convocation_is_dated(say_one: One) -> None:
    assert say_one(AGENDA.format("Date de la convocation : vendredi 6 mars 2026")).convened_on == date(2026, 3, 6)


def test_the_body_defaults_to_the_council(say_one: One) -> None:
    text = "Séance du 12 mars 2026\nORDRE DU JOUR\n1. Budget annexe\n2. Tarifs de la piscine\n"
    assert say_one(text, council_kind="epci").body == "conseil communautaire"
    assert say_one(text, council_kind="departement").body == "conseil départemental"


@pytest.mark.parametrize("end", ["4. Convention avec l'agence de", "4. Convention,"])
def test_an_agenda_that_breaks_off_is_not_complete(say_one: One, end: str) -> None:
    assert say_one(AGENDA.format("")).complete
    assert not say_one(AGENDA.format("") + end).complete


def test_a_gap_in_the_numbers_is_not_complete(say_one: One) -> None:
    assert not say_one(AGENDA.format("").replace("2. Voirie", "5. Voirie").replace("3. Tarifs", "6. Tarifs")).complete


def test_a_supplement_is_not_complete(say_one: One) -> None:
    assert not say_one(AGENDA.format("").replace("ORDRE DU JOUR", "ORDRE DU JOUR COMPLÉMENTAIRE")).complete


def test_items_know_their_part_of_the_document() -> None:
    text = (
        f"{MINUTES}\nDélibération n° 2026-01 : Caméras\n\nDix caméras.\n\n"
        "Délibération n° 2026-02 : Voirie\n\nUne rue.\n"
    )
    extracted = extract(text.encode(), "text/plain", Hints())
    (session,) = claims(extracted, Hints())[1]
    first, second = session.items
    page = extracted.pages[0].text
    assert first.finish == second.begin and first.page == second.page == 1
    assert (
        "Dix caméras." in page[first.begin[1] : first.finish[1]]
        and "Une rue" not in page[first.begin[1] : first.finish[1]]
    )
    assert page[second.begin[1] : second.finish[1]].endswith("Une rue.")


def test_votes_point_at_their_words() -> None:
    text = f"{MINUTES}\nDélibération n° 2026-01 : Caméras\n\nLe conseil adopte à l'unanimité.\n"
    extracted = extract(text.encode(), "text/plain", Hints())
    (vote,) = claims(extracted, Hints())[1][0].items[0].votes
    assert vote.span is not None
    assert extracted.pages[0].text[vote.span.start : vote.span.end] == "à l'unanimité"


def test_a_draft_has_no_votes_even_if_it_says_so(say_one: One) -> None:
    session = say_one(
        "PROJET DE DÉLIBÉRATION\nConseil municipal du 12 mars 2026\nOBJET : Caméras de voie publique\n\n"
        "Vu le code,\nAdopté à l'unanimité.\n"
    )
    assert [item.votes for item in session.items] == [()]


def test_a_point_that_was_dropped_is_withdrawn(say_one: One) -> None:
    session = say_one(
        f"{MINUTES}Ordre du jour\n1. Budget communal\n2. Voirie communale\n"
        "La maire indique que le 3ème point prévu « Location de caméras mobiles » n'a plus lieu d'être.\n\n"
        "1. Budget communal\n\nAdopté à l'unanimité.\n\n2. Voirie communale\n\nAdopté à l'unanimité.\n"
    )
    assert [(item.number, item.withdrawn) for item in session.items] == [("1", False), ("2", False), ("3", True)]
    assert session.items[2].votes[0].result == "withdrawn"


def test_a_file_name_alone_claims_a_session() -> None:
    (session,) = unread("01_20250917_cm_convocation.pdf")
    assert (session.body, session.date, session.time) == ("conseil municipal", date(2025, 9, 17), None)
    assert unread("plan_20250917.pdf") == () and unread("annexe_cm_20250917.pdf") == () and unread("odj.pdf") == ()


def test_a_link_text_alone_claims_a_session() -> None:
    (session,) = unread(
        "document.pdf", link_text="Ordre du jour du conseil communautaire du 12 mars 2026", council_kind="epci"
    )
    assert (session.body, session.date) == ("conseil communautaire", date(2026, 3, 12))


def test_a_stamp_dates_an_act_and_corrects_a_file_name() -> None:
    stamp = "Envoyé en préfecture le {}\nReçu en préfecture le {}\nID : 099-219900001-{}-{}-DE"
    (act,) = unread("DE2025-012_cameras-tampon.pdf", stamp.format("21/10/2025", "21/10/2025", "20251016", "DE2025_012"))
    assert act.date == date(2025, 10, 16)
    (minutes,) = unread(
        "PV_DU_15_DECEMBRE_2024-tampon.pdf", stamp.format("02/02/2024", "02/02/2024", "20240202", "PV15122023")
    )
    assert minutes.date == date(2023, 12, 15)


def test_an_empty_document_says_nothing() -> None:
    assert claims(Extracted("text/plain", "read"), Hints()) == ("other", ())


@pytest.mark.parametrize(
    "body",
    [
        "1. Titre du point avec des mots\n" * 4000,
        "- point de la liste\n" * 8000,
        "a" * 300_000,
        "12 " * 100_000,
        "mars " * 60_000,
        "le 12 mars 2026 " * 20_000,
        "vingt et un quatre " * 15_000,
        "(" * 300_000,
        " \n" * 100_000,
        "Titre sans rien\n\n" * 8000,
        "à l'exception de M. X contre : pour : abstention unanimité voix " * 5000,
        "ordre du jour : " * 20_000,
        "CAPITALES SANS FIN\n" * 8000,
    ],
)
def test_the_worst_text_is_read_in_its_length(body: str) -> None:
    """Anything that costs more than the length of the text would not end here."""
    for head in (
        "Conseil municipal du 12 mars 2026\nORDRE DU JOUR\n",
        "PROCÈS-VERBAL du conseil municipal du 12 mars 2026\nPrésents : A\n",
    ):
        sessions = claims(extract((head + body).encode(), "text/plain", Hints()), Hints())[1]
        assert [session.date for session in sessions] == [date(2026, 3, 12)]


def test_an_item_ends_before_the_rubric_of_the_next(say_one: One) -> None:
    text = (Path(__file__).parent / "constructed" / "55_rubrics.txt").read_text(encoding="utf-8")
    items = say_one(text).items
    parts = [text[item.begin[1] : item.finish[1]] for item in items]
    assert [item.theme for item in items] == ["FINANCES", "FINANCES", *["SÉCURITÉ ET VIDÉOPROTECTION"] * 2]
    assert "VIDÉOPROTECTION" not in parts[1] and "Convention" in parts[2]
