"""A small council whose papers are written in a line per item; every name is invented."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import (
    AgendaItem,
    Council,
    DocumentKind,
    Evidence,
    Facts,
    FlagClaim,
    ItemClaim,
    Match,
    Session,
    SessionClaim,
    Span,
    Topic,
    VoteClaim,
    VoteResult,
)
from pipelines.reconcile.reconcile import Reconciled, reconcile

BRUMEVAL = Council("ville-de-brumeval", "Brumeval", "commune", timezone="Europe/Paris")
DAY = date(2026, 3, 19)  # a Thursday
SEEN = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
# "3 | Title [minor] => adopted 20/3/2"; "> 12 | Title" is a line of the item above it
_ITEM = re.compile(
    r"(?P<line>> )?(?:(?P<number>[^|]{1,24}) \| )?(?P<title>.*?)(?: \[(?P<marks>[a-z ]+)\])?(?: => (?P<vote>.+))?$"
)


def vote(text: str) -> VoteClaim:
    """« adopted », « adopted 20/3/2 », « noted »."""
    result, _, counts = text.partition(" ")
    numbers = [int(each) for each in counts.split("/")] if counts else []
    kind: VoteResult = result  # type: ignore[assignment]
    return VoteClaim(kind, *numbers) if numbers else VoteClaim(kind, unanimous=True)


def item_claims(text: str) -> tuple[ItemClaim, ...]:
    """The items of a paper, a line each; a line in capitals between equal signs is the rubric of what follows."""
    items: list[ItemClaim] = []
    theme: str | None = None
    parent = 0
    for index, raw in enumerate(line for line in text.splitlines() if line.strip()):
        said = raw.strip()
        if said.startswith("=="):
            theme = said.strip("= ")
            continue
        match = _ITEM.match(said)
        assert match, said
        marks = (match["marks"] or "").split()
        is_line = match["line"] is not None
        parent = parent if is_line else len(items)
        items.append(
            ItemClaim(
                title=match["title"],
                number=match["number"],
                page=1 + index // 10,
                begin=(1 + index // 10, 100 * index),
                finish=(1 + index // 10, 100 * index + 99),
                theme=theme,
                minor="minor" in marks,
                withdrawn="withdrawn" in marks,
                votes=tuple(vote(each) for each in match["vote"].split(" + ")) if match["vote"] else (),
                parent=parent if is_line else None,
                decided=is_line,
            )
        )
    return tuple(items)


@dataclass
class Town:
    """Papers are added one by one; ``facts`` reconciles them all, ``again`` on top of what was found before."""

    council: Council = BRUMEVAL
    papers: list[Evidence] = field(default_factory=list)
    found: Reconciled | None = None
    counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def claim(
        self, day: date | None = DAY, items: str = "", body: str = "conseil municipal", **more: object
    ) -> SessionClaim:
        values: dict[str, object] = {"items": item_claims(items), "complete": bool(items)}
        return SessionClaim(body, day, **(values | more))  # type: ignore[arg-type]

    def paper(
        self,
        name: str,
        kind: DocumentKind = "agenda",
        day: date | None = DAY,
        items: str = "",
        *,
        seen: timedelta | datetime = timedelta(),
        claims: Sequence[SessionClaim] | None = None,
        flags: Sequence[FlagClaim] = (),
        private: bool = False,
        record: bool = False,
        url: str = "",
        **more: object,
    ) -> Evidence:
        """Add one paper; what is voted in it was seen three weeks after the session unless told otherwise."""
        late = kind in ("minutes", "list", "deliberation")
        at = seen if isinstance(seen, datetime) else SEEN + seen + timedelta(days=30 * late)
        evidence = Evidence(
            version_id=f"{'private' if private else 'public'}:{name}-1",
            document_id=name,
            url=url or f"https://brumeval.example/{name}.pdf",
            kind=kind,
            number=1,
            first_seen_at=at,
            fetched_at=at,
            sessions=tuple(claims) if claims is not None else (self.claim(day, items, **more),),  # type: ignore[arg-type]
            flags=tuple(flags),
            private=private,
            record=record,
        )
        self.papers.append(evidence)
        return evidence

    def replaced(self, name: str, *claims: SessionClaim, days: int = 2, kind: DocumentKind | None = None) -> Evidence:
        """The paper of that name shows something else now."""
        (place,) = [n for n, each in enumerate(self.papers) if each.document_id == name and not each.superseded]
        old = self.papers[place]
        new = replace(
            old, version_id=f"{old.version_id.rpartition('-')[0]}-{old.number + 1}", number=old.number + 1,
            fetched_at=old.fetched_at + timedelta(days=days), sessions=claims, flags=(), kind=kind or old.kind,
        )  # fmt: skip
        self.papers[place] = replace(old, superseded=True)
        self.papers.append(new)
        return new

    def settle(self, papers: Sequence[Evidence] | None = None, *, new_ids: bool = True) -> Reconciled:
        """Reconcile, on top of what was found before."""
        nothing = Facts(self.council.id)
        was = self.found or Reconciled(nothing, nothing)

        def new_id(prefix: str) -> str:
            assert new_ids, f"a new {prefix}"
            return f"{prefix}{next(self.counter)}"

        chosen = self.papers if papers is None else papers
        self.found = reconcile(chosen, was.public, was.private, self.council, new_id)
        return self.found

    @property
    def sessions(self) -> tuple[Session, ...]:
        return self.settle().public.sessions

    @property
    def session(self) -> Session:
        (one,) = self.sessions
        return one

    def item(self, word: str) -> AgendaItem:
        """The one item with a word in its title."""
        (one,) = [item for session in self.sessions for item in session.items if word in item.title]
        return one


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def passage():
    """A flag claim: its topic, its words, the item that it stands in (None: outside any)."""

    def make(
        text: str, item: int | None = None, topic: Topic = "video-surveillance", score: float = 0.8, page: int = 2,
        session: int | None = 0, **more: object,
    ) -> FlagClaim:  # fmt: skip
        match = Match(topic, f"{topic}-term", Span(page, 5, 11), score, "mots")
        return FlagClaim(score, (match,), text, page, session, item, **more)  # type: ignore[arg-type]

    return make
