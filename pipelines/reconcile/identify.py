"""Which known session a group of claims is: ids are opaque, given at first sight, never reused. Pure.

A session matches on body, date and time or order of the day; then as the continuation of an earlier
version of the same document; then on convocation date and overlap of items (DESIGN §2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.models import Session
from pipelines.reconcile.assemblies import assembly
from pipelines.reconcile.cluster import Cluster, Statement
from pipelines.reconcile.overlap import SAME_AGENDA, overlap


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of a group, the session it continues, and the ids that were merged into it."""

    id: str
    previous: Session | None = None
    aliases: tuple[str, ...] = ()


def identify(
    groups: Sequence[Cluster],
    known: Sequence[Session],
    older: Sequence[Sequence[Statement]],
    new_id: Callable[[str], str],
    former: Sequence[Session] = (),
) -> list[Identity]:
    """One identity per group, in order. Each known session continues in one group at most.

    ``older`` is what earlier versions of each group's documents said. ``former`` sessions were superseded: one comes
    back under its old id where no known one fits.
    """
    gone = {session.id for session in former} - {session.id for session in known}
    candidates = (*known, *(session for session in former if session.id in gone))
    scored = []
    for index, group in enumerate(groups):
        whole = _Group(group, older[index])
        for session in candidates:
            score = whole.likeness(session)
            if score > 0:
                scored.append((session.id in gone, -score, session.first_seen_at, session.id, index, session))
    scored.sort(key=lambda entry: entry[:5])
    return _assign(groups, scored, gone, older, new_id)


def _assign(
    groups: Sequence[Cluster],
    scored: Sequence[tuple[bool, float, object, str, int, Session]],
    gone: set[str],
    older: Sequence[Sequence[Statement]],
    new_id: Callable[[str], str],
) -> list[Identity]:
    """Each group takes the session most like it; one that proves to be the same session becomes an alias."""
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
            and (_same_day(groups[index], session) or _swallowed(groups[index], older[index], session))
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
    return Identity(session.id, session, tuple(dict.fromkeys((*session.aliases, *absorbed))))


class _Group:
    """A group with what is asked of it for every known session."""

    def __init__(self, group: Cluster, older: Sequence[Statement]) -> None:
        self.group = group
        self.body, self.date, self.order = group.assembly, group.date, group.order
        self.versions = group.versions
        self.earlier = {(s.evidence.version_id, s.claim.date) for s in older}
        self.bodies = {assembly(s.claim.body) for s in (*group.statements, *older)}
        self.times = {s.claim.time for s in group.statements if s.claim.time}
        self.days = {s.claim.date for s in group.statements} - {None}

    def likeness(self, session: Session) -> float:
        """0 where they cannot be the same session; else the higher the surer."""
        shared = bool(self.versions & set(session.versions))
        continued = any(
            version in session.versions and (day == session.date or None in (day, session.date))
            for version, day in self.earlier
        )
        body = assembly(session.body)
        known = body in self.bodies or not self.group.body_printed
        if self.body != body and not (known and (shared or continued)):
            return 0.0
        alike = (0.5 if self.body == body else 0.0) + (0.25 if self.order == session.order else 0.0)
        if session.date is not None and session.date == self.date:
            if session.order != self.order and not shared:
                return 0.0
            agrees = session.starts_at is not None and session.starts_at.time().replace(tzinfo=None) in self.times
            return 4.0 + (2.0 if shared else 0.0) + (1.0 if agrees else 0.0) + alike
        if session.order != self.order and not shared:
            return 0.0
        if continued:
            return 3.0 + alike
        if any(s.claim.moved_from is not None and s.claim.moved_from == session.date for s in self.group.statements):
            return 2.5 + alike
        if self.date is None or session.date is None:
            return 2.0 + alike if shared or self._shares_items(session) else 0.0
        if shared and session.date in self.days:
            return 2.0 + alike  # a paper that was thought to be of another day, or of a day of its own
        return 2.0 + alike if self._same_convocation(session) and self._shares_items(session) else 0.0

    def _same_convocation(self, session: Session) -> bool:
        stated = {s.claim.convened_on for s in self.group.statements if s.claim.convened_on}
        return session.convened_on is not None and session.convened_on in stated

    def _shares_items(self, session: Session) -> bool:
        real = [item.title for item in session.items if item.listed and item.parent_id is None]
        return any(overlap(statement.titles, real) >= SAME_AGENDA for statement in self.group.statements)


def _same_day(group: Cluster, session: Session) -> bool:
    return session.date is not None and group.date == session.date and group.assembly == assembly(session.body)


def _swallowed(group: Cluster, older: Sequence[Statement], session: Session) -> bool:
    """Whether every version that spoke of a session speaks of this group's: the two were one all along."""
    said = {(s.evidence.version_id, s.claim.date) for s in (*group.statements, *older)}
    return bool(session.versions) and all((version, session.date) in said for version in session.versions)


def _kept_apart(session: Session, groups: Sequence[Cluster], index: int, chosen: dict[int, Session]) -> bool:
    """Whether another group of that day still has to find its session: two of one evening stay two.

    So do two of one paper that gives no day.
    """
    return any(
        other != index and other not in chosen and (_same_day(group, session) or _both_undated(group, session))
        for other, group in enumerate(groups)
    )


def _both_undated(group: Cluster, session: Session) -> bool:
    undated = group.date is None and session.date is None and group.assembly == assembly(session.body)
    return undated and bool(group.versions & set(session.versions))
