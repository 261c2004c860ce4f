"""News of the papers of a flagged item: one that came in, and one that was replaced, with what differs in it. Pure.

Two versions of evidence are compared, never two versions of our code: ``text_of`` gives no text where the two were not
read alike, and what was recognised from an image is not compared at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.models import AgendaItem, Change, ChangeKind, DocumentKind, Evidence, Facts, Part, Session, Topic
from pipelines.reconcile.reconcile import Reconciled
from pipelines.reconcile.revised import alike, passages

SENT_ALONG: frozenset[DocumentKind] = frozenset({"note", "draft", "annex"})
COMPARED: frozenset[DocumentKind] = SENT_ALONG | {"agenda", "convocation"}
SAME_PAPER = 0.8  # of the words: another address of the same text, or the next state of it
MOST = 30  # passages of one paper that are kept
GAP = " […] "
LONGEST_GONE = 400
LAST_PAGE = 9_999


@dataclass(frozen=True, slots=True)
class PaperText:
    """What a paper says of an item, and what it was read by; texts read by different code are not compared."""

    text: str
    reader: str
    recognised: bool = False  # some of it from an image


TextOf = Callable[[Part], PaperText | None]


def with_papers(
    result: Reconciled, before: Facts, before_private: Facts, evidence: Sequence[Evidence], text_of: TextOf
) -> Reconciled:
    """Facts with the news of papers beside what reconciling found; ``before``: the facts that were saved last."""
    secret = {each.version_id for each in evidence if each.private}
    open_ = [each for each in evidence if not each.private]
    public = paper_changes(before, result.public, open_, text_of)
    sessions = {each.id: each for each in before.sessions} | {each.id: each for each in before_private.sessions}
    known = Facts(before.council_id, tuple(sessions.values()))
    private = [each for each in paper_changes(known, result.private, evidence, text_of) if each.version_id in secret]
    return Reconciled(
        replace(result.public, changes=(*result.public.changes, *public)),
        replace(result.private, changes=(*result.private.changes, *private)),
    )


def paper_changes(before: Facts, after: Facts, evidence: Sequence[Evidence], text_of: TextOf) -> tuple[Change, ...]:
    """The changes that today's new versions brought to items that were flagged before."""
    known = {session.id: session for session in before.sessions}
    spoken = {each.version_id: each for each in evidence}
    found: list[Change] = []
    for session in after.sessions:
        was = next((known[name] for name in (session.id, *session.aliases) if name in known), None)
        if was is not None and set(session.versions) - set(was.versions):
            found += _of_session(was, session, spoken, text_of)
    return tuple(found)


def _of_session(was: Session, now: Session, spoken: Mapping[str, Evidence], text_of: TextOf) -> Iterator[Change]:
    flagged = {flag.item_id for flag in was.flags}
    old = {item.id: item for item in was.items}
    items = [each for each in now.items if each.id in flagged and each.id in old and each.listed and not each.withdrawn]
    fresh = [spoken[name] for name in now.versions if name in spoken and name not in was.versions]
    for paper in (each for each in fresh if each.kind in COMPARED):
        cases = [_Case(was, now, old[item.id], item, paper, spoken, text_of) for item in items]
        parts = [(case, part) for case in cases for part in case.item.parts if part.version_id == paper.version_id]
        for case, part in parts:
            yield from _of_part(case, part)
        if not parts and paper.kind in SENT_ALONG and (passing := _in_passing(cases)):
            yield from _of_pages(passing)


@dataclass(frozen=True, slots=True)
class _Case:
    """One item before and after, and the new version of a paper that speaks of it."""

    was: Session
    now: Session
    old: AgendaItem
    item: AgendaItem
    paper: Evidence
    spoken: Mapping[str, Evidence]
    text_of: TextOf

    def change(self, kind: ChangeKind, before: str | None = None, after: str | None = None) -> Change:
        return Change(kind, self.now.id, self.item.id, before, after, self.paper.version_id, self.paper.fetched_at)

    def older(self, part: Part) -> int:
        """The number of the version of this very paper that a part of the item stood in; 0 for another paper."""
        each = self.spoken.get(part.version_id)
        return each.number if each is not None and each in self.former else 0

    @property
    def former(self) -> list[Evidence]:
        """The earlier versions of the paper that were among the session's, the newest first."""
        versions = (self.spoken[name] for name in self.was.versions if name in self.spoken)
        mine = [each for each in versions if each.document_id == self.paper.document_id]
        return sorted((each for each in mine if each.number < self.paper.number), key=lambda each: -each.number)

    @property
    def topics(self) -> set[Topic]:
        return {topic for flag in self.was.flags if flag.item_id == self.item.id for topic in flag.topics}


def _of_part(case: _Case, part: Part) -> Iterator[Change]:
    new = case.text_of(part)
    before = max(case.old.parts, key=case.older, default=None)
    if before is not None and case.older(before):
        yield from _replaced(case, case.text_of(before), new)
    elif case.paper.kind in SENT_ALONG and not case.former:
        yield from _came_in(case, new)


def _came_in(case: _Case, new: PaperText | None) -> Iterator[Change]:
    """A paper at an address that is new to the session: another copy of one that we know is no news."""
    texts = [case.text_of(part) for part in case.old.parts] if new else []
    for old in texts:
        if new and old and old.text.strip() and alike(old.text, new.text) >= SAME_PAPER:
            yield from _replaced(case, old, new)
            return
    yield case.change("document-added")


def _in_passing(cases: Sequence[_Case]) -> _Case | None:
    """The item of which a paper speaks that is not divided into items: one with a topic that was found in it."""
    for case in cases:
        if any(claim.items for claim in case.paper.sessions):
            return None
        if any(case.topics & set(claim.topics) for claim in case.paper.flags):
            return case
    return None


def _of_pages(case: _Case) -> Iterator[Change]:
    """News of such a paper: what differs on the pages of what was found in it, and near it."""
    if not case.former:
        yield case.change("document-added")
        return
    old = case.former[0]
    near = tuple({match.text for paper in (old, case.paper) for claim in paper.flags for match in claim.matches})
    yield from _replaced(case, case.text_of(_pages(old)), case.text_of(_pages(case.paper)), near)


def _pages(paper: Evidence) -> Part:
    """The pages of what was found in a paper, one before and one after them; all where nothing was."""
    pages = [match.span.page for claim in paper.flags for match in claim.matches]
    first, last = (max(1, min(pages) - 1), max(pages) + 1) if pages else (1, LAST_PAGE)
    return Part(paper.version_id, (first, 0), (last + 1, 0))


def _replaced(
    case: _Case, old: PaperText | None, new: PaperText | None, near: tuple[str, ...] = ()
) -> Iterator[Change]:
    if old is None or new is None or old.reader != new.reader or old.recognised or new.recognised:
        return
    headings = (f"{case.old.number or ''} {case.old.title}", f"{case.item.number or ''} {case.item.title}")
    told = passages(old.text, new.text, headings, near)[:MOST]
    gone = [each.before for each in told if each.after is None and each.before]
    for each in told:
        if each.after is not None:
            yield case.change("document-replaced", each.before, each.after)
    if gone:  # a change is known by what it says now: what left is one
        yield case.change("document-replaced", GAP.join(gone)[:LONGEST_GONE], None)
