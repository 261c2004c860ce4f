"""From the flags of single documents to one flag per item (promise 6), and one per unattached passage. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.models import DocumentKind, Evidence, Flag, FlagClaim, Match, Topic
from pipelines.facts.principal import with_main
from pipelines.reconcile.cluster import PRE_VOTE, Statement

# An unattached passage that hardly scores is a remark in a debate: kept as a reading, not as a fact.
LOOSE_SCORE = 0.3
OF_ONE_ITEM: frozenset[DocumentKind] = frozenset({"note", "draft", "deliberation"})
CERTAIN = 0.5  # a claim that reaches it names its topics by words that are certain


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag claim with the document that raised it and where it belongs."""

    evidence: Evidence
    claim: FlagClaim
    session_id: str | None
    item_id: str | None

    @property
    def rank(self) -> tuple[float, bool, bool, str, str]:
        """Best first: the score, a paper from before the vote, text rather than a scan, the one seen first."""
        early, scanned = self.evidence.kind in PRE_VOTE, self.claim.legible is not None
        seen = self.evidence.first_seen_at.isoformat()
        return (-self.claim.score, not early, scanned, seen, self.evidence.version_id)


def raised_in(
    statements: Iterable[Statement], session_id: str, item_of: Mapping[tuple[str, int, int], str]
) -> list[Raised]:
    """The flags of every statement of a session, attached to the item that its claim became."""
    found = []
    for statement in statements:
        for claim in statement.flags:
            index = claim.item if claim.item is not None else _only_item(statement)
            item = item_of.get((statement.evidence.version_id, statement.index, index)) if index is not None else None
            if item is not None or claim.score >= LOOSE_SCORE:
                found.append(Raised(statement.evidence, claim, session_id, item))
    return found


def _only_item(statement: Statement) -> int | None:
    """The item of a paper that has one only, as a draft or an extract of the register: whatever it says is of that."""
    real = [index for index, item in enumerate(statement.claim.items) if not item.minor]
    return real[0] if len(real) == 1 and statement.evidence.kind in OF_ONE_ITEM else None


def sessionless(evidence: Sequence[Evidence]) -> list[Raised]:
    """Passages of current documents that belong to no session that we could tell."""
    return [
        Raised(each, claim, None, None)
        for each in evidence
        if not each.superseded
        for claim in each.flags
        if claim.score >= LOOSE_SCORE and (claim.session is None or not _tells(each, claim.session))
    ]


def _tells(evidence: Evidence, session: int) -> bool:
    claim = evidence.sessions[session]
    return claim.date is not None or bool(claim.items) or claim.convened_on is not None


def flags_of(raised: Iterable[Raised], known: Sequence[Flag], new_id: Callable[[str], str]) -> tuple[Flag, ...]:
    """One flag per item, and one per document for passages outside any item.

    Matches of all documents are kept as evidence; score, excerpt and page are those of the best claim.
    """
    groups: dict[str, list[Raised]] = defaultdict(list)
    for each in raised:
        groups[each.item_id or f"{each.session_id}/{each.evidence.document_id}"].append(each)
    ids = _known_ids(known)
    flags: list[Flag] = []
    for group in sorted(groups.values(), key=lambda group: group[0].item_id is None):
        group.sort(key=lambda each: each.rank)
        keys = [group[0].item_id or "", *(_passage_key(each.session_id, each.evidence.version_id) for each in group)]
        taken = {flag.id for flag in flags}
        before = next((ids[key] for key in keys if key in ids and ids[key].id not in taken), None)
        flags.append(_flag(group, before, new_id))
    return tuple(flags)


def _known_ids(known: Sequence[Flag]) -> dict[str, Flag]:
    ids: dict[str, Flag] = {}
    for flag in known:
        ids.setdefault(flag.item_id or _passage_key(flag.session_id, flag.version_id), flag)
    return ids


def _passage_key(session_id: str | None, version_id: str) -> str:
    return f"{session_id}/{version_id}"


def _flag(group: Sequence[Raised], before: Flag | None, new_id: Callable[[str], str]) -> Flag:
    best = group[0]
    matches = _evidence(group)
    seen = [each.evidence.fetched_at for each in group] + ([before.first_seen_at] if before else [])
    return Flag(
        id=before.id if before else new_id("f"),
        session_id=best.session_id,
        item_id=best.item_id,
        score=best.claim.score,
        matches=matches,
        topics=_topics(matches),
        excerpt=best.claim.excerpt,
        page=best.claim.page,
        version_id=best.evidence.version_id,
        first_seen_at=min(seen),
        stance=next((each.claim.stance for each in group if each.claim.stance), None),
        legible=_legible(group),
        private=all(each.evidence.private for each in group),
        facts=with_main(
            replace(fact, version_id=each.evidence.version_id)
            for each in group
            if each.item_id is not None
            for fact in each.claim.facts
        ),
    )


def _legible(group: Sequence[Raised]) -> float | None:
    """How well the page of the best claim could be read; None where it is text, or a text says the same.

    A topic that a born-digital draft names in so many words is not in doubt because the signed copy is a scan.
    """
    best = group[0].claim
    text = [each.claim for each in group if each.claim.legible is None and each.claim.score >= CERTAIN]
    said = {topic for claim in text for topic in claim.topics}
    return None if set(best.topics[:1]) & said else best.legible


def _evidence(group: Sequence[Raised]) -> tuple[Match, ...]:
    """The matches of the best claim, then of the others what they add: a topic or a term not yet seen."""
    kept: list[Match] = [replace(m, version_id=group[0].evidence.version_id) for m in group[0].claim.matches]
    known = {(match.topic, match.term) for match in kept}
    for each in group[1:]:
        for match in each.claim.matches:
            if (match.topic, match.term) not in known:
                known.add((match.topic, match.term))
                kept.append(replace(match, version_id=each.evidence.version_id))
    return tuple(kept)


def _topics(matches: Sequence[Match]) -> tuple[Topic, ...]:
    best: dict[Topic, float] = {}
    for match in matches:
        best[match.topic] = max(match.score, best.get(match.topic, 0.0))
    return tuple(sorted(best, key=lambda topic: (-best[topic], topic)))
