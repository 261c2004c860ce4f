"""Whether a voted item may be a point of the agenda under another name: retitled, divided, merged or misread. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from crawler.models import ItemClaim
from pipelines.reconcile.cluster import Statement, is_line
from pipelines.reconcile.gather import Gathered
from pipelines.reconcile.pairing import Numbering
from pipelines.reconcile.similar import is_specific, kinship, last_run, plain, plain_number, stems, weight

RESEMBLES = 65.0  # percent of like letters from which two titles are not clearly different
PART = 0.6  # kinship from which an item may be a part of a point that was voted too
PART_OF_THINGS = 0.4  # the same where two words name things ("tableau des effectifs")
MISREAD = 75.0  # percent of like letters of one word, as recognition misreads it
GENERAL = 1.5  # weight of words under which a point says too little to exclude anything
GARBLED = 0.4  # share of broken words from which a title was not read
NUMBERED = 0.8  # share of a paper's items with numbers from which one without is a heading inside another
_BROKEN = re.compile(r"(?=.*\d)(?=.*[a-z])\w+|[^aeiouy\W\d]{4,}")  # letters with digits, or no vowel in four
_SHORT = frozenset(("a", "y", "au", "ce", "de", "du", "en", "et", "il", "la", "le", "ou", "un"))
_ELIDED = frozenset("cdjlmnst")  # "l'achat d'un terrain": before a vowel
# Points on every agenda of which no vote may be found: they are not what was voted.
_NO_MATTER = re.compile(
    r"\bdecisions? (?:du |de la |de m |de mme |municipales? |prises? |en vertu|par delegation)"
    r"|\bdelegations? (?:de pouvoirs? )?(?:du|au|a la|de la) (?:maire|presidente?|bureau|conseil|commission)\b"
    r"|\bl ?(?:2122|5211|3211|4221|4231) ?(?:22|23|10|2|5|7 1)\b|\bproces verba|\bcomptes? rendus? (?:de|des|du|sur)\b"
    r"|\bsecretaires? (?:de seance)?|^(?:informations?|communications?|questions?|points? divers|divers|actualites?"
    r"|appel|calendrier|dates?|prochaine?s?|tour de table|debat sans vote)\b"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A point of an agenda; ``settled``: its own vote was found, or it was withdrawn."""

    item: ItemClaim
    agenda: tuple[str, int]  # of the statement
    index: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Voted:
    """A voted item in the paper that tells of it."""

    statement: Statement
    index: int

    @property
    def item(self) -> ItemClaim:
        return self.statement.claim.items[self.index]


def may_be(voted: Voted, points: Sequence[Listed], gathered: Sequence[Gathered], agenda: Sequence[Statement]) -> bool:
    """Whether anything speaks for the voted item being one of the points, or a part of one."""
    if garbled(voted.item.title) or _inside_another(voted, gathered, agenda):
        return True
    numbering = _numbering(voted.statement, gathered, agenda)
    aligned = _aligned(voted, gathered, agenda)
    for point in points:
        if is_line(point.item) or point.item.decided or _NO_MATTER.search(plain(point.item.title)):
            continue
        same_number = _same_number(voted.item, point.item, numbering)
        if point.settled:
            if _is_part(voted.item, point.item) or same_number == "within":
                return True
        elif not point.item.minor and (
            same_number or (point.agenda, point.index) in aligned or _may_be_retitled(voted.item, point.item)
        ):
            return True
    return False


def _is_part(item: ItemClaim, point: ItemClaim) -> bool:
    """Whether a point that was voted may hold this item too: "Subventions" and the subvention to one club."""
    if fuzz.ratio(plain(item.title), plain(point.title)) >= RESEMBLES and _like(item, point):
        return True
    common = _common(item.title, _whole(point))
    if common and stems(point.title) and stems(point.title) <= common:
        return True
    least = PART_OF_THINGS if sum(map(is_specific, common)) > 1 else PART
    return len(common) > 1 and any(map(is_specific, common)) and kinship(item.title, _whole(point)) >= least


def _like(item: ItemClaim, point: ItemClaim) -> bool:
    """Whether like letters are like words, and not only the same formula ("Convention avec …")."""
    return any(map(is_specific, _common(item.title, point.title)))


def _may_be_retitled(item: ItemClaim, point: ItemClaim) -> bool:
    """Whether a point without a vote may be the item: it shares a word, or says too little, or was not read."""
    if garbled(point.title) or weight(stems(point.title)) < GENERAL:
        return True
    if fuzz.ratio(plain(item.title), plain(point.title)) >= RESEMBLES:
        return True
    common = _common(item.title, _whole(point))
    return len(common) > 1 or any(map(is_specific, common))


def _whole(point: ItemClaim) -> str:
    return f"{point.theme or ''} {point.title}"


def _common(one: str, other: str) -> set[str]:
    """The words of the first title that stand in the other too, misread by a letter or two or not."""
    left, right = stems(one), stems(other)
    words = {stem for stem in left & right if not stem.isdigit()}
    for stem in left - right:
        if len(stem) > 4 and any(len(other) > 4 and fuzz.ratio(stem, other) >= MISREAD for other in right):
            words.add(stem)
    return words


def _same_number(item: ItemClaim, point: ItemClaim, numbering: Numbering) -> str:
    """ "same" or "within" ("12.1", "12 bis" and 12) where the papers may count alike; else empty."""
    if numbering.same(item.number, point.number):
        return "same"
    mine, theirs = plain_number(item.number), plain_number(point.number)
    if numbering.equal is not False and theirs and re.match(rf"{re.escape(theirs)} ?(?:\d+|[a-z]{{1,3}})$", mine):
        return "within"
    return ""


def _numbering(statement: Statement, gathered: Sequence[Gathered], agenda: Sequence[Statement]) -> Numbering:
    """How a voting paper counts beside the agenda, as the items in both tell."""
    return Numbering.of(
        (statement.claim.items[i].number, s.claim.items[j].number)
        for (i, s, j) in _anchors(statement, gathered, agenda)
    )


def _anchors(
    statement: Statement, gathered: Sequence[Gathered], agenda: Sequence[Statement]
) -> Iterator[tuple[int, Statement, int]]:
    """The items that a voting paper and an agenda both have: place in the one, agenda, place in the other."""
    keys = {s.key for s in agenda}
    for each in gathered:
        mine = [i for s, i in each.claims if s.key == statement.key]
        theirs = [(s, j) for s, j in each.claims if s.key in keys]
        for i in mine:
            for s, j in theirs:
                yield i, s, j


def _aligned(
    voted: Voted, gathered: Sequence[Gathered], agenda: Sequence[Statement]
) -> set[tuple[tuple[str, int], int]]:
    """The points of the agendas that stand where the voted item stands: between the same two neighbours."""
    spots: set[tuple[tuple[str, int], int]] = set()
    for plan in agenda:
        places = {i: j for i, s, j in _anchors(voted.statement, gathered, agenda) if s.key == plan.key}
        before = [places[i] for i in places if i < voted.index and i == max(n for n in places if n < voted.index)]
        after = [places[i] for i in places if i > voted.index and i == min(n for n in places if n > voted.index)]
        first, last = (before or [-1])[0], (after or [len(plan.claim.items)])[0]
        spots |= {(plan.key, j) for j in range(first + 1, last)}
    return spots


def _inside_another(voted: Voted, gathered: Sequence[Gathered], agenda: Sequence[Statement]) -> bool:
    """Whether an item without number in a paper that numbers its items stands between two that follow each other.

    It is then likely a heading inside the first of them, whose vote was taken by parts.
    """
    items = [(i, item) for i, item in enumerate(voted.statement.claim.items) if not item.minor and not is_line(item)]
    numbered = [i for i, item in items if item.number]
    if voted.item.number or len(numbered) < NUMBERED * (len(items) - 1):
        return False
    before = max((i for i in numbered if i < voted.index), default=None)
    after = min((i for i in numbered if i > voted.index), default=None)
    if before is None or after is None:
        return False
    claims = voted.statement.claim.items
    first, second = last_run(claims[before].number), last_run(claims[after].number)
    return first is None or second is None or second - first <= 1


def garbled(title: str) -> bool:
    """Whether recognition broke a title so that its words cannot be compared."""
    words = plain(title).split()
    broken = [
        word
        for word, after in zip(words, [*words[1:], ""], strict=True)
        if _BROKEN.fullmatch(word)
        or (len(word) <= 2 and not word.isdigit() and word not in _SHORT and not _elided(word, after))
    ]
    return len(words) > 2 and len(broken) >= GARBLED * len(words)


def _elided(word: str, after: str) -> bool:
    return word in _ELIDED and after[:1] in set("aeiouhy")
