"""An item as ``tocsin show`` says it."""

from __future__ import annotations

import pytest

from crawler.cli.items import announced, in_words, vote_line, where

VOTE = {
    "result": "adopted", "for": 20, "against": 3, "abstain": 1, "unanimous": False, "document_kind": "minutes",
    "page": 7, "not_voting": None, "not_voting_names": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "adopted: 20 for, 3 against, 1 abstention; minutes p. 7"),
        ({"not_voting": 2, "not_voting_names": ["Mme Aubépine", "M. Cormier"]},
         "adopted: 20 for, 3 against, 1 abstention, 2 not voting (Mme Aubépine, M. Cormier); minutes p. 7"),
        ({"not_voting_names": ["Mme Aubépine"]},
         "adopted: 20 for, 3 against, 1 abstention, 1 not voting (Mme Aubépine); minutes p. 7"),
        ({"for": None, "against": None, "abstain": None, "unanimous": True}, "adopted: unanimous; minutes p. 7"),
        ({"result": "noted", "for": None, "against": None, "abstain": None}, "noted; minutes p. 7"),
    ],
)  # fmt: skip
def test_a_vote(said, expected):
    assert vote_line(VOTE | said) == expected


def test_pages():
    assert where({"kind": "agenda", "page": 2, "last_page": 2}) == "agenda p. 2"
    assert where({"kind": "draft", "page": 1, "last_page": 4}) == "draft p. 1\u20134"
    assert where({"kind": "list", "page": None, "last_page": None}) == "list"


@pytest.mark.parametrize(
    ("known", "read_at", "expected"),
    [
        (None, "2026-03-02T09:00:00+00:00", None),
        (True, None, "on an agenda that was read"),
        (False, "2026-03-02T09:00:00+00:00", "not on the agenda read on 2026-03-02 09:00Z"),
        (False, None, "not on the agenda that was read"),
    ],
)
def test_whether_it_was_announced(known, read_at, expected):
    assert announced({"announced": known, "agenda_read_at": read_at}) == expected


def test_in_words():
    item = {
        "type": "item", "title": "Fibre", "announced": True, "agenda_read_at": None, "decided": True, "votes": [VOTE],
        "facts": [],
        "documents": ["https://x.example/odj.pdf"],
        "parts": [{"kind": "agenda", "page": 2, "last_page": 2, "url": "https://x.example/odj.pdf"}],
    }  # fmt: skip
    assert in_words(item) == {
        "type": "item", "title": "Fibre", "announced": "on an agenda that was read",
        "decided": "before the session, by delegation",
        "documents": [{"title": "agenda p. 2: https://x.example/odj.pdf"}],
        "votes": [{"title": "adopted: 20 for, 3 against, 1 abstention; minutes p. 7"}],
        "facts": [],
    }  # fmt: skip
