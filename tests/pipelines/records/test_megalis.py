"""Lists of acts as the search of Megalis answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.models import Hints
from pipelines.read import read
from pipelines.records.megalis import records_of

HINTS = Hints(council_id="epci-1", council_name="Valmont", council_kind="epci")


def act(day: str, objet: str, kind: int = 1) -> dict[str, Any]:
    return {
        "objet": objet, "type": kind, "date_acte": f"{day}T00:00:00Z", "date_publication": f"{day}T16:00:00Z",
        "id_publication": 7, "classification_code": "6.1", "classification_libelle": "Libertés/Police municipale",
        "url": "https://x.example/OpenData/210000992/Deliberation/2026/7/a.pdf", "annexes": [],
    }  # fmt: skip


def test_the_deliberations_of_each_day_are_a_session_that_was_held():
    value = {
        "nb_resultats": 99,
        "resultats": [
            act("2026-02-17", "DE2026_12_extension_videoprotection_centre"),
            act("2026-02-17", "2026-11 - Convention avec la gendarmerie"),
            act("2026-01-13", "Tarifs du camping"),
            act("2026-01-14", "Arrêté de circulation", 2),
        ],
        "page_suivante": "AoE",
    }
    records = records_of(value, HINTS)
    assert records is not None
    assert records.kind == "list"
    told = [
        (s.claim.body, s.claim.date, s.claim.status, [(i.claim.number, i.claim.title) for i in s.items])
        for s in records.sessions
    ]
    assert told == [
        (
            "conseil communautaire", date(2026, 2, 17), "held",
            [("2026-11", "Convention avec la gendarmerie"), ("DE2026_12", "extension videoprotection centre")],
        ),
        ("conseil communautaire", date(2026, 1, 13), "held", [(None, "Tarifs du camping")]),
    ]  # fmt: skip


def test_it_says_nothing_of_votes_and_does_not_name_the_body():
    records = records_of([act("2026-02-17", "Vidéoprotection")], HINTS)
    assert records is not None
    (session,) = records.sessions
    assert not session.claim.body_printed
    assert not session.claim.complete
    assert session.items[0].claim.votes == ()


@pytest.mark.parametrize("value", [[], {}, {"nb_resultats": 0, "resultats": []}, [{"objet": "x"}], {"resultats": [1]}])
def test_what_is_none_of_ours_is_left_to_others(value: Any):
    assert records_of(value, HINTS) is None


def test_an_act_without_a_date_that_can_be_read_is_an_error_that_is_told():
    with pytest.raises(ValueError, match="isoformat"):
        records_of([act("17/02/2026", "Vidéoprotection")], HINTS)


def test_a_flagged_title_is_found():
    reading = read(json.dumps([act("2026-02-17", "Extension de la vidéoprotection")]).encode(), None, HINTS)
    assert [flag.topics for flag in reading.flags] == [("video-surveillance",)]


def test_real_acts_of_a_commune(shared: Path):
    data = (shared / "corpus/csv/audierne/mairie_deliberations__extracted_pdf_metadata.json").read_bytes()
    records = records_of(json.loads(data), Hints(council_kind="commune"))
    assert records is not None
    assert sum(len(session.items) for session in records.sessions) == 694
    assert all(item.claim.title.strip() for session in records.sessions for item in session.items)
    busiest = max(records.sessions, key=lambda session: len(session.items))
    assert (busiest.claim.date, len(busiest.items)) == (date(2021, 12, 8), 43)
