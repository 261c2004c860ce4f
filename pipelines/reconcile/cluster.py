"""Which claims speak of the same session: claims of one council in, groups of claims out. Pure.

A *statement* is one session claim of one version of one document. Older versions of a document take
part as long as no newer version of it speaks of that session again: a page that always shows the
latest agenda (DESIGN §8) must not make us forget the previous session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.models import DocumentKind, Evidence, FlagClaim, SessionClaim
from pipelines.reconcile.similar import SAME_AGENDA, overlap

PRE_VOTE: frozenset[DocumentKind] = frozenset({"agenda", "convocation", "note", "draft"})
POST_VOTE: frozenset[DocumentKind] = frozenset({"minutes", "list", "deliberation", "decision"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One session claim in its document; ``flags`` are those of this claim."""

    evidence: Evidence
    claim: SessionClaim
    index: int = 0  # of the claim in its document
    flags: tuple[FlagClaim, ...] = ()

    @property
    def recency(self) -> tuple[datetime, int, str]:
        """Orders statements by when their version was fetched; ties by version, then address, for a stable result."""
        return (self.evidence.fetched_at, self.evidence.number, self.evidence.url)


@dataclass(slots=True)
class Cluster:
    """The statements of one session, oldest first."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def body(self) -> str:
        return self.statements[-1].claim.body

    @property
    def date(self) -> date | None:
        """The date stated last by a paper sent before the vote, else by any."""
        dated = [s for s in self.statements if s.claim.date]
        early = [s for s in dated if s.evidence.kind in PRE_VOTE]
        chosen = early or dated
        return max(chosen, key=lambda s: s.recency).claim.date if chosen else None

    @property
    def versions(self) -> set[str]:
        return {s.evidence.version_id for s in self.statements}

    @property
    def documents(self) -> set[str]:
        return {s.evidence.document_id for s in self.statements}


def live_statements(evidence: Sequence[Evidence]) -> list[Statement]:
    """Every claim that still stands: those of current versions, and of older ones not spoken of again."""
    by_document: dict[str, list[Evidence]] = defaultdict(list)
    for each in evidence:
        by_document[each.document_id].append(each)
    standing: list[Statement] = []
    for versions in by_document.values():
        newer: list[SessionClaim] = []
        for version in sorted(versions, key=lambda each: (each.superseded, -each.number)):
            fresh = [s for s in _statements(version) if not any(said_again(s.claim, claim) for claim in newer)]
            if not version.superseded or not _only_undated(fresh):
                standing += fresh
            newer += [s.claim for s in fresh]
    return sorted(standing, key=lambda s: s.recency)


def _statements(evidence: Evidence) -> Iterable[Statement]:
    for index, claim in enumerate(evidence.sessions):
        if claim.date is None and not claim.items and claim.convened_on is None:
            continue  # says nothing that could be told apart from another session
        yield Statement(evidence, claim, index, tuple(flag for flag in evidence.flags if flag.session == index))


def _only_undated(statements: Sequence[Statement]) -> bool:
    return all(s.claim.date is None for s in statements)


def said_again(old: SessionClaim, new: SessionClaim) -> bool:
    """Whether a newer version of the same document speaks of the session of an older one."""
    if old.body != new.body:
        return False
    if old.date == new.date or old.date is None or new.moved_from == old.date:
        return old.order == new.order
    return overlap(old, new) >= SAME_AGENDA


def clusters(statements: Sequence[Statement]) -> list[Cluster]:
    """Group statements: body and date first, then moves, then undated ones by what they share."""
    by_day: dict[tuple[str, date | None], list[Cluster]] = defaultdict(list)
    for statement in statements:
        if statement.claim.date is not None:
            _place(statement, by_day[statement.claim.body, statement.claim.date])
    groups = _join_moved(by_day)
    for statement in statements:
        if statement.claim.date is None:
            home = next((group for group in groups if _same_undated(statement, group)), None)
            if home is None:
                groups.append(Cluster([statement]))
            else:
                home.statements.append(statement)
    for group in groups:
        group.statements.sort(key=lambda s: s.recency)
    return groups


def _place(statement: Statement, of_that_day: list[Cluster]) -> None:
    """Put a dated statement into the group of its session, or open a new one."""
    for group in of_that_day:
        if all(_compatible(statement, other) for other in group.statements):
            group.statements.append(statement)
            return
    of_that_day.append(Cluster([statement]))


def _compatible(one: Statement, other: Statement) -> bool:
    """Whether two statements of one body and day can be the same session."""
    if one.claim.order != other.claim.order:
        return False
    clash = one.claim.time and other.claim.time and one.claim.time != other.claim.time
    if one.evidence.version_id == other.evidence.version_id:
        return not clash  # one document that tells two sessions of an evening apart by their hours knows best
    if not clash or one.evidence.kind in POST_VOTE or other.evidence.kind in POST_VOTE:
        return True  # minutes print the hour at which the session really opened
    if one.evidence.document_id == other.evidence.document_id:
        return True  # the same paper, corrected
    if not (one.claim.items and other.claim.items):
        return True
    return overlap(one.claim, other.claim) >= SAME_AGENDA


def _join_moved(by_day: dict[tuple[str, date | None], list[Cluster]]) -> list[Cluster]:
    """Join the group of an old date to the one that says it was moved from there; returns all groups, by date."""
    groups = [group for _, those in sorted(by_day.items(), key=lambda entry: str(entry[0])) for group in those]
    by_convocation: dict[tuple[str, date], list[Cluster]] = defaultdict(list)
    for group in groups:
        for stated in {s.claim.convened_on for s in group.statements if s.claim.convened_on}:
            by_convocation[group.body, stated].append(group)
    gone: set[int] = set()
    for group in groups:
        for statement in list(group.statements):
            claim = statement.claim
            near = by_day.get((claim.body, claim.moved_from), []) if claim.moved_from else []
            if claim.moved_from is None and claim.convened_on is not None:
                near = by_convocation[claim.body, claim.convened_on]
            alive = (g for g in near if g is not group and id(g) not in gone and id(group) not in gone)
            source = next((g for g in alive if _moved(statement, g)), None)
            if source is not None:
                group.statements += source.statements
                gone.add(id(source))
                break
    return [group for group in groups if id(group) not in gone]


def _moved(statement: Statement, source: Cluster) -> bool:
    """Whether ``statement`` is a later word on the session of ``source``, under another date."""
    claim, first = statement.claim, source.statements[0].claim
    if claim.body != first.body or claim.order != first.order:
        return False
    if claim.moved_from is not None:
        return claim.moved_from == first.date
    newest = max(source.statements, key=lambda s: s.recency)
    if claim.convened_on is None or statement.recency <= newest.recency:
        return False
    same_convocation = any(s.claim.convened_on == claim.convened_on for s in source.statements)
    return same_convocation and any(overlap(claim, s.claim) >= SAME_AGENDA for s in source.statements)


def _same_undated(statement: Statement, group: Cluster) -> bool:
    claim = statement.claim
    for other in group.statements:
        if other.claim.body != claim.body:
            continue
        if claim.convened_on is not None and other.claim.convened_on == claim.convened_on:
            return True
        if overlap(claim, other.claim) >= SAME_AGENDA:
            return True
    return False
