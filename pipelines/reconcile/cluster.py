"""What the documents of one council say of sessions, claim by claim, and the claims of one session together. Pure.

A *statement* is one session claim of one version of one document. Older versions of a document take
part as long as no newer version of it speaks of that session again: a page that always shows the
latest agenda (DESIGN §8) must not make us forget the previous session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.models import Day, DocumentKind, Evidence, FlagClaim, ItemClaim, SessionClaim
from pipelines.reconcile.assemblies import assembly
from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA, overlap
from pipelines.reconcile.pairing import Entry
from pipelines.reconcile.similar import plain

PRE_VOTE: frozenset[DocumentKind] = frozenset({"agenda", "convocation", "note", "draft"})
POST_VOTE: frozenset[DocumentKind] = frozenset({"minutes", "list", "deliberation", "decision"})
AGENDAS: frozenset[DocumentKind] = frozenset({"agenda", "convocation"})


def is_line(item: ItemClaim) -> bool:
    """Whether an item is a line of a report: no point of the agenda."""
    return item.parent is not None


def real_titles(claim: SessionClaim) -> tuple[str, ...]:
    """The titles that tell sessions apart: without formalities and lines of reports."""
    return tuple(item.title for item in claim.items if not item.minor and not is_line(item) and plain(item.title))


def entry(item: ItemClaim) -> Entry:
    """An item as it is compared with others."""
    return Entry(item.title, item.number, is_line(item))


@dataclass(frozen=True, slots=True)
class Statement:
    """One session claim in its document; ``flags`` are those of this claim."""

    evidence: Evidence
    claim: SessionClaim
    index: int = 0  # of the claim in its document
    flags: tuple[FlagClaim, ...] = ()
    misdated: bool = False  # its items prove that the date it prints is wrong
    titles: tuple[str, ...] = ()  # of its real items

    @property
    def date(self) -> Day | None:
        """The day it states, unless that is known to be wrong."""
        return None if self.misdated else self.claim.date

    @property
    def recency(self) -> tuple[datetime, int, str, str]:
        """Orders statements by when their version was fetched; ties by version and address, for a stable result."""
        each = self.evidence
        return (each.fetched_at, each.number, each.url, each.version_id)

    @property
    def key(self) -> tuple[str, int]:
        """Names the statement among all of the council."""
        return (self.evidence.version_id, self.index)


@dataclass(slots=True)
class Cluster:
    """The statements of one session, oldest first."""

    statements: list[Statement] = field(default_factory=list)
    order: int = 1

    @property
    def body(self) -> str:
        """The body that papers name, the newest from before the vote first; else the council's usual one."""
        chosen = [s for s in self.statements if s.claim.body_printed] or self.statements
        return self._newest(chosen).claim.body

    @property
    def assembly(self) -> str:
        """The name under which its body is compared with others."""
        return assembly(self.body)

    @property
    def body_printed(self) -> bool:
        return any(s.claim.body_printed for s in self.statements)

    @property
    def date(self) -> Day | None:
        """The date stated last by a paper sent before the vote, else by any; of several days the first."""
        dated = [s for s in self.statements if s.date]
        days = [s for s in dated if not self._is_later_day(s, dated)]
        return self._newest(days).date if days else None

    @property
    def last_day(self) -> Day | None:
        """Of a session over several days, the last that is announced."""
        first = self.date
        spans = [s for s in self.statements if first and s.date == first and s.claim.last_day]
        last = self._newest(spans).claim.last_day if spans else None
        return last if first and last and last > first else None

    @property
    def lists(self) -> list[tuple[str, ...]]:
        """The longest list of items from before the vote and the longest from after it: the others repeat them."""
        early = max((s.titles for s in self.statements if s.evidence.kind in PRE_VOTE), key=len, default=())
        late = max((s.titles for s in self.statements if s.evidence.kind not in PRE_VOTE), key=len, default=())
        return [early, late]

    @property
    def versions(self) -> set[str]:
        return {s.evidence.version_id for s in self.statements}

    def covers(self, day: Day) -> bool:
        """Whether a day is one of this session."""
        return any(
            s.date is not None and s.date <= day <= (s.claim.last_day or s.date) for s in self.statements
        )  # fmt: skip

    @staticmethod
    def _newest(statements: Sequence[Statement]) -> Statement:
        early = [s for s in statements if s.evidence.kind in PRE_VOTE]
        return max(early or statements, key=lambda s: s.recency)

    @staticmethod
    def _is_later_day(statement: Statement, dated: Sequence[Statement]) -> bool:
        """Whether another statement tells that this day is the second of a session, or a later one."""
        day = statement.date
        return any(s.date and s.claim.last_day and day and s.date < day <= s.claim.last_day for s in dated)


def live_statements(evidence: Sequence[Evidence]) -> list[Statement]:
    """Every claim that still stands: those of current versions, and of older ones not spoken of again."""
    standing: list[Statement] = []
    for versions in by_document(evidence).values():
        newer: list[Statement] = []
        for version in sorted(versions, key=lambda each: (each.superseded, -each.number)):
            fresh = [s for s in statements_of(version) if not any(replaces(new, s) for new in newer)]
            if not version.superseded or not all(s.claim.date is None for s in fresh):
                standing += fresh
            newer += fresh
    return sorted(standing, key=lambda s: (s.recency, s.index))


def by_document(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """The versions of each document."""
    documents: dict[str, list[Evidence]] = defaultdict(list)
    for each in evidence:
        documents[each.document_id].append(each)
    return documents


def statements_of(evidence: Evidence) -> Iterator[Statement]:
    """The claims of one version that could be told apart from another session."""
    for index, claim in enumerate(evidence.sessions):
        if claim.date is not None or claim.items or claim.convened_on is not None:
            flags = tuple(flag for flag in evidence.flags if flag.session == index)
            yield Statement(evidence, claim, index, flags, titles=real_titles(claim))


def earlier(group: Cluster, documents: Mapping[str, Sequence[Evidence]]) -> list[Statement]:
    """What older versions of a session's documents said of it, perhaps at another date; oldest first."""
    standing = {s.key for s in group.statements}
    found: dict[tuple[str, int], Statement] = {}
    for statement in group.statements:
        for each in documents.get(statement.evidence.document_id, ()):
            if each.number >= statement.evidence.number:
                continue
            for old in statements_of(each):
                if old.key not in standing and replaces(statement, old):
                    found[old.key] = old
    return sorted(found.values(), key=lambda s: (s.recency, s.index))


def replaces(new: Statement, old: Statement) -> bool:
    """Whether a newer version of a document speaks of the session of an older one."""
    if _same_record(new, old):
        return True
    if _said_again(old.claim, new.claim):
        return old.claim.date == new.claim.date or not (_both_known(new, old) or _over_by_then(new, old))
    # A corrected body: the only session of the paper, the same evening, and nothing in the two that speaks against it.
    if len(old.evidence.sessions) > 1 or len(new.evidence.sessions) > 1:
        return False
    clash = bool(old.claim.time and new.claim.time and old.claim.time != new.claim.time)
    bare = not old.titles or not new.titles
    same_day = old.claim.date is not None and old.claim.date == new.claim.date
    return same_day and not clash and (bare or _alike(old.claim, new.claim))


def _same_record(new: Statement, old: Statement) -> bool:
    """Whether a platform's record of one session says another day of it now: its address is that session's own."""
    records = new.evidence.record and old.evidence.record
    alone = len(new.evidence.sessions) == len(old.evidence.sessions) == 1
    same = assembly(new.claim.body) == assembly(old.claim.body) and new.claim.order == old.claim.order
    return records and alone and same and new.claim.date is not None


def _both_known(new: Statement, old: Statement) -> bool:
    """Whether the older version knew the session of the newer one beside its own."""
    return any(
        assembly(claim.body) == assembly(new.claim.body) and claim.date == new.claim.date
        for index, claim in enumerate(old.evidence.sessions)
        if index != old.index and claim.date is not None
    )


def _over_by_then(new: Statement, old: Statement) -> bool:
    """Whether the older session's day had gone by when the newer version came: that one tells of the next session,
    however alike the two agendas are. What is said to have moved, or has the same convocation, is the same still."""
    was, claim = old.claim, new.claim
    if was.date is None or claim.date is None or claim.moved_from == was.date:
        return False
    if was.convened_on is not None and was.convened_on == claim.convened_on:
        return False
    if (was.date.month, was.date.day) == (claim.date.month, claim.date.day):
        return False  # a year that was misprinted
    return (was.last_day or was.date) < min(new.evidence.fetched_at.date(), claim.date)


def _said_again(old: SessionClaim, new: SessionClaim) -> bool:
    if assembly(old.body) != assembly(new.body) and old.body_printed and new.body_printed:
        return False
    if old.date == new.date or old.date is None or new.moved_from == old.date:
        return old.order == new.order
    if old.convened_on is not None and old.convened_on == new.convened_on and old.order == new.order:
        return True
    return _alike(old, new)


def _alike(one: SessionClaim, other: SessionClaim) -> bool:
    """Whether two versions of one document list the same items: three in five, or all where they are few."""
    left, right = real_titles(one), real_titles(other)
    if min(len(left), len(right)) >= LEAST_ITEMS:
        return overlap(left, right) >= SAME_AGENDA
    return bool(left) and sorted(map(plain, left)) == sorted(map(plain, right))
