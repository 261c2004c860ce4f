"""Which known session a group of claims is: ids are opaque, given at first sight, never reused. Pure.

A session matches on body, date and time or order of the day; then as the continuation of an earlier
version of the same document; then on convocation date and overlap of items (DESIGN §2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.models import Evidence, ItemClaim, Session, SessionClaim
from pipelines.reconcile.cluster import Cluster, said_again
from pipelines.reconcile.similar import SAME_AGENDA, pair


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of a group, the session it continues, and the ids that were merged into it."""

    id: str
    previous: Session | None = None
    aliases: tuple[str, ...] = ()


def identify(
    groups: Sequence[Cluster],
    known: Sequence[Session],
    evidence: Sequence[Evidence],
    new_id: Callable[[str], str],
    former: Sequence[Session] = (),
) -> list[Identity]:
    """One identity per group, in order. Each known session continues in one group at most.

    ``former`` sessions were superseded: one comes back under its old id where no known one fits.
    """
    continued = [_continued_versions(group, evidence) for group in groups]
    scored = []
    gone = {session.id for session in former} - {session.id for session in known}
    for index, group in enumerate(groups):
        for session in (*known, *(session for session in former if session.id in gone)):
            score = _likeness(group, session, continued[index])
            if score > 0:
                scored.append((session.id in gone, -score, session.first_seen_at, session.id, index, session))
    scored.sort(key=lambda entry: entry[:5])
    chosen: dict[int, Session] = {}
    absorbed: dict[int, list[str]] = {}
    taken: set[str] = set()
    for *_, index, session in scored:
        if session.id in taken:
            continue
        if index not in chosen:
            chosen[index] = session
        elif (
            session.id not in gone
            and _same_day(groups[index], session)
            and not _kept_apart(session, groups, index, chosen)
        ):
            absorbed.setdefault(index, []).append(session.id)  # two known sessions prove to be one
        else:
            continue
        taken.add(session.id)
    return [_identity(chosen.get(i), absorbed.get(i, []), new_id) for i in range(len(groups))]


def _identity(session: Session | None, absorbed: list[str], new_id: Callable[[str], str]) -> Identity:
    if session is None:
        return Identity(new_id("s"))
    return Identity(session.id, session, (*session.aliases, *absorbed))


def _likeness(group: Cluster, session: Session, continued: set[str]) -> float:
    """0 where they cannot be the same session; else the higher the surer."""
    if group.body != session.body:
        return 0.0
    order = group.statements[-1].claim.order
    shared = bool(group.versions & set(session.versions))
    if _same_day(group, session):
        times = {s.claim.time for s in group.statements if s.claim.time}
        if session.order != order and not shared:
            return 0.0
        agrees = session.starts_at is not None and session.starts_at.time().replace(tzinfo=None) in times
        return 4.0 + (2.0 if shared else 0.0) + (1.0 if agrees else 0.0)
    if session.order != order:
        return 0.0
    if continued & set(session.versions):
        return 3.0
    if any(s.claim.moved_from is not None and s.claim.moved_from == session.date for s in group.statements):
        return 2.5
    if group.date is None or session.date is None:
        return 2.0 if shared or _shares_items(group, session) else 0.0
    return 2.0 if _same_convocation(group, session) and _shares_items(group, session) else 0.0


def _same_day(group: Cluster, session: Session) -> bool:
    return session.date is not None and group.date == session.date and group.body == session.body


def _kept_apart(session: Session, groups: Sequence[Cluster], index: int, chosen: dict[int, Session]) -> bool:
    """Whether another group of that day still has to find its session: two of one evening stay two."""
    return any(
        other != index and other not in chosen and group.date == session.date and group.body == session.body
        for other, group in enumerate(groups)
    )


def _same_convocation(group: Cluster, session: Session) -> bool:
    stated = {s.claim.convened_on for s in group.statements if s.claim.convened_on}
    return session.convened_on is not None and session.convened_on in stated


def _shares_items(group: Cluster, session: Session) -> bool:
    real = [item for item in session.items if item.listed]
    for statement in group.statements:
        items: list[ItemClaim] = [item for item in statement.claim.items if not item.minor]
        smaller = min(len(items), len(real))
        if smaller >= 3 and len(pair(items, real, by_number=False)) / smaller >= SAME_AGENDA:
            return True
    return False


def _continued_versions(group: Cluster, evidence: Sequence[Evidence]) -> set[str]:
    """Older versions of the group's documents that spoke of the same session, perhaps at another date."""
    claims: dict[str, list[tuple[int, SessionClaim]]] = {}
    for statement in group.statements:
        each = statement.evidence
        claims.setdefault(each.document_id, []).append((each.number, statement.claim))
    older: set[str] = set()
    for each in evidence:
        for number, claim in claims.get(each.document_id, ()):
            if each.number < number and any(said_again(old, claim) for old in each.sessions):
                older.add(each.version_id)
    return older
