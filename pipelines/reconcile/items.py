"""One agenda item as a fact: its best title, its votes, the papers that speak of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.models import AgendaItem, DocumentKind, ItemClaim, Outcome, Part, Vote
from pipelines.reconcile.cluster import POST_VOTE, Statement
from pipelines.reconcile.gather import Gathered
from pipelines.reconcile.pairing import Entry, pair

NewId = Callable[[str], str]
ItemOf = dict[tuple[str, int, int], str]  # (version id, claim, index of the item in it) → id of the item
VOTE_RANK: dict[DocumentKind, int] = {"minutes": 0, "deliberation": 1, "list": 2, "decision": 3}


def items_of(
    gathered: Sequence[Gathered],
    announced: Sequence[bool | None],
    session_id: str,
    known: Sequence[AgendaItem],
    new_id: NewId,
) -> tuple[tuple[AgendaItem, ...], ItemOf]:
    """The items of a session; ``known`` ones lend their ids to those they match."""
    matched = pair([each.entry for each in gathered], [known_entry(item) for item in known]).chosen
    items: list[AgendaItem] = []
    item_of: ItemOf = {}
    for place, each in enumerate(gathered):
        before = known[matched[place]] if place in matched else None
        item_id = before.id if before else new_id("i")
        for statement, index in each.claims:
            item_of[statement.evidence.version_id, statement.index, index] = item_id
        item = _item(each, item_id, session_id, place + 1, before)
        items.append(replace(item, announced=announced[place]))
    parents = [_parent(each, item_of) for each in gathered]
    return tuple(
        replace(item, parent_id=parent if parent != item.id else None)
        for item, parent in zip(items, parents, strict=True)
    ), item_of


def known_entry(item: AgendaItem) -> Entry:
    """A fact as it is compared with claims."""
    return Entry(item.title, item.number, item.parent_id is not None)


def _parent(each: Gathered, item_of: ItemOf) -> str | None:
    """The report of which it is a line, in the best paper that says so."""
    for statement, index in each.claims:
        parent = statement.claim.items[index].parent
        if parent is not None and (found := item_of.get((statement.evidence.version_id, statement.index, parent))):
            return found
    return None


def _item(each: Gathered, item_id: str, session_id: str, position: int, before: AgendaItem | None) -> AgendaItem:
    statement, _ = each.claims[0]
    votes = _votes(each)
    seen = [s.evidence.fetched_at for s, _ in each.claims]
    return AgendaItem(
        id=item_id,
        session_id=session_id,
        position=position,
        title=each.best.title,
        number=each.best.number,
        page=each.best.page,
        version_id=statement.evidence.version_id,
        first_seen_at=min(seen + ([before.first_seen_at] if before else [])),
        withdrawn=any(item.withdrawn for item in each.items),
        votes=votes,
        versions=tuple(sorted({s.evidence.version_id for s, _ in each.claims})),
        outcome=outcome(votes),
        rapporteur=next((item.rapporteur for item in each.items if item.rapporteur), None),
        theme=next((item.theme for item in each.items if item.theme), None),
        parts=_parts(each),
        decided=any(item.decided for item in each.items),
    )


def _parts(each: Gathered) -> tuple[Part, ...]:
    """Where each version speaks of the item, best word first; of two places in one version the longer one."""
    best: dict[str, Part] = {}
    for statement, index in each.claims:
        part = _part(statement.evidence.version_id, statement.claim.items[index])
        if part is not None:
            known = best.get(part.version_id)
            best[part.version_id] = part if known is None or _length(part) > _length(known) else known
    return tuple(best.values())


def _part(version_id: str, item: ItemClaim) -> Part | None:
    if item.begin < item.finish:
        return Part(version_id, item.begin, item.finish)
    if item.page is None:
        return None
    begin = item.begin if item.begin[0] == item.page else (item.page, 0)
    return Part(version_id, begin, begin)


def _length(part: Part) -> tuple[int, int]:
    return (part.finish[0] - part.begin[0], part.finish[1] - part.begin[1])


def _votes(each: Gathered) -> tuple[Vote, ...]:
    """The votes of the paper that tells most of them; several papers repeat one vote, they do not add to it."""
    told = [(s, i) for s, i in each.claims if s.evidence.kind in POST_VOTE and s.claim.items[i].votes]
    if not told:
        return ()

    def worth(entry: tuple[Statement, int]) -> tuple[int, int, int]:
        statement, index = entry
        votes = statement.claim.items[index].votes
        counted = sum(vote.for_ is not None or vote.against is not None or vote.unanimous for vote in votes)
        return (-counted, -len(votes), VOTE_RANK.get(statement.evidence.kind, 9))

    statement, index = min(told, key=worth)
    return tuple(
        Vote(
            vote.result, vote.for_, vote.against, vote.abstain, vote.unanimous,
            statement.evidence.version_id, vote.span.page if vote.span else statement.claim.items[index].page,
            vote.not_voting, vote.not_voting_names,
        )
        for vote in statement.claim.items[index].votes
    )  # fmt: skip


def outcome(votes: Sequence[Vote]) -> Outcome | None:
    """What became of an item: its one vote, or what its votes have in common, or "mixed"."""
    if not votes:
        return None
    if len(votes) == 1:
        only = votes[0]
        return Outcome(only.result, only.for_, only.against, only.abstain, only.unanimous)
    results = {vote.result for vote in votes}
    if len(results) > 1:
        return Outcome("mixed")
    return Outcome(votes[0].result, unanimous=all(vote.unanimous for vote in votes))
