"""The door: claims of one council and previous identities in; sessions, items, flags, changes out. Pure.

It alone decides identity. It never sees bytes, a clock or a database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from crawler.models import AgendaItem, Change, Council, Evidence, Facts, Flag, Session
from pipelines.reconcile.changes import compare
from pipelines.reconcile.cluster import AGENDAS, Cluster, Statement, by_document, earlier, live_statements
from pipelines.reconcile.flagging import Raised, flags_of, raised_in, sessionless
from pipelines.reconcile.grouping import clusters
from pipelines.reconcile.identify import Identity, identify
from pipelines.reconcile.merge import Merged, carry_items, merge
from pipelines.reconcile.passages import attached
from pipelines.reconcile.similar import plain

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
    evidence = sorted(evidence, key=lambda each: (each.fetched_at, each.number, each.url, each.version_id))
    sittings = _sittings(evidence, known, former or nothing, new_id)
    full = _facts(sittings, evidence, (known, former or nothing), known, council, new_id)
    if not any(each.private for each in evidence):
        return Reconciled(full, nothing)
    open_ = [each for each in evidence if not each.private]
    public = _facts(_publicly(sittings), open_, (full, previous), previous, council, new_id)
    public = _unsure_of_private(public, full)
    return Reconciled(public, _private_part(full, {each.version_id for each in evidence if each.private}))


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A session that was told apart: who speaks of it, what older versions of these papers said, and its ids."""

    group: Cluster
    older: tuple[Statement, ...]
    identity: Identity


def _sittings(evidence: Sequence[Evidence], known: Facts, former: Facts, new_id: NewId) -> list[_Sitting]:
    """The sessions that the evidence tells apart; ``known`` and then ``former`` ones lend their ids."""
    merged_away = {alias for session in known.sessions for alias in session.aliases}
    past = [session for session in former.sessions if session.id not in merged_away]
    groups = clusters(live_statements(evidence))
    documents = by_document(evidence)
    older = [tuple(earlier(group, documents)) for group in groups]
    identities = identify(groups, known.sessions, older, new_id, past)
    return [_Sitting(*each) for each in zip(groups, older, identities, strict=True)]


def _publicly(sittings: Sequence[_Sitting]) -> list[_Sitting]:
    """The same sessions with their public papers alone: a session must not be two things to two readers."""
    public = []
    for sitting in sittings:
        statements = [s for s in sitting.group.statements if not s.evidence.private]
        if statements:
            older = tuple(s for s in sitting.older if not s.evidence.private)
            public.append(_Sitting(Cluster(statements, sitting.group.order), older, sitting.identity))
    return public


def _united(public: Facts, private: Facts) -> Facts:
    """One view of both archives: of a session in both, the private row knows more."""
    sessions = {session.id: session for session in public.sessions}
    sessions |= {session.id: session for session in private.sessions}
    loose = {flag.id: flag for flag in (*public.loose_flags, *private.loose_flags)}
    return Facts(public.council_id, tuple(sessions.values()), tuple(loose.values()))


def _unsure_of_private(public: Facts, full: Facts) -> Facts:
    """What a private agenda announced was not "never announced", though the public cannot be told by which paper."""
    never = {item.id for session in full.sessions for item in session.items if item.announced is False}
    return replace(
        public,
        sessions=tuple(
            replace(
                session,
                items=tuple(
                    replace(item, announced=None) if item.announced is False and item.id not in never else item
                    for item in session.items
                ),
            )
            for session in public.sessions
        ),
    )


def _private_part(full: Facts, private_versions: set[str]) -> Facts:
    sessions = tuple(s for s in full.sessions if private_versions & set(s.versions))
    ids = {session.id for session in sessions}
    return Facts(
        full.council_id,
        sessions,
        tuple(flag for flag in full.loose_flags if flag.private),
        tuple(change for change in full.changes if change.session_id in ids and change.version_id in private_versions),
    )


def _facts(
    sittings: Sequence[_Sitting],
    evidence: Sequence[Evidence],
    donors: tuple[Facts, Facts],
    previous: Facts,
    council: Council,
    new_id: NewId,
) -> Facts:
    """The facts of these sessions. The first of the ``donors`` and then the second lend ids to items and flags.

    Changes are measured against ``previous``, which is carried on.
    """
    before = {session.id: session for session in previous.sessions}
    lenders = _lenders(*(facts.sessions for facts in donors))
    speaking = frozenset(version for sitting in sittings for version in sitting.group.versions)
    speaking |= {each.version_id for each in evidence if not each.superseded}
    merged: list[Merged] = []
    changes: list[Change] = []
    for sitting in sittings:
        found = sitting.identity
        was = next((before[key] for key in (found.id, *found.aliases) if key in before), None)
        here = replace(sitting, identity=replace(found, previous=was))
        merged.append(_session(here, lenders, council, new_id, speaking))
        if was is not None:
            changes += compare(was, merged[-1].session, sitting.group, evidence)
    groups = [sitting.group for sitting in sittings]
    sessions = _with_flags(groups, merged, lenders, before, new_id)
    carried = _carried(previous, sessions, speaking)
    known_loose = [flag for facts in donors for flag in facts.loose_flags]
    return Facts(
        council.id,
        tuple(sorted([*sessions, *carried], key=lambda s: (str(s.date or "9999"), s.order, s.id))),
        flags_of(sessionless(evidence), known_loose, new_id),
        tuple(_ordered(changes)),
    )


def _lenders(first: Sequence[Session], then: Sequence[Session]) -> dict[str, Session]:
    """Sessions by id, with the items and flags of the first donor before those that only the second knows."""
    lenders = {session.id: session for session in first}
    for session in then:
        known = lenders.setdefault(session.id, session)
        items, flags = {item.id for item in known.items}, {flag.id for flag in known.flags}
        lenders[session.id] = replace(
            known,
            items=(*known.items, *(item for item in session.items if item.id not in items)),
            flags=(*known.flags, *(flag for flag in session.flags if flag.id not in flags)),
        )
    return lenders


def _ordered(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda c: (c.seen_at, c.session_id, c.kind, c.item_id or ""))


def _session(
    sitting: _Sitting,
    lenders: dict[str, Session],
    council: Council,
    new_id: NewId,
    speaking: frozenset[str],
) -> Merged:
    """One session; ``speaking`` are the versions that say something today."""
    group, older, identity = sitting.group, sitting.older, sitting.identity
    known = (item for key in (identity.id, *identity.aliases) if key in lenders for item in lenders[key].items)
    lent = list({item.id: item for item in known}.values())
    elsewhere = speaking - group.versions - {s.evidence.version_id for s in older}
    merged = merge(group, older, identity, council, lent, new_id, elsewhere)
    if identity.previous is None:
        return merged
    once = {s.evidence.version_id for s in older if s.evidence.kind in AGENDAS}
    carried = [
        replace(item, listed=False, announced=True if item.version_id in once else item.announced)
        for item in _unspoken(identity.previous, merged.session)
        if item.version_id not in speaking
    ]
    return carry_items(merged, carried)


def _unspoken(before: Session, after: Session) -> list[AgendaItem]:
    """The items of a session that are not among those of today, nor were they merged into one of them."""
    known = {item.id for item in before.items}
    fresh = {plain(item.title) for item in after.items if item.id not in known}
    present = {item.id for item in after.items}
    return [item for item in before.items if item.id not in present and plain(item.title) not in fresh]


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
        raised = attached(raised_in(group.statements, session.id, one.item_of), session)
        flags = flags_of(raised, known, new_id)
        session = _decided(session, raised)
        was = [flag for key in (session.id, *session.aliases) if key in before for flag in before[key].flags]
        result.append(replace(session, flags=(*flags, *_flags_of_unlisted(session, was, flags))))
    return result


def _decided(session: Session, raised: Sequence[Raised]) -> Session:
    """What stands in a report on delegated decisions was decided before, line of its own or not."""
    best: dict[str | None, Raised] = {}
    for each in sorted(raised, key=lambda each: each.rank):
        best.setdefault(each.item_id, each)
    told = {item_id for item_id, each in best.items() if each.claim.decided}
    items = tuple(replace(item, decided=True) if item.id in told else item for item in session.items)
    return replace(session, items=items)


def _flags_of_unlisted(session: Session, known: Sequence[Flag], fresh: Sequence[Flag]) -> tuple[Flag, ...]:
    """An item that is no longer listed keeps its flag: absence is not evidence (promise 4)."""
    carried = {item.id for item in session.items if not item.listed}
    have = {flag.id for flag in fresh}
    return tuple(flag for flag in known if flag.item_id in carried and flag.id not in have)


def _carried(previous: Facts, sessions: Sequence[Session], speaking: frozenset[str]) -> list[Session]:
    """Known sessions that today's claims do not speak of: kept, unless their papers say something else today."""
    alive = {session.id for session in sessions} | {alias for session in sessions for alias in session.aliases}
    return [s for s in previous.sessions if s.id not in alive and not set(s.versions) & speaking]
