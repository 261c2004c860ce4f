"""The door: claims of one council and previous identities in; sessions, items, flags, changes out. Pure.

It alone decides identity. It never sees bytes, a clock or a database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from crawler.models import Change, Council, Evidence, Facts, Flag, Session
from pipelines.reconcile.changes import compare
from pipelines.reconcile.cluster import Cluster, clusters, live_statements
from pipelines.reconcile.flagging import attached, flags_of, raised_in, sessionless
from pipelines.reconcile.identify import Identity, identify
from pipelines.reconcile.merge import Merged, carry_items, merge

NewId = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Facts for ``archive.db`` (public evidence alone) and for ``private.db`` (all evidence, where some is private)."""

    public: Facts
    private: Facts


def reconcile(
    evidence: Sequence[Evidence],
    previous: Facts,
    previous_private: Facts,
    council: Council,
    new_id: NewId,
    former: Facts | None = None,
) -> Reconciled:
    """Make facts of the claims of one council, with one set of identities over both archives.

    ``previous`` and ``previous_private`` are the facts saved last in each archive. What a public
    reader may see is derived from public evidence alone, under the same ids. ``former`` holds what was superseded:
    what one reading lost and this one finds again comes back under its old id, and nobody hears of it twice.
    """
    known = _united(previous, previous_private)
    nothing = Facts(council.id)
    full = _assemble(evidence, known, known, former or nothing, council, new_id)
    if not any(each.private for each in evidence):
        return Reconciled(full, nothing)
    public = _assemble([each for each in evidence if not each.private], full, previous, nothing, council, new_id)
    return Reconciled(public, _private_part(full, {each.version_id for each in evidence if each.private}))


def _united(public: Facts, private: Facts) -> Facts:
    """One view of both archives: of a session in both, the private row knows more."""
    sessions = {session.id: session for session in public.sessions}
    sessions |= {session.id: session for session in private.sessions}
    loose = {flag.id: flag for flag in (*public.loose_flags, *private.loose_flags)}
    return Facts(public.council_id, tuple(sessions.values()), tuple(loose.values()))


def _private_part(full: Facts, private_versions: set[str]) -> Facts:
    sessions = tuple(s for s in full.sessions if private_versions & set(s.versions))
    ids = {session.id for session in sessions}
    return Facts(
        full.council_id,
        sessions,
        tuple(flag for flag in full.loose_flags if flag.private),
        tuple(change for change in full.changes if change.session_id in ids and change.version_id in private_versions),
    )


def _assemble(
    evidence: Sequence[Evidence],
    donors: Facts,
    previous: Facts,
    former: Facts,
    council: Council,
    new_id: NewId,
) -> Facts:
    """``donors`` and then ``former`` lend ids; changes are measured against ``previous``, which is carried on."""
    merged_away = {alias for session in donors.sessions for alias in session.aliases}
    past = [session for session in former.sessions if session.id not in merged_away]
    groups = clusters(live_statements(evidence))
    identities = identify(groups, donors.sessions, evidence, new_id, past)
    before = {session.id: session for session in previous.sessions}
    lenders = _lenders(donors.sessions, past)
    merged: list[Merged] = []
    changes: list[Change] = []
    for group, found in zip(groups, identities, strict=True):
        identity = replace(found, previous=before.get(found.id))
        one = _session(group, identity, lenders, council, evidence, new_id)
        merged.append(one)
        if identity.previous is not None:
            changes += compare(identity.previous, one.session, group, evidence)
    sessions = _with_flags(groups, merged, lenders, before, new_id)
    carried = _carried(previous, sessions, evidence)
    known_loose = (*donors.loose_flags, *former.loose_flags)
    return Facts(
        council.id,
        tuple(sorted([*sessions, *carried], key=lambda s: (str(s.date or "9999"), s.order, s.id))),
        flags_of(sessionless(evidence), known_loose, new_id),
        tuple(_ordered(changes)),
    )


def _lenders(current: Sequence[Session], past: Sequence[Session]) -> dict[str, Session]:
    """Sessions by id, with today's items and flags before those that were superseded."""
    lenders: dict[str, Session] = {}
    for session in (*current, *past):
        known = lenders.get(session.id)
        lenders[session.id] = (
            replace(known, items=(*known.items, *session.items), flags=(*known.flags, *session.flags))
            if known
            else session
        )
    return lenders


def _ordered(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda c: (c.seen_at, c.session_id, c.kind, c.item_id or ""))


def _session(
    group: Cluster,
    identity: Identity,
    lenders: dict[str, Session],
    council: Council,
    evidence: Sequence[Evidence],
    new_id: NewId,
) -> Merged:
    lent = [item for key in (identity.id, *identity.aliases) if key in lenders for item in lenders[key].items]
    merged = merge(group, identity, council, lent, new_id)
    if identity.previous is None:
        return merged
    present = {item.id for item in merged.session.items}
    current = {each.version_id for each in evidence if not each.superseded}
    gone = [item for item in identity.previous.items if item.id not in present]
    return carry_items(merged, [replace(item, listed=False) for item in gone if item.version_id not in current])


def _with_flags(
    groups: Sequence[Cluster],
    merged: Sequence[Merged],
    lenders: dict[str, Session],
    before: dict[str, Session],
    new_id: NewId,
) -> list[Session]:
    result = []
    for group, one in zip(groups, merged, strict=True):
        session = one.session
        known: list[Flag] = [
            flag for key in (session.id, *session.aliases) if key in lenders for flag in lenders[key].flags
        ]
        raised = raised_in([(s, session.id) for s in group.statements], one.item_of, {session.id})
        flags = flags_of(attached(raised, session), known, new_id)
        was = [flag for key in (session.id, *session.aliases) if key in before for flag in before[key].flags]
        result.append(replace(session, flags=(*flags, *_flags_of_unlisted(session, was, flags))))
    return result


def _flags_of_unlisted(session: Session, known: Sequence[Flag], fresh: Sequence[Flag]) -> tuple[Flag, ...]:
    """An item that is no longer listed keeps its flag: absence is not evidence (promise 4)."""
    carried = {item.id for item in session.items if not item.listed}
    have = {flag.id for flag in fresh}
    return tuple(flag for flag in known if flag.item_id in carried and flag.id not in have)


def _carried(previous: Facts, sessions: Sequence[Session], evidence: Sequence[Evidence]) -> list[Session]:
    """Known sessions that today's claims do not speak of: kept, unless a better reading took their claim back."""
    alive = {session.id for session in sessions} | {alias for session in sessions for alias in session.aliases}
    current = {each.version_id for each in evidence if not each.superseded}
    return [s for s in previous.sessions if s.id not in alive and not set(s.versions) & current]
