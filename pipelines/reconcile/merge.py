"""What the statements of one session amount to: date, time, place, status, items. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from crawler.models import AgendaItem, Council, Session, SessionStatus
from pipelines.reconcile.announced import announced
from pipelines.reconcile.cluster import AGENDAS, POST_VOTE, PRE_VOTE, Cluster, Statement
from pipelines.reconcile.gather import gather, ranked
from pipelines.reconcile.identify import Identity
from pipelines.reconcile.items import ItemOf, NewId, items_of

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Merged:
    """A session's facts, and which item each claim became."""

    session: Session
    item_of: ItemOf


def merge(
    group: Cluster,
    older: Sequence[Statement],
    identity: Identity,
    council: Council,
    known_items: Sequence[AgendaItem],
    new_id: NewId,
    elsewhere: frozenset[str] = frozenset(),
) -> Merged:
    """Put the facts of one session together; ``known_items`` lend their ids to the items they match.

    ``older`` is what earlier versions of the session's papers said: what was announced once, and the days before.
    ``elsewhere`` are the versions that speak of other sessions.
    """
    gathered = gather(group)
    items, item_of = items_of(gathered, announced(group, gathered, older), identity.id, known_items, new_id)
    agenda = next((s for s in ranked(group) if s.evidence.kind in AGENDAS and s.claim.items), None)
    previous = identity.previous
    day = group.date
    session = Session(
        id=identity.id,
        council_id=council.id,
        body=group.body,
        date=day,
        starts_at=_starts_at(group, day, council),
        place=_latest(group, lambda s: s.claim.place),
        status=_status(group, older, identity, council),
        convened_on=_latest(group, lambda s: s.claim.convened_on),
        order=group.order,
        first_seen_at=min(
            [s.evidence.fetched_at for s in group.statements] + ([previous.first_seen_at] if previous else [])
        ),
        items=items,
        versions=tuple(sorted(group.versions | (set(previous.versions if previous else ()) - elsewhere))),
        agenda_version=agenda.evidence.version_id if agenda else None,
        aliases=identity.aliases,
        private=all(s.evidence.private for s in group.statements),
        last_day=group.last_day,
    )
    return Merged(session, item_of)


def _latest(group: Cluster, value: Callable[[Statement], V | None]) -> V | None:
    """The value stated last by a paper sent before the vote, else by any paper."""
    for kinds in (PRE_VOTE, None):
        for statement in sorted(group.statements, key=lambda s: s.recency, reverse=True):
            stated = value(statement)
            if stated is not None and (kinds is None or statement.evidence.kind in kinds):
                return stated
    return None


def _starts_at(group: Cluster, day: date | None, council: Council) -> datetime | None:
    """Date and time in the council's own zone; None where no paper states a time (promise 5)."""
    hour = _latest(group, lambda s: s.claim.time if s.date in (day, None) else None)
    return datetime.combine(day, hour, tzinfo=council.zone) if day and hour else None


def _status(group: Cluster, older: Sequence[Statement], identity: Identity, council: Council) -> SessionStatus:
    """Cancelled or postponed only where a text says so; held only where a paper published since tells of it."""
    newest_first = sorted(group.statements, key=lambda s: s.recency, reverse=True)
    day = group.date
    over = group.last_day or day
    since = [s for s in newest_first if over is None or _local_day(s, council) >= over]
    told = [s for s in since if s.evidence.kind in POST_VOTE]
    if any(item.votes for s in told for item in s.claim.items):
        return "held"
    for statement in newest_first:
        if statement.claim.status in ("cancelled", "postponed"):
            return statement.claim.status
        if statement.evidence.kind in PRE_VOTE and statement.date == day:
            break  # a newer paper announces it again
    if any(s.evidence.kind in ("minutes", "list", "deliberation") for s in told):
        return "held"
    return "moved" if _was_moved(group, older, identity) else "scheduled"


def _was_moved(group: Cluster, older: Sequence[Statement], identity: Identity) -> bool:
    """Whether a paper states another day than before; a year put right is no other day."""
    day, was = group.date, identity.previous
    if any(s.claim.moved_from for s in group.statements) or (was is not None and was.status == "moved"):
        return True
    if day is None:
        return False
    last = group.last_day or day
    others = {s.date for s in (*group.statements, *older) if s.date and not day <= s.date <= last}
    return any(not same_but_year(other, day) for other in others)


def same_but_year(one: date, other: date) -> bool:
    """Whether two days differ in nothing but the year: a misprint that was put right."""
    return one.year != other.year and (one.month, one.day) == (other.month, other.day)


def _local_day(statement: Statement, council: Council) -> date:
    """A page fetched before the day of a session cannot tell of its votes, whatever it looks like."""
    return statement.evidence.fetched_at.astimezone(council.zone).date()


def carry_items(merged: Merged, kept: Sequence[AgendaItem]) -> Merged:
    """Add items of earlier versions behind those of today."""
    start = len(merged.session.items)
    extra = tuple(replace(item, position=start + n, session_id=merged.session.id) for n, item in enumerate(kept, 1))
    return replace(merged, session=replace(merged.session, items=merged.session.items + extra))
