"""Hundreds of ways in which councils print a vote: ``vote_wordings.jsonl``, one a line.

``votes`` lists result, for, against, abstentions, unanimous, and where printed those who took no part: how many, who.
``ocr`` marks what was recognised from an image. All are invented; names are of nobody.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.models import VoteClaim
from pipelines.agenda.vote_mending import mended
from pipelines.agenda.votes import find_votes
from pipelines.agenda.words import plain

WORDINGS = [
    json.loads(line)
    for line in (Path(__file__).parent / "vote_wordings.jsonl").read_text(encoding="utf-8").splitlines()
]


def told(vote: VoteClaim) -> list[Any]:
    said: list[Any] = [vote.result, vote.for_, vote.against, vote.abstain, vote.unanimous]
    absent = vote.not_voting is not None or vote.not_voting_names
    return [*said, vote.not_voting, list(vote.not_voting_names)] if absent else said


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording["text"][:60].replace("\n", " "))
def test_a_wording(wording: dict[str, Any]) -> None:
    text = wording["text"]
    low = mended(plain(text)) if wording.get("ocr") else None
    assert [told(vote) for vote, _, _ in find_votes(text, low)] == wording["votes"]


def test_there_are_many_wordings_and_many_that_are_none() -> None:
    assert len({wording["text"] for wording in WORDINGS}) == len(WORDINGS) >= 300
    assert sum(not wording["votes"] for wording in WORDINGS) >= 25


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\n"])
def test_offsets_lie_within_the_text(line_end: str) -> None:
    for wording in WORDINGS:
        text = wording["text"].replace("\n", line_end)
        for _, begin, end in find_votes(text):
            assert 0 <= begin < end <= len(text)


@pytest.mark.parametrize(
    ("misread", "meant"),
    [
        ("anprouree", "approuvee"),
        ("pprouvee", "approuve"),
        ("unarilmite", "unanimite "),
        ("abstenti0ns", "abstentions"),
        ("c0ntre", "contre"),
        ("rejelee", "rejetee"),
        ("pour : l5\ncontre ; o", "pour : 15\ncontre : 0"),
    ],
)
def test_misread_words_of_voting_are_put_right(misread: str, meant: str) -> None:
    assert mended(misread) == meant


@pytest.mark.parametrize(
    "words",
    [
        "la journee de l'obtention d'un label adapte, rapportee par la minorite",
        "une attention apportee aux projets, approuver, adopter, reporter, les positions et propositions",
        "vote : 8 pour, 1 contre, 0 abstention ; 8 pour ; 1 contre",
        "pour : il est propose ; contre : si le conseil ; pour : l'achat",
        "contrat, centre, montre, tour, cour, vote, voie",
        "priorite, autorite, securite, unanimes, opposables, eprouvees, projetee, ajouree",
    ],
)
def test_french_words_are_no_misread_ones(words: str) -> None:
    assert mended(words) == words
