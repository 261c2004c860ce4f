"""A flag that rests on a scan: what bears doubt, and which of two papers is shown."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from crawler.models import (
    Council,
    DocumentKind,
    Evidence,
    Facts,
    Flag,
    FlagClaim,
    ItemClaim,
    Match,
    SessionClaim,
    Span,
    Topic,
)
from pipelines.reconcile.reconcile import reconcile

COUNCIL = Council("ville-de-brumeval", "Brumeval", "commune", timezone="Europe/Paris")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TITLES = ("Budget primitif", "Extension du système de vidéoprotection", "Tarifs de la piscine")


def paper(
    name: str,
    legible: float | None,
    *,
    score: float = 0.9,
    kind: DocumentKind = "agenda",
    days: int = 0,
    topic: Topic = "video-surveillance",
) -> Evidence:
    """A paper with three items of which the second is flagged."""
    items = tuple(ItemClaim(title, str(n), page=1) for n, title in enumerate(TITLES, 1))
    match = Match(topic, "term", Span(1, 0, 5), score, "vidéoprotection")
    claim = FlagClaim(score, (match,), f"{TITLES[1]} ({name})", 1, 0, 1, legible=legible)
    seen = START + timedelta(days=days)
    session = SessionClaim("conseil municipal", date(2026, 3, 19), items=items, complete=True)
    return Evidence(f"public:{name}", name, f"https://x.example/{name}", kind, 1, seen, seen, (session,), (claim,))


def flag(*papers: Evidence) -> Flag:
    counter = itertools.count(1)
    nothing = Facts(COUNCIL.id)
    facts = reconcile(papers, nothing, nothing, COUNCIL, lambda prefix: f"{prefix}{next(counter)}").public
    (session,) = facts.sessions
    (found,) = session.flags
    return found


def test_a_scan_alone_says_how_well_it_was_read():
    assert flag(paper("scan", 0.4)).legible == 0.4


def test_a_text_bears_no_doubt():
    assert flag(paper("text", None)).legible is None


def test_of_two_papers_with_one_score_the_text_is_shown():
    found = flag(paper("scan", 0.4), paper("text", None, days=1))
    assert (found.version_id, found.excerpt, found.legible) == ("public:text", f"{TITLES[1]} (text)", None)


def test_a_scan_that_scores_better_is_shown_but_a_text_takes_its_doubt():
    found = flag(paper("scan", 0.4, score=0.95), paper("text", None, score=0.6))
    assert (found.version_id, found.score, found.legible) == ("public:scan", 0.95, None)


def test_a_text_that_only_hints_takes_no_doubt():
    assert flag(paper("scan", 0.4), paper("text", None, score=0.3)).legible == 0.4


def test_a_text_on_another_topic_takes_no_doubt():
    assert flag(paper("scan", 0.4), paper("text", None, score=0.6, topic="drones")).legible == 0.4


def test_another_scan_takes_no_doubt():
    found = flag(paper("scan", 0.4), paper("copy", 0.3, days=1))
    assert (found.version_id, found.legible) == ("public:scan", 0.4)


def test_the_scan_that_announced_the_vote_stays_the_evidence_when_minutes_confirm_it():
    found = flag(paper("scan", 0.4), paper("minutes", None, kind="minutes", days=30))
    assert (found.version_id, found.legible) == ("public:scan", None)
