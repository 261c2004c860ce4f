"""Records of a portal as sessions and acts; JSON twins of registers. All is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crawler.models import Hints
from pipelines.records.opendatasoft import records_of

ROW = {
    "coll_nom": "Ville de Valmont", "coll_siret": "21350238800019", "delib_id": "2026-7", "delib_date": "2026-02-16",
    "delib_matiere_nom": "Police", "delib_objet": "Usage de drones", "vote_pour": None, "vote_contre": None,
}  # fmt: skip


def records(value: Any, **hints: Any):
    return records_of(value, Hints(**{"council_name": "Valmont", "council_siren": "213502388", **hints}))


@pytest.mark.parametrize(
    "value",
    [
        {"total_count": 1, "results": [ROW]},
        [ROW],
        {"nhits": 1, "parameters": {}, "records": [{"recordid": "x", "fields": ROW}]},
        [{"datasetid": "d", "fields": ROW}],
    ],
)
def test_the_forms_of_an_answer(value: Any):
    found = records(value)
    assert found is not None and found.kind == "list"
    (session,) = found.sessions
    assert (session.claim.date, session.claim.status, session.claim.body) == (
        date(2026, 2, 16),
        "held",
        "conseil municipal",
    )
    claim = session.items[0].claim
    assert (claim.number, claim.title, claim.theme, claim.votes) == ("2026-7", "Usage de drones", "Police", ())


def test_votes_are_told_and_what_is_null_is_not_deduced():
    (session,) = records([{**ROW, "vote_pour": 20, "vote_contre": 3.0, "vote_abstention": "0"}]).sessions
    (vote,) = session.items[0].claim.votes
    assert (vote.result, vote.for_, vote.against, vote.abstain) == ("adopted", 20, 3, 0)


def test_numbers_count_and_sessions_follow_their_days():
    rows = [{**ROW, "delib_id": number, "delib_date": day} for number, day in
            (("2026-10", "2026-02-16"), ("2026-9", "2026-02-16"), ("2026-1", "2026-01-12"))]  # fmt: skip
    found = records(rows)
    assert [(one.claim.date.month, [item.claim.number for item in one.items]) for one in found.sessions] == [
        (1, ["2026-1"]), (2, ["2026-9", "2026-10"]),
    ]  # fmt: skip


def test_an_agenda_is_complete_only_where_all_of_it_came():
    row = {
        "seance": "17/03/2026", "reference": "2026 DPSP 1", "objet": "Caméras", "rapporteur": "Mme Aubry",
        "type": "PJ", "entite_depositaire": "Groupe A",
    }  # fmt: skip
    hints = {"link_text": "Ordre du jour du conseil", "council_siren": None}
    whole = records({"total_count": 1, "results": [row]}, **hints)
    assert (whole.kind, whole.sessions[0].claim.status, whole.sessions[0].claim.complete) == (
        "agenda",
        "scheduled",
        True,
    )
    assert whole.sessions[0].items[0].lines == ("2026 DPSP 1 – Caméras", "Rapporteur : Mme Aubry", "PJ", "Groupe A")
    assert not records({"total_count": 130, "results": [row]}, **hints).sessions[0].claim.complete


def test_records_of_others_are_left_out():
    other = {**ROW, "coll_nom": "Valmont Métropole", "coll_siret": "24350013900189", "delib_objet": "Autre"}
    found = records([ROW, other])
    assert [item.claim.title for session in found.sessions for item in session.items] == ["Usage de drones"]
    assert records([other]).sessions == ()


@pytest.mark.parametrize(
    "value", [[{"nom": "Tilleul", "date": "2026-01-01"}], [{"a": 1}], {"results": [], "page": 2}, [], 3]
)
def test_other_answers_are_not_ours(value: Any):
    assert records(value) is None


def test_rows_without_a_day_or_a_title_are_left_out():
    assert (
        records([{**ROW, "delib_date": None}, {**ROW, "delib_objet": None}, {**ROW, "delib_objet": {"a": 1}}]).sessions
        == ()
    )
