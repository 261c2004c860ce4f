"""Identity and facts: each case is a way in which real councils publish (DESIGN §2, §8)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.models import (
    Council,
    DocumentKind,
    Evidence,
    Facts,
    FlagClaim,
    ItemClaim,
    Match,
    SessionClaim,
    Span,
    VoteClaim,
)
from pipelines.reconcile.reconcile import Reconciled, reconcile

COUNCIL = Council("ville-de-brumeval", "Brumeval", "commune", timezone="Europe/Paris")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 19)
TITLES = (
    "Approbation du procès-verbal de la séance précédente",
    "Budget primitif de la ville",
    "Acquisition d'un terrain rue des Tanneurs",
    "Extension du système de vidéoprotection",
    "Convention avec l'école de musique",
    "Tarifs de la piscine",
)


COUNTER = itertools.count(1)


def fresh(prefix: str) -> str:
    return f"{prefix}{next(COUNTER)}"


def items(*titles: str) -> tuple[ItemClaim, ...]:
    return tuple(ItemClaim(title, str(n), page=1, minor=n == 1) for n, title in enumerate(titles, 1))


def session(
    day: date | None = DAY, titles: Sequence[str] = TITLES, body: str = "conseil municipal", **more
) -> SessionClaim:
    return SessionClaim(body=body, date=day, items=items(*titles), complete=True, **more)


def flag_on(claim: SessionClaim, word: str = "vidéoprotection", score: float = 0.9) -> tuple[FlagClaim, ...]:
    return tuple(
        FlagClaim(score, (Match("video-surveillance", "video", Span(1, 0, 5), score, word),), item.title, 1, 0, n)
        for n, item in enumerate(claim.items)
        if word in item.title
    )


def paper(
    document: str,
    *claims: SessionClaim,
    kind: DocumentKind = "agenda",
    number: int = 1,
    after: timedelta = timedelta(),
    private: bool = False,
    superseded: bool = False,
) -> Evidence:
    return Evidence(
        version_id=f"{'private' if private else 'public'}:{document}{number}",
        document_id=document,
        url=f"https://brumeval.example/{document}.pdf",
        kind=kind,
        number=number,
        first_seen_at=START,
        fetched_at=START + after,
        sessions=claims,
        flags=flag_on(claims[0]) if claims else (),
        private=private,
        superseded=superseded,
    )


def settle(evidence: Sequence[Evidence], before: Reconciled | None = None, new_id=None) -> Reconciled:
    empty = Facts(COUNCIL.id)
    was = before or Reconciled(empty, empty)
    return reconcile(evidence, was.public, was.private, COUNCIL, new_id or fresh)


def replaced(old: Evidence, *claims: SessionClaim, hours: int = 24) -> list[Evidence]:
    new = replace(
        old,
        version_id=f"public:{old.document_id}{old.number + 1}",
        number=old.number + 1,
        fetched_at=old.fetched_at + timedelta(hours=hours),
        sessions=claims,
        flags=flag_on(claims[0]),
    )
    return [replace(old, superseded=True), new]


def test_agenda_convocation_and_list_become_one_session_with_one_set_of_items():
    voted = tuple(
        replace(item, number=f"2026-0{n}", votes=(VoteClaim("adopted", 20, 3, 2),))
        for n, item in enumerate(items(*TITLES), 1)
    )
    evidence = [
        paper("odj", session()),
        paper(
            "convocation",
            SessionClaim("conseil municipal", DAY, time(18, 30), "salle du conseil", date(2026, 3, 12)),
            kind="convocation",
        ),
        paper("liste", SessionClaim("conseil municipal", DAY, items=voted), kind="list", after=timedelta(days=20)),
    ]
    facts = settle(evidence).public
    assert len(facts.sessions) == 1
    one = facts.sessions[0]
    assert [item.title for item in one.items] == list(TITLES)
    assert [item.number for item in one.items] == ["1", "2", "3", "4", "5", "6"]
    assert one.starts_at is not None and one.starts_at.isoformat() == "2026-03-19T18:30:00+01:00"
    assert (one.place, one.convened_on, one.status) == ("salle du conseil", date(2026, 3, 12), "held")
    assert {item.outcome.result for item in one.items if item.outcome} == {"adopted"}
    assert all(item.outcome and item.outcome.for_ == 20 for item in one.items)
    assert len(one.flags) == 1 and one.flags[0].item_id == one.items[3].id
    assert one.flags[0].version_id == "public:odj1"


def test_papers_of_one_item_each_stand_in_the_order_of_their_numbers():
    drafts = [
        paper(
            f"projet{n}", SessionClaim("conseil municipal", DAY, items=(ItemClaim(title, f"2026-{n}"),)), kind="draft"
        )
        for n, title in ((10, TITLES[2]), (2, TITLES[1]), (9, TITLES[3]))
    ]
    (found,) = settle(drafts).public.sessions
    assert [item.number for item in found.items] == ["2026-2", "2026-9", "2026-10"]


def test_a_second_look_changes_nothing():
    evidence = [paper("odj", session())]
    first = settle(evidence)
    second = settle(evidence, first, new_id=lambda prefix: pytest.fail(f"a new {prefix}"))
    assert second == first


def test_a_time_nobody_states_stays_unknown():
    assert settle([paper("odj", session())]).public.sessions[0].starts_at is None


def test_moved_under_the_same_address_keeps_its_identity_and_says_so():
    old = paper("odj", session())
    first = settle([old])
    moved = settle(replaced(old, session(date(2026, 3, 26))), first)
    assert [s.id for s in moved.public.sessions] == [first.public.sessions[0].id]
    assert moved.public.sessions[0].status == "moved"
    assert [item.id for item in moved.public.sessions[0].items] == [item.id for item in first.public.sessions[0].items]
    assert [(c.kind, c.before, c.after) for c in moved.public.changes] == [("moved", "2026-03-19", "2026-03-26")]


def test_another_paper_that_says_moved_from_continues_the_session():
    first = settle([paper("odj", session())])
    notice = SessionClaim("conseil municipal", date(2026, 3, 26), moved_from=DAY)
    after = settle([paper("odj", session()), paper("avis", notice, kind="convocation", after=timedelta(days=2))], first)
    assert [s.id for s in after.public.sessions] == [first.public.sessions[0].id]
    assert after.public.sessions[0].date == date(2026, 3, 26)


def test_an_agenda_swapped_under_one_address_is_another_session_and_the_first_is_kept():
    other = ("Approbation du procès-verbal", "Plan vélo", "Forêt communale", "Marché de Noël", "Bail du presbytère")
    old = paper("odj", session())
    first = settle([old])
    swapped = replaced(old, session(date(2026, 4, 23), other))
    second = settle(swapped, first)
    assert [s.date for s in second.public.sessions] == [DAY, date(2026, 4, 23)]
    assert second.public.sessions[0].id == first.public.sessions[0].id
    assert second.public.changes == ()
    third = settle(
        [swapped[0], *replaced(swapped[1], session(date(2026, 5, 28), tuple(f"Affaire {x}" for x in "ABCDE")))], second
    )
    assert [s.date for s in third.public.sessions] == [DAY, date(2026, 4, 23), date(2026, 5, 28)]
    assert len(third.public.sessions[0].items) == len(TITLES)


def test_two_bodies_and_two_sessions_on_one_evening_stay_two():
    bureau = session(body="bureau communautaire")
    late = replace(session(titles=("Huis clos", "Statuts", "Fiscalité", "Motion")), order=2)
    facts = settle([paper("a", session()), paper("b", bureau), paper("c", session(), late)]).public
    assert sorted((s.body, s.order) for s in facts.sessions) == [
        ("bureau communautaire", 1),
        ("conseil municipal", 1),
        ("conseil municipal", 2),
    ]


def test_two_agendas_with_other_hours_and_other_items_are_two_sessions():
    early = session(time=time(18, 0))
    late = session(titles=("Budget annexe du port", "Tarifs du mouillage", "Dragage", "Cale sèche"), time=time(20, 30))
    assert len(settle([paper("a", early), paper("b", late)]).public.sessions) == 2


def test_minutes_that_print_the_real_opening_hour_do_not_move_the_session():
    facts = settle(
        [
            paper("odj", session(time=time(18, 30))),
            paper("pv", session(time=time(18, 37)), kind="minutes", after=timedelta(days=9)),
        ]
    ).public
    assert len(facts.sessions) == 1
    assert facts.sessions[0].starts_at is not None and facts.sessions[0].starts_at.minute == 30


def test_a_second_address_of_the_same_agenda_adds_nothing():
    first = settle([paper("odj", session())])
    both = settle([paper("odj", session()), paper("copie", session(), after=timedelta(hours=5))], first)
    assert [s.id for s in both.public.sessions] == [first.public.sessions[0].id]
    assert len(both.public.sessions[0].items) == len(TITLES)
    assert [f.id for f in both.public.sessions[0].flags] == [f.id for f in first.public.sessions[0].flags]
    assert both.public.changes == ()


def test_items_added_dropped_and_reworded_in_a_new_version():
    old = paper("odj", session())
    first = settle([old])
    titles = [
        *TITLES[:4],
        "Convention avec l'école de musique et de danse",
        "Achat de deux drones pour la police municipale",
    ]
    after = settle(replaced(old, session(titles=titles)), first).public
    changes = {(c.kind, c.before, c.after) for c in after.changes}
    assert changes == {
        ("item-retitled", "5. Convention avec l'école de musique", "5. Convention avec l'école de musique et de danse"),
        ("item-added", None, "6. Achat de deux drones pour la police municipale"),
        ("item-unlisted", "6. Tarifs de la piscine", None),
    }
    gone = [item for item in after.sessions[0].items if not item.listed]
    assert [item.title for item in gone] == ["Tarifs de la piscine"]
    assert not gone[0].withdrawn


def test_the_flag_of_an_item_no_longer_listed_is_kept():
    old = paper("odj", session())
    first = settle([old])
    after = settle(replaced(old, session(titles=[t for t in TITLES if "vidéo" not in t])), first).public
    assert [f.id for f in after.sessions[0].flags] == [f.id for f in first.public.sessions[0].flags]


def test_a_new_time_is_a_change_and_a_first_time_is_not():
    plain = paper("odj", session())
    first = settle([plain])
    told = replaced(plain, session(time=time(18, 30)))
    second = settle(told, first)
    assert second.public.changes == ()
    third = settle([told[0], *replaced(told[1], session(time=time(20, 0)))], second)
    assert [(c.kind, c.after) for c in third.public.changes] == [("time", "2026-03-19T20:00:00+01:00")]


def test_a_better_reader_is_not_a_change():
    first = settle([paper("odj", session(titles=TITLES[:3], time=time(18, 0)))])
    better = settle([paper("odj", session(time=time(18, 30)))], first)
    assert better.public.changes == ()
    assert len(better.public.sessions[0].items) == len(TITLES)
    assert better.public.sessions[0].id == first.public.sessions[0].id


def superseded(before: Reconciled, after: Reconciled) -> Facts:
    """What the archive would hold as superseded after these two runs."""
    live = {s.id: s for s in after.public.sessions}
    return Facts(
        COUNCIL.id,
        tuple(
            replace(
                s,
                items=tuple(i for i in s.items if s.id not in live or i.id not in {x.id for x in live[s.id].items}),
                flags=tuple(f for f in s.flags if s.id not in live or f.id not in {x.id for x in live[s.id].flags}),
            )
            for s in before.public.sessions
        ),
    )


def test_what_one_reading_loses_and_the_next_finds_again_keeps_its_ids():
    good = [paper("odj", session())]
    first = settle(good)
    worse = settle([paper("odj", session(titles=TITLES[:3]))], first)
    lost = superseded(first, worse)
    back = reconcile(good, worse.public, worse.private, COUNCIL, fresh, lost)
    assert [i.id for i in back.public.sessions[0].items] == [i.id for i in first.public.sessions[0].items]
    assert [f.id for f in back.public.sessions[0].flags] == [f.id for f in first.public.sessions[0].flags]
    assert back.public.changes == ()


def test_a_session_that_a_reading_lost_comes_back_under_its_id_and_a_live_one_goes_first():
    good = [paper("odj", session())]
    first = settle(good)
    nothing = settle([paper("odj")], first)
    assert nothing.public.sessions == ()
    lost = superseded(first, nothing)
    back = reconcile(good, nothing.public, nothing.private, COUNCIL, fresh, lost)
    assert [s.id for s in back.public.sessions] == [first.public.sessions[0].id]
    anew = settle(good, nothing)  # as if the archive had forgotten
    kept = reconcile(good, anew.public, anew.private, COUNCIL, fresh, lost)
    assert [s.id for s in kept.public.sessions] == [anew.public.sessions[0].id]


def test_cancelled_only_where_a_text_says_so_and_not_after_a_newer_announcement():
    first = settle([paper("odj", session())])
    gone = settle(
        [
            paper("odj", session()),
            paper(
                "avis",
                SessionClaim("conseil municipal", DAY, status="cancelled"),
                kind="other",
                after=timedelta(days=1),
            ),
        ],
        first,
    )
    assert gone.public.sessions[0].status == "cancelled"
    assert [c.kind for c in gone.public.changes] == ["cancelled"]
    nothing = settle([], first)
    assert nothing.public.sessions == first.public.sessions  # absence is not evidence


def test_an_item_first_known_from_a_private_draft_keeps_its_id_and_the_draft_stays_private():
    draft = paper("projet", session(titles=TITLES[3:4], time=time(18, 30)), kind="draft", private=True)
    first = settle([draft])
    assert first.public.sessions == ()
    assert first.private.sessions[0].private
    both = settle([draft, paper("odj", session(), after=timedelta(days=3))], first)
    public, private = both.public.sessions[0], both.private.sessions[0]
    assert public.id == private.id == first.private.sessions[0].id
    assert public.starts_at is None and private.starts_at is not None
    item = next(item for item in public.items if "vidéoprotection" in item.title)
    assert item.id == first.private.sessions[0].items[0].id
    assert public.flags[0].id == first.private.sessions[0].flags[0].id
    assert "private:projet1" not in public.versions


def test_a_passage_outside_any_session_is_one_flag_per_document():
    match = Match("drones", "drone", Span(2, 5, 11), 0.8, "drones")
    loose = replace(
        paper("note"), flags=(FlagClaim(0.8, (match,), "Des drones.", 2), FlagClaim(0.6, (match,), "Un drone.", 3))
    )
    first = settle([loose])
    assert [(f.score, f.session_id, f.page) for f in first.public.loose_flags] == [(0.8, None, 2)]
    assert settle([loose], first).public == first.public


def test_a_passage_of_a_note_that_speaks_of_a_flagged_item_is_evidence_for_it_not_a_second_flag():
    def passage(topic, text):
        return FlagClaim(0.8, (Match(topic, f"{topic}-term", Span(2, 5, 11), 0.8, "mots"),), text, 2, 0)

    same = passage("video-surveillance", "La commune compte quarante-deux dômes.")
    quoting = passage("drones", "Tarifs de la piscine municipale : un drone surveillera la baignade.")
    other = passage("police-files", "Un fichier sera tenu.")
    note = replace(
        paper("note", SessionClaim("conseil municipal", DAY), kind="note"),
        flags=(same, replace(quoting), replace(other)),
    )
    titles = (*TITLES[:5], "Tarifs de la piscine municipale")
    facts = settle([paper("odj", session(titles=titles)), note]).public.sessions[0]
    titled = {item.id: item.title for item in facts.items}
    assert {(titled.get(f.item_id or ""), f.topics) for f in facts.flags} == {
        ("Extension du système de vidéoprotection", ("video-surveillance",)),
        ("Tarifs de la piscine municipale", ("drones",)),
        (None, ("police-files",)),
    }
    assert len({f.id for f in facts.flags}) == 3


def test_a_page_fetched_before_the_day_cannot_have_told_of_the_votes():
    looks_like_minutes = paper("cm2026", session(), kind="minutes", after=timedelta(days=1))
    assert settle([looks_like_minutes]).public.sessions[0].status == "scheduled"
    later = paper("pv", session(), kind="minutes", after=timedelta(days=20))
    assert settle([looks_like_minutes, later]).public.sessions[0].status == "held"


def test_votes_of_several_papers_are_not_added_up():
    def voted(result, **counts):
        return replace(
            session(titles=TITLES[3:4]), items=(replace(items(TITLES[3])[0], votes=(VoteClaim(result, **counts),)),)
        )

    facts = settle([
        paper("odj", session()),
        paper("liste", voted("adopted"), kind="list", after=timedelta(days=3)),
        paper("pv", voted("adopted", for_=21, against=4, abstain=0), kind="minutes", after=timedelta(days=30)),
    ]).public  # fmt: skip
    item = next(item for item in facts.sessions[0].items if item.votes)
    assert [(v.for_, v.against, v.version_id) for v in item.votes] == [(21, 4, "public:pv1")]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_the_evidence_does_not_matter(order):
    evidence = [
        paper("odj", session()),
        paper("convocation", SessionClaim("conseil municipal", DAY, time(18, 30)), kind="convocation"),
        paper("bureau", session(body="bureau communautaire")),
        paper("avril", session(date(2026, 4, 9), ("Budget", "Voirie", "Forêt", "Motion contre les drones"))),
        paper("liste", session(), kind="list", after=timedelta(days=20)),
        paper("sans-date", session(None), kind="draft"),
    ]
    facts = settle([evidence[n] for n in order]).public
    assert sorted((s.body, str(s.date), len(s.items), len(s.versions)) for s in facts.sessions) == [
        ("bureau communautaire", "2026-03-19", 6, 1),
        ("conseil municipal", "2026-03-19", 6, 4),
        ("conseil municipal", "2026-04-09", 4, 1),
    ]
