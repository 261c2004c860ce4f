"""The items of one session, put together from all papers that speak of them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.models import DocumentKind, ItemClaim
from pipelines.reconcile.cluster import POST_VOTE, Cluster, Statement, entry, is_line
from pipelines.reconcile.overlap import LEAST_ITEMS
from pipelines.reconcile.pairing import Entry, Numbering, pair
from pipelines.reconcile.similar import is_specific, kinship, plain, stems

# Whose word on an item's title, number and page is shown: the agenda's first, the minutes' last.
TITLE_RANK: dict[DocumentKind, int] = {
    "agenda": 0, "convocation": 1, "note": 2, "draft": 3, "list": 4, "deliberation": 5, "minutes": 6,
}  # fmt: skip
REPORTS: frozenset[DocumentKind] = frozenset({"note", "draft"})
IN_PLACE = 0.5  # kinship of two titles that stand between the same neighbours and under other numbers


@dataclass(slots=True)
class Gathered:
    """One item while it is put together: every claim that speaks of it, best word first."""

    claims: list[tuple[Statement, int]]  # statement and index of the item in its claim
    unsure: set[tuple[tuple[str, int], int]] = field(default_factory=set)  # claims that rest on number or place
    _entry: Entry | None = None

    @property
    def best(self) -> ItemClaim:
        return self.items[0]

    @property
    def items(self) -> list[ItemClaim]:
        """What each paper says of it, best word first."""
        return [statement.claim.items[index] for statement, index in self.claims]

    @property
    def line(self) -> bool:
        return is_line(self.best)

    @property
    def entry(self) -> Entry:
        """The item with every name that a paper gives it."""
        if self._entry is None:
            names = {(plain(item.title), item.number): (item.number, item.title) for item in self.items}
            also = tuple(name for name in names.values() if name != (self.best.number, self.best.title))
            self._entry = Entry(self.best.title, self.best.number, self.line, also)
        return self._entry

    def add(self, statement: Statement, index: int, *, sure: bool) -> None:
        """One more paper that speaks of the item."""
        self.claims.append((statement, index))
        self._entry = None
        if not sure:
            self.unsure.add((statement.key, index))

    def said_by(self, statement: Statement, *, sure: bool = False) -> bool:
        """Whether a paper speaks of the item; ``sure``: by its title, not only by its number or place."""
        return any(
            s.key == statement.key and not (sure and (s.key, i) in self.unsure) for s, i in self.claims
        )  # fmt: skip

    def said_in(self, kinds: frozenset[DocumentKind]) -> bool:
        """Whether a paper of these kinds speaks of the item."""
        return any(s.evidence.kind in kinds for s, _ in self.claims)


def ranked(group: Cluster) -> list[Statement]:
    """Best word first: by kind of document, complete before partial, newest before older."""
    newest_first = sorted(group.statements, key=lambda s: s.recency, reverse=True)
    return sorted(
        newest_first,
        key=lambda s: (TITLE_RANK.get(s.evidence.kind, 9), s.evidence.superseded, not s.claim.complete),
    )


def gather(group: Cluster) -> list[Gathered]:
    """The items of all statements, matched to each other, in the order of the best agenda."""
    gathered: list[Gathered] = []
    statements = ranked(group)
    numberings = _numberings(statements)
    for statement in statements:
        _take(statement, gathered, numberings[statement.evidence.kind])
    alone = all(len(each.claim.items) <= 1 for each in group.statements)
    return _by_number(gathered) if alone else gathered


def _numberings(statements: Sequence[Statement]) -> dict[DocumentKind, Numbering]:
    """How papers of few items count, by their kind, beside the best agenda: told by those with the same title.

    A draft of one item cannot tell; twenty of them can.
    """
    base = next((s for s in statements if len(s.claim.items) >= LEAST_ITEMS), None)
    pairs: dict[DocumentKind, list[tuple[str | None, str | None]]] = defaultdict(list)
    points = [entry(item) for item in base.claim.items] if base else []
    for statement in statements:
        items = statement.claim.items
        if points and len(items) < LEAST_ITEMS:
            found = pair([entry(item) for item in items], points, by_number=False)
            pairs[statement.evidence.kind] += [(items[i].number, points[j].number) for i, j in found.chosen.items()]
    return defaultdict(Numbering, {kind: Numbering.of(those) for kind, those in pairs.items()})


def _take(statement: Statement, gathered: list[Gathered], known: Numbering) -> None:
    """Match one paper's items to those gathered so far; what is new is added."""
    items = statement.claim.items
    open_ = [each for each in gathered if not each.said_by(statement)]
    found = pair([entry(item) for item in items], [each.entry for each in open_], known=known)
    if statement.evidence.kind in POST_VOTE or len(items) >= LEAST_ITEMS:
        _in_place(statement, found.chosen, open_)
    if statement.evidence.kind in REPORTS and len(items) < LEAST_ITEMS:
        _by_report_number(statement, found.chosen, open_, known)
    for index in range(len(items)):
        if index in found.chosen:
            open_[found.chosen[index]].add(statement, index, sure=index in found.sure)
        else:
            gathered.append(Gathered([(statement, index)]))


def _in_place(statement: Statement, chosen: dict[int, int], open_: Sequence[Gathered]) -> None:
    """Between two items that agree one is left in either list, and they share words: reworded and renumbered."""
    items = statement.claim.items
    if len(chosen) < LEAST_ITEMS:
        return
    spots = [None if is_line(item) else chosen.get(index) for index, item in enumerate(items)]
    real = [index for index, item in enumerate(items) if not is_line(item)]
    for before, index, after in zip(real, real[1:], real[2:], strict=False):
        left, right = spots[before], spots[after]
        if spots[index] is not None or left is None or right is None:
            continue
        between = [j for j in range(left + 1, right) if j not in chosen.values() and not open_[j].line]
        if len(between) == 1 and _reworded(items[index].title, open_[between[0]]):
            chosen[index] = between[0]


def _by_report_number(
    statement: Statement, chosen: dict[int, int], open_: Sequence[Gathered], known: Numbering
) -> None:
    """A report under another title: reports are known to count as the agenda does, and it is like no other item."""
    for index, item in enumerate(statement.claim.items):
        if index in chosen or item.minor or is_line(item):
            continue
        under = [j for j, each in enumerate(open_) if known.sure and known.same(item.number, each.best.number)]
        free = [j for j in under if not open_[j].line and not open_[j].said_in(REPORTS) and j not in chosen.values()]
        like = [j for j, each in enumerate(open_) if j not in under and _reworded(item.title, each)]
        if len(free) == 1 and not like:
            chosen[index] = free[0]


def _reworded(title: str, item: Gathered) -> bool:
    return any(
        kinship(title, other) >= IN_PLACE and any(map(is_specific, stems(title) & stems(other)))
        for _, other in item.entry.names
    )


def _by_number(gathered: list[Gathered]) -> list[Gathered]:
    """Papers of one item each, as drafts are, say no order but by their numbers ("9", "10"; "2026-009")."""
    numbers = [[int(run) for run in re.findall(r"\d{1,9}", each.best.number or "")] for each in gathered]
    if not all(numbers):
        return gathered
    return [each for _, each in sorted(zip(numbers, gathered, strict=True), key=lambda pair: pair[0])]
