"""What holds for any evidence: its order does not matter, a second look changes nothing, ids stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.models import Council, Evidence, Facts, FlagClaim, ItemClaim, Match, SessionClaim, Span, VoteClaim
from pipelines.reconcile.reconcile import Reconciled, reconcile

COUNCIL = Council("ville-de-brumeval", "Brumeval", "commune", timezone="Europe/Paris")
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
POOL = (
    "Budget primitif 2026", "Acquisition d'un terrain rue des Tanneurs", "Convention avec l'école de musique",
    "Tarifs de la piscine intercommunale", "Réfection de la toiture du gymnase", "Plan vélo du canton",
    "Extension du système de vidéoprotection", "Demande de subvention – vidéoprotection", "Bail du presbytère",
    "Marché de Noël : tarifs des chalets", "Création d'un verger partagé", "Subvention au club de judo",
    "Subvention au club de voile", "Motion sur le fret ferroviaire",
)  # fmt: skip
DAYS = (date(2026, 3, 19), date(2026, 3, 26), date(2025, 3, 19), date(2026, 4, 9), None)
KINDS = ("agenda", "agenda", "convocation", "draft", "note", "list", "minutes", "deliberation")
VOTED = (VoteClaim("adopted", 20, 3, 2),)


@st.composite
def papers(draw: st.DrawFn, name: int) -> list[Evidence]:
    """One document with one or two versions, the older one superseded."""
    kind = draw(
        st.sampled_from(("agenda", "agenda", "convocation", "draft", "note", "list", "minutes", "deliberation"))
    )
    late = kind in ("list", "minutes", "deliberation")
    private = draw(st.integers(0, 9)) == 0
    versions = []
    for number in range(1, draw(st.integers(1, 2)) + 1):
        claims = tuple(draw(claim(late)) for _ in range(draw(st.integers(1, 2))))
        flags = tuple(
            FlagClaim(0.9, (Match("video-surveillance", "t", Span(1, 0, 5), 0.9, "x"),), item.title, 1, s, i)
            for s, each in enumerate(claims)
            for i, item in enumerate(each.items)
            if "vidéo" in item.title
        )
        at = START + timedelta(hours=draw(st.integers(0, 4)), days=40 * late + number)
        key, url = f"{'private' if private else 'public'}:{name}-{number}", f"https://b.example/{name % 3}"
        versions.append(Evidence(key, f"d{name}", url, kind, number, START, at, claims, flags, private))
    return [*(replace(each, superseded=True) for each in versions[:-1]), versions[-1]]


@st.composite
def claim(draw: st.DrawFn, late: bool) -> SessionClaim:
    titles = draw(st.lists(st.sampled_from(POOL), max_size=7, unique=True))
    items = tuple(
        ItemClaim(title, str(n) if draw(st.booleans()) else None, page=1, begin=(1, n), finish=(1, n + 1),
                  votes=VOTED if late else ())
        for n, title in enumerate(titles, 1)
    )  # fmt: skip
    return SessionClaim(
        draw(st.sampled_from(("conseil municipal", "conseil municipal", "bureau municipal"))),
        draw(st.sampled_from(DAYS)),
        draw(st.sampled_from((None, None, time(18, 30), time(20, 0)))),
        convened_on=draw(st.sampled_from((None, None, date(2026, 3, 12)))),
        complete=draw(st.booleans()),
        items=items,
        body_printed=draw(st.booleans()),
    )


EVIDENCE = st.integers(1, 6).flatmap(
    lambda count: st.tuples(*(papers(name) for name in range(count))).map(lambda those: list(chain(*those)))
)


def settle(evidence: list[Evidence], was: Reconciled | None = None, numbers: Iterator[int] | None = None) -> Reconciled:
    """Without ``was`` from nothing; with it, new ids are allowed only where ``numbers`` gives them."""
    known = was or Reconciled(Facts(COUNCIL.id), Facts(COUNCIL.id))
    given = count(1) if was is None and numbers is None else numbers

    def new_id(prefix: str) -> str:
        assert given is not None, f"a new {prefix}"
        return f"{prefix}{next(given)}"

    return reconcile(evidence, known.public, known.private, COUNCIL, new_id)


@settings(max_examples=40, deadline=None)
@given(EVIDENCE, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(evidence, random):
    mixed = list(evidence)
    random.shuffle(mixed)
    assert settle(mixed) == settle(evidence)


@settings(max_examples=40, deadline=None)
@given(EVIDENCE)
def test_a_second_look_changes_nothing_and_names_nothing(evidence):
    first = settle(evidence)
    again = settle(evidence, first)
    assert (again.public.changes, again.private.changes) == ((), ())
    assert again == Reconciled(replace(first.public, changes=()), replace(first.private, changes=()))


@settings(max_examples=40, deadline=None)
@given(EVIDENCE)
def test_what_is_known_at_the_end_does_not_depend_on_when_it_came(evidence):
    """Papers that come one by one make the same sessions as papers that come together; ids are never given twice."""
    step, numbers = None, count(1)
    documents = list(dict.fromkeys(each.document_id for each in evidence))
    for upto in range(1, len(documents) + 1):
        step = settle([each for each in evidence if each.document_id in documents[:upto]], step, numbers)
    assert step is not None
    at_once = settle(evidence)
    today = {each.version_id for each in evidence if not each.superseded}
    assert shape(step.public, today) == shape(at_once.public, today)
    for facts in (step.public, step.private):
        ids = [s.id for s in facts.sessions] + [i.id for s in facts.sessions for i in s.items]
        assert len(ids) == len(set(ids))


def shape(facts: Facts, today: set[str]) -> list[tuple[str, ...]]:
    """What the sessions say, with the papers of today: of those before, one run knows more than another."""
    return sorted(
        (
            s.body,
            str(s.date),
            str(s.starts_at),
            str(sorted(today & set(s.versions))),
            str(sorted(i.title for i in s.items)),
        )
        for s in facts.sessions
    )


@settings(max_examples=40, deadline=None)
@given(EVIDENCE)
def test_every_claim_with_items_is_in_the_facts_and_no_item_in_two_sessions(evidence):
    facts = settle(evidence)
    known = facts.private if facts.private.sessions else facts.public
    sessions = {s.id: s for f in (facts.public, facts.private, known) for s in f.sessions}
    told = {version for s in sessions.values() for version in s.versions}
    assert {e.version_id for e in evidence if not e.superseded and any(c.items for c in e.sessions)} <= told
    for session in sessions.values():
        assert len({item.id for item in session.items}) == len(session.items)
        for item in session.items:
            assert item.parent_id is None or item.parent_id in {each.id for each in session.items}
            assert item.announced is not False or item.outcome is not None
            assert {part.version_id for part in item.parts} <= set(item.versions)
