"""What a new version of evidence changed in a session that was known before. Pure.

Two versions of evidence are compared, never two versions of our code: a difference counts only where
the version that states the new value was not among the evidence of the session before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from crawler.models import AgendaItem, Change, ChangeKind, Evidence, Session, SessionClaim
from pipelines.reconcile.cluster import Cluster
from pipelines.reconcile.merge import same_but_year
from pipelines.reconcile.similar import plain

SAME_PLACE = 80.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A session before and after, with the evidence of today."""

    before: Session
    after: Session
    group: Cluster
    evidence: dict[str, Evidence]  # by version id, older versions included

    def new(self, version_id: str) -> bool:
        return version_id not in self.before.versions

    def change(
        self, kind: ChangeKind, version_id: str, before: str | None, after: str | None, item: str | None = None
    ) -> Change:
        seen_at = self.evidence[version_id].fetched_at
        return Change(kind, self.after.id, item, before, after, version_id, seen_at)

    def stated(
        self, kind: ChangeKind, says: Callable[[SessionClaim], bool], before: str, after: str
    ) -> Iterator[Change]:
        """The change, if a version new to this session says so; the newest of them is its evidence."""
        new = [s for s in self.group.statements if self.new(s.evidence.version_id) and says(s.claim)]
        if new:
            yield self.change(kind, max(new, key=lambda s: s.recency).evidence.version_id, before, after)


def compare(before: Session, after: Session, group: Cluster, evidence: Sequence[Evidence]) -> tuple[Change, ...]:
    """The changes that today's new versions brought to a known session."""
    comparison = Comparison(before, after, group, {each.version_id: each for each in evidence})
    if not any(comparison.new(version) for version in after.versions):
        return ()
    return (*_session_changes(comparison), *_item_changes(comparison))


def _session_changes(c: Comparison) -> Iterator[Change]:
    before, after = c.before, c.after
    if before.date and after.date and before.date != after.date:
        if same_but_year(before.date, after.date):
            return  # the paper was put right, and the hour and place of a wrong year are no news
        yield from c.stated("moved", lambda s: s.date == after.date, before.date.isoformat(), after.date.isoformat())
    elif before.starts_at and after.starts_at and before.starts_at != after.starts_at:
        hour = after.starts_at.time().replace(tzinfo=None)
        was, now = before.starts_at.isoformat(), after.starts_at.isoformat()
        yield from c.stated("time", lambda s: s.time == hour, was, now)
    if before.place and after.place and not _same_place(before.place, after.place):
        yield from c.stated("place", lambda s: s.place == after.place, before.place, after.place)
    if after.status != before.status and after.status in ("cancelled", "postponed"):
        yield from c.stated(after.status, lambda s: s.status == after.status, before.status, after.status)


def _same_place(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(plain(one), plain(other)) >= SAME_PLACE


def _item_changes(c: Comparison) -> Iterator[Change]:
    had_agenda = c.before.agenda_version is not None
    known = {item.id: item for item in c.before.items}
    for item in c.after.items:
        old = known.get(item.id)
        if old is None:
            if had_agenda and item.listed and c.new(item.version_id) and _is_agenda(c, item.version_id):
                yield c.change("item-added", item.version_id, None, label(item), item.id)
            continue
        if old.listed and not item.listed and (version := _newer_agenda(c, old)):
            yield c.change("item-unlisted", version, label(old), None, item.id)
        if item.withdrawn and not old.withdrawn and (version := _withdrawing(c, item)):
            yield c.change("item-withdrawn", version, label(old), None, item.id)
        if _renumbered(c, old, item):
            yield c.change("item-renumbered", item.version_id, old.number, item.number, item.id)
        if plain(old.title) != plain(item.title) and c.new(item.version_id) and _same_paper(c, old, item):
            yield c.change("item-retitled", item.version_id, label(old), label(item), item.id)


def _renumbered(c: Comparison, old: AgendaItem, item: AgendaItem) -> bool:
    """Whether a flagged item has another number in the new version of its own paper."""
    numbers = [re.findall(r"[^\W_]+", each.number or "") for each in (old, item)]
    if not all(numbers) or numbers[0] == numbers[1] or not any(flag.item_id == item.id for flag in c.before.flags):
        return False
    return c.new(item.version_id) and _same_paper(c, old, item)


def label(item: AgendaItem) -> str:
    """An item as a reader would cite it."""
    return f"{item.number}. {item.title}" if item.number else item.title


def _is_agenda(c: Comparison, version_id: str) -> bool:
    return version_id in c.evidence and c.evidence[version_id].kind in ("agenda", "convocation")


def _document(c: Comparison, version_id: str) -> str | None:
    return c.evidence[version_id].document_id if version_id in c.evidence else None


def _newer_agenda(c: Comparison, old: AgendaItem) -> str | None:
    """The new version of the very paper that listed the item."""
    paper = _document(c, old.version_id)
    new = [s for s in c.group.statements if s.evidence.document_id == paper and c.new(s.evidence.version_id)]
    return max(new, key=lambda s: s.recency).evidence.version_id if paper and new else None


def _withdrawing(c: Comparison, item: AgendaItem) -> str | None:
    new = [version for version in item.versions if c.new(version) and version in c.evidence]
    return max(new, key=lambda version: c.evidence[version].fetched_at) if new else None


def _same_paper(c: Comparison, old: AgendaItem, item: AgendaItem) -> bool:
    """A title read from another paper is another wording, not a change."""
    paper = _document(c, item.version_id)
    return paper is not None and paper == _document(c, old.version_id)
