"""What the statements of one session amount to: date, time, place, status, items, votes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from crawler.models import (
    AgendaItem,
    Council,
    DocumentKind,
    ItemClaim,
    Outcome,
    Session,
    SessionStatus,
    Vote,
)
from pipelines.reconcile.cluster import POST_VOTE, PRE_VOTE, Cluster, Statement
from pipelines.reconcile.identify import Identity
from pipelines.reconcile.similar import pair

V = TypeVar("V")
NewId = Callable[[str], str]

# Whose word on an item's title, number and page is shown: the agenda's first, the minutes' last.
TITLE_RANK: dict[DocumentKind, int] = {
    "agenda": 0, "convocation": 1, "note": 2, "draft": 3, "list": 4, "deliberation": 5, "minutes": 6,
}  # fmt: skip
VOTE_RANK: dict[DocumentKind, int] = {"minutes": 0, "deliberation": 1, "list": 2, "decision": 3}


@dataclass(slots=True)
class Gathered:
    """One item while it is put together: every claim that speaks of it, best word first."""

    claims: list[tuple[Statement, int]]  # statement and index of the item in its claim

    @property
    def best(self) -> ItemClaim:
        statement, index = self.claims[0]
        return statement.claim.items[index]

    @property
    def number(self) -> str | None:
        return self.best.number

    @property
    def title(self) -> str:
        return self.best.title


@dataclass(frozen=True, slots=True)
class Merged:
    """A session's facts, and which item each claim became: ``{(version id, claim, index): item id}``."""

    session: Session
    item_of: dict[tuple[str, int, int], str]


def merge(
    group: Cluster,
    identity: Identity,
    council: Council,
    known_items: Sequence[AgendaItem],
    new_id: Callable[[str], str],
) -> Merged:
    """Put the facts of one session together; ``known_items`` lend their ids to the items they match."""
    gathered = gather(group)
    items, item_of = _items(gathered, identity, known_items, new_id)
    agenda = next((s for s in _ranked(group) if s.evidence.kind in ("agenda", "convocation") and s.claim.items), None)
    previous = identity.previous
    session = Session(
        id=identity.id,
        council_id=council.id,
        body=group.body,
        date=group.date,
        starts_at=_starts_at(group, council),
        place=_latest(group, lambda s: s.claim.place),
        status=_status(group, identity, council),
        convened_on=_latest(group, lambda s: s.claim.convened_on),
        order=group.statements[-1].claim.order,
        first_seen_at=min(
            [s.evidence.fetched_at for s in group.statements] + ([previous.first_seen_at] if previous else [])
        ),
        items=items,
        versions=tuple(sorted(group.versions | set(previous.versions if previous else ()))),
        agenda_version=agenda.evidence.version_id if agenda else None,
        aliases=identity.aliases,
        private=all(s.evidence.private for s in group.statements),
    )
    return Merged(session, item_of)


def _ranked(group: Cluster) -> list[Statement]:
    """Best word first: by kind of document, complete before partial, newest before older."""
    newest_first = sorted(group.statements, key=lambda s: s.recency, reverse=True)
    return sorted(
        newest_first,
        key=lambda s: (TITLE_RANK.get(s.evidence.kind, 9), s.evidence.superseded, not s.claim.complete),
    )


def gather(group: Cluster) -> list[Gathered]:
    """The items of all statements, matched to each other, in the order of the best agenda."""
    gathered: list[Gathered] = []
    for statement in _ranked(group):
        matched = pair(statement.claim.items, gathered)
        for index in range(len(statement.claim.items)):
            if index in matched:
                gathered[matched[index]].claims.append((statement, index))
            else:
                gathered.append(Gathered([(statement, index)]))
    return gathered if any(len(each.claim.items) > 1 for each in group.statements) else _by_number(gathered)


def _by_number(gathered: list[Gathered]) -> list[Gathered]:
    """Papers of one item each, as drafts are, say no order but by their numbers ("9", "10"; "2026-009")."""
    numbers = [[int(run) for run in re.findall(r"\d{1,9}", each.number or "")] for each in gathered]
    if not all(numbers):
        return gathered
    return [each for _, each in sorted(zip(numbers, gathered, strict=True), key=lambda pair: pair[0])]


def _items(
    gathered: Sequence[Gathered], identity: Identity, known: Sequence[AgendaItem], new_id: NewId
) -> tuple[tuple[AgendaItem, ...], dict[tuple[str, int, int], str]]:
    matched = pair(gathered, known)
    items: list[AgendaItem] = []
    item_of: dict[tuple[str, int, int], str] = {}
    for position, each in enumerate(gathered, start=1):
        before = known[matched[position - 1]] if position - 1 in matched else None
        item_id = before.id if before else new_id("i")
        for statement, index in each.claims:
            item_of[statement.evidence.version_id, statement.index, index] = item_id
        items.append(_item(each, item_id, identity.id, position, before))
    return tuple(items), item_of


def _item(each: Gathered, item_id: str, session_id: str, position: int, before: AgendaItem | None) -> AgendaItem:
    statement, _ = each.claims[0]
    votes = _votes(each)
    seen = [s.evidence.fetched_at for s, _ in each.claims]
    return AgendaItem(
        id=item_id,
        session_id=session_id,
        position=position,
        title=each.title,
        number=each.number,
        page=each.best.page,
        version_id=statement.evidence.version_id,
        first_seen_at=min(seen + ([before.first_seen_at] if before else [])),
        withdrawn=any(s.claim.items[i].withdrawn for s, i in each.claims),
        votes=votes,
        versions=tuple(sorted({s.evidence.version_id for s, _ in each.claims})),
        outcome=outcome(votes),
    )


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


def _latest(group: Cluster, value: Callable[[Statement], V | None]) -> V | None:
    """The value stated last by a paper sent before the vote, else by any paper."""
    for kinds in (PRE_VOTE, None):
        for statement in sorted(group.statements, key=lambda s: s.recency, reverse=True):
            stated = value(statement)
            if stated is not None and (kinds is None or statement.evidence.kind in kinds):
                return stated
    return None


def _starts_at(group: Cluster, council: Council) -> datetime | None:
    """Date and time in the council's own zone; None where no paper states a time (promise 5)."""
    day, hour = group.date, _latest(group, lambda s: s.claim.time if s.claim.date in (group.date, None) else None)
    return datetime.combine(day, hour, tzinfo=council.zone) if day and hour else None


def _status(group: Cluster, identity: Identity, council: Council) -> SessionStatus:
    """Cancelled or postponed only where a text says so; held only where a paper published since tells of it."""
    newest_first = sorted(group.statements, key=lambda s: s.recency, reverse=True)
    since = [s for s in newest_first if group.date is None or _local_day(s, council) >= group.date]
    told = [s for s in since if s.evidence.kind in POST_VOTE]
    if any(item.votes for s in told for item in s.claim.items):
        return "held"
    for statement in newest_first:
        if statement.claim.status in ("cancelled", "postponed"):
            return statement.claim.status
        if statement.evidence.kind in PRE_VOTE and statement.claim.date == group.date:
            break  # a newer paper announces it again
    if any(s.evidence.kind in ("minutes", "list", "deliberation") for s in told):
        return "held"
    was = identity.previous
    if any(s.claim.moved_from for s in newest_first) or (
        was is not None and was.date is not None and (was.date != group.date or was.status == "moved")
    ):
        return "moved"
    return "scheduled"


def _local_day(statement: Statement, council: Council) -> date:
    """A page fetched before the day of a session cannot tell of its votes, whatever it looks like."""
    return statement.evidence.fetched_at.astimezone(council.zone).date()


def carry_items(merged: Merged, kept: Sequence[AgendaItem]) -> Merged:
    """Add items of earlier versions behind those of today."""
    start = len(merged.session.items)
    extra = tuple(replace(item, position=start + n, session_id=merged.session.id) for n, item in enumerate(kept, 1))
    return replace(merged, session=replace(merged.session, items=merged.session.items + extra))
