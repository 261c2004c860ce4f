from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.models import (
    TOPICS,
    FlagClaim,
    ItemClaim,
    Match,
    SessionClaim,
    SessionStatus,
    Span,
    Stance,
    VoteClaim,
    VoteResult,
)
from db.store.claims import decode_claims, encode_claims

number = st.integers(0, 10**6)
text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
spans = st.builds(Span, number, number, number)
votes = st.builds(
    VoteClaim, st.sampled_from(get_args(VoteResult)), *[st.none() | number] * 3, st.booleans(), st.none() | spans
)
items = st.builds(
    ItemClaim, text, st.none() | text, st.none() | number, st.tuples(number, number), st.tuples(number, number),
    st.none() | text, st.none() | text, st.booleans(), st.booleans(), st.lists(votes, max_size=3).map(tuple),
)  # fmt: skip
sessions = st.builds(
    SessionClaim, text, st.none() | st.dates(), st.none() | st.times(), st.none() | text, st.none() | st.dates(),
    st.sampled_from(get_args(SessionStatus)), number, st.booleans(), st.none() | st.dates(),
    st.lists(items, max_size=3).map(tuple),
)  # fmt: skip
scores = st.floats(0, 1)
matches = st.builds(Match, st.sampled_from(TOPICS), text, spans, scores, text)
flags = st.builds(
    FlagClaim, scores, st.lists(matches, max_size=3).map(tuple), text, number, st.none() | number, st.none() | number,
    st.none() | st.sampled_from(get_args(Stance)), st.booleans(), st.none() | scores,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(sessions, max_size=3).map(tuple), st.lists(flags, max_size=3).map(tuple))
def test_claims_come_back_as_they_went(these, those):
    assert decode_claims(encode_claims(these, those)) == (these, those)


def test_defaults_take_no_room():
    assert json.loads(encode_claims((SessionClaim("bureau"),), ())) == {"sessions": [{"body": "bureau"}], "flags": []}


def test_the_claims_of_another_version_remain_readable():
    stored = '{"sessions":[{"body":"bureau","date":"2026-03-09","mood":"good"}],"flags":[],"more":1}'
    assert decode_claims(stored) == ((SessionClaim("bureau", date(2026, 3, 9)),), ())


def test_flags_of_before_ocr_remain_readable():
    stored = '{"sessions":[],"flags":[{"score":0.9,"matches":[],"excerpt":"caméras","page":2,"decided":true}]}'
    assert decode_claims(stored) == ((), (FlagClaim(0.9, (), "caméras", 2, decided=True),))


def test_what_sqlite_cannot_hold_is_replaced():
    claim = SessionClaim("conseil", time=time(18, 30), items=(ItemClaim("titre \ud800 cassé"),))
    (session,), _ = decode_claims(encode_claims((claim,), ()))
    assert session == replace(claim, items=(ItemClaim("titre \ufffd cassé"),))
