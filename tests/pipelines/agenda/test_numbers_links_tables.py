"""Numbers of acts that look like days, pages of links, exceptions to unanimity, votes in tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.agenda.dates import find_dates
from pipelines.agenda.families import first_of
from pipelines.agenda.markers import Mark
from pipelines.agenda.votes import find_votes

Say = Callable[..., tuple[str, tuple]]


@pytest.mark.parametrize(
    "text",
    ["Délibération AP D 26-03-19 : budget", "CP-2026-03-12-04", "Délibération n° 2026-03-12", "2026-03-12-R-0356"],
)
def test_a_number_of_an_act_is_no_day(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("CP du 26-03-19", date(2019, 3, 26)),
        ("2026-03-12 18:30", date(2026, 3, 12)),
        ("le 2026-03-12 - 18h", date(2026, 3, 12)),
        ("Rapport n° 26-03-2026", date(2026, 3, 26)),
        ("Convocation du 28.02.13", date(2013, 2, 28)),
    ],
)
def test_a_day_beside_a_number_stays_a_day(text: str, day: date) -> None:
    assert [one.value for one in find_dates(text)] == [day]


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("À l'unanimité, à l'exception de M. Ormont qui vote contre, le conseil approuve.", 1),
        ("Adopté à l'unanimité, à l'exception du groupe Demain qui vote contre.", None),
        ("Adopté à l'unanimité sauf Mme Bara qui vote contre.", 1),
        ("Le conseil, à l'unanimité, à l'exception de M. Ormont (contre), approuve", 1),
    ],
)
def test_a_vote_against_breaks_unanimity(text: str, against: int | None) -> None:
    ((vote, _, _),) = find_votes(text)
    assert (vote.result, vote.against, vote.unanimous) == ("adopted", against, False)


def test_abstentions_do_not() -> None:
    ((vote, _, _),) = find_votes("Adopté à l'unanimité, 3 abstentions")
    assert vote.unanimous and vote.abstain == 3


def page(body: str) -> str:
    return f"<html><head><title>x</title></head><body><main>{body}</main></body></html>"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Conseil municipal du 12 mars 2026</h1><h2>Délibérations</h2><ul><li><a href=a.pdf>Délibération n° 1"
        " (PDF, 120 Ko)</a></li><li><a href=b.pdf>Délibération n° 2 (PDF, 90 Ko)</a></li>"
        "<li><a href=c.pdf>Délibération n° 3 (PDF, 80 Ko)</a></li></ul>",
        "<h1>Liste des délibérations du conseil municipal du 12 mars 2026</h1>"
        "<p><a href=1.pdf>Télécharger la liste des délibérations (PDF - 210 Ko)</a></p>",
    ],
)
def test_a_page_of_links_is_no_list(say: Say, body: str) -> None:
    assert say(page(body))[0] == "other"


def votes_of(sessions: tuple) -> list[tuple]:
    return [
        (item.number, *((vote.result, vote.for_, vote.against, vote.abstain, vote.unanimous) for vote in item.votes))
        for item in sessions[0].items
    ]


def test_a_table_of_votes_with_empty_and_spanning_cells(say: Say) -> None:
    kind, sessions = say(
        page(
            "<h1>Conseil municipal du 21 mai 2026</h1><table><tr><th>Thème</th><th>N°</th><th>Objet</th><th>Pour</th>"
            "<th>Contre</th><th>Abst.</th></tr><tr><td rowspan=2>Finances</td><td>1</td><td>Budget supplémentaire</td>"
            "<td>20</td><td></td><td>3</td></tr><tr><td>2</td><td>Garantie d'emprunt</td><td>23</td><td></td><td></td>"
            "</tr><tr><td>Sécurité</td><td>3</td><td>Caméras place Foch</td><td>15</td><td>8</td><td></td></tr></table>"
        )
    )
    assert kind == "list"
    assert votes_of(sessions) == [
        ("1", ("adopted", 20, None, 3, False)),
        ("2", ("adopted", 23, None, None, False)),
        ("3", ("adopted", 15, 8, None, False)),
    ]


def test_a_ticked_column_and_a_vote_of_all(say: Say) -> None:
    _, sessions = say(
        page(
            "<h1>Relevé des décisions du conseil municipal du 17 avril 2026</h1><table><tr><th>N°</th><th>Objet</th>"
            "<th>Unanimité</th><th>Majorité</th><th>Retrait</th></tr><tr><td>2026-101</td><td>Aide à la pierre</td>"
            "<td>X</td><td></td><td></td></tr><tr><td>2026-102</td><td>Routes communales</td><td></td><td>X</td><td>"
            "</td></tr><tr><td>2026-103</td><td>Écoles primaires</td><td></td><td></td><td>X</td></tr></table>"
        )
    )
    assert [vote[1][0] for vote in votes_of(sessions)] == ["adopted", "adopted", "withdrawn"]
    assert [vote[1][4] for vote in votes_of(sessions)] == [True, False, False]


def test_a_series_that_goes_on_from_another_day_begins_with_its_first_number() -> None:
    marks = [Mark("arabic", str(value), value, "Titre") for value in (201, 202, 203, 204)]
    assert first_of("arabic", marks) == 201
    assert first_of("arabic", marks[:3]) == 0
    assert first_of("roman", marks) == 0
