"""Papers without a date, put to the session whose convocation, items or folder they share. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from pipelines.reconcile.assemblies import assembly
from pipelines.reconcile.cluster import POST_VOTE, Cluster, Statement, entry
from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA, overlap, share
from pipelines.reconcile.pairing import SAME_NUMBER, Entry
from pipelines.reconcile.similar import (
    CONTAINED_LENGTH,
    SAME_NUMBER_AND_TITLE,
    SAME_TITLE,
    is_specific,
    plain,
    plain_number,
    stems,
    title_score,
)

_MONTHS = ("janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")


def place_undated(statements: Sequence[Statement], groups: Sequence[Cluster]) -> list[Cluster]:
    """Every group with the undated papers that belong to it; what belongs to none is a session of unknown date."""
    result = list(groups)
    waiting: list[Statement] = []
    for statement in statements:
        home = _by_convocation(statement, result) or _by_items(statement, result)
        if home is None:
            waiting.append(statement)
        else:
            home.statements.append(statement)
    index = _Index(result)
    for statement in waiting:  # those with few items, when all that lists items has its place
        home = _by_items(statement, result) or _by_one_item(statement, result, index) or _by_folder(statement, result)
        if home is None:
            home = Cluster()
            result.append(home)
        home.statements.append(statement)
        index.add(next(place for place, group in enumerate(result) if group is home), statement)
    return result


def may_meet(statement: Statement, group: Cluster) -> bool:
    """Whether the body of a paper can be that of a session: the same, or one of them was only supposed."""
    same = assembly(statement.claim.body) == group.assembly
    return same or not statement.claim.body_printed or not group.body_printed


def _by_convocation(statement: Statement, groups: Sequence[Cluster]) -> Cluster | None:
    stated = statement.claim.convened_on
    fitting = [
        group for group in groups
        if stated and may_meet(statement, group) and any(s.claim.convened_on == stated for s in group.statements)
    ]  # fmt: skip
    if len(fitting) > 1:
        named = [group for group in fitting if group.assembly == assembly(statement.claim.body)]
        shares = [max(share(statement.titles, s.titles) for s in group.statements) for group in fitting]
        fitting = [group for group, most in zip(fitting, shares, strict=True) if most == max(shares) > 0] or named
    return fitting[0] if len(fitting) == 1 else None


def _by_items(statement: Statement, groups: Sequence[Cluster]) -> Cluster | None:
    """The session that lists three in five of its items; where several do, that whose day is near."""
    if len(statement.titles) < LEAST_ITEMS:
        return None
    fitting = _best_by_items(statement, [group for group in groups if may_meet(statement, group)])
    return _nearest(statement, fitting)


def _best_by_items(statement: Statement, groups: Sequence[Cluster]) -> list[Cluster]:
    """The groups that share most of the items, all of them where they share the same."""
    shares = [max(overlap(statement.titles, titles) for titles in group.lists) for group in groups]
    most = max(shares, default=0.0)
    return [group for group, each in zip(groups, shares, strict=True) if each == most] if most >= SAME_AGENDA else []


def _by_one_item(statement: Statement, groups: Sequence[Cluster], index: _Index) -> Cluster | None:
    """A draft or an act of one or two items: the session that has each of them, by number and title or by title."""
    items = [entry(item) for item in statement.claim.items if not item.minor]
    if not 0 < len(items) < LEAST_ITEMS:
        return None
    found = [index.scores(item) for item in items]
    scored = {
        place: min(scores[place] for scores in found)
        for place in found[0]
        if all(place in scores for scores in found) and may_meet(statement, groups[place])
    }
    most = max(scored.values(), default=0.0)
    fitting = [groups[place] for place, score in sorted(scored.items()) if score >= most - SAME_NUMBER / 2]
    by_folder = [group for group in fitting if group.date and names_day(statement.evidence.url, group.date)]
    return _nearest(statement, by_folder or fitting)


class _Index:
    """The items of all sessions, by the words of their titles."""

    def __init__(self, groups: Sequence[Cluster]) -> None:
        self._entries: dict[str, set[tuple[int, Entry]]] = defaultdict(set)
        for place, group in enumerate(groups):
            for statement in group.statements:
                self.add(place, statement)

    def add(self, place: int, statement: Statement) -> None:
        """Take in a paper of the session at a place."""
        for item in statement.claim.items:
            for stem in stems(item.title) if not item.minor else ():
                if is_specific(stem):
                    self._entries[stem].add((place, entry(item)))

    def scores(self, item: Entry) -> dict[int, float]:
        """How surely an item is one of each session; the sessions of which nothing says so are left out."""
        best: dict[int, float] = {}
        near = {each for stem in stems(item.title) for each in self._entries.get(stem, ())}
        for place, other in near:
            score = _one_score(item, other)
            if score > best.get(place, 0.0):
                best[place] = score
        return best


def _one_score(one: Entry, other: Entry) -> float:
    """How surely two single items are one: 0 where nothing says so."""
    if one.line != other.line:
        return 0.0
    score = title_score(one.title, other.title)
    number = plain_number(one.number)
    if number and number == plain_number(other.number):
        return score + SAME_NUMBER if score >= SAME_NUMBER_AND_TITLE else 0.0
    return score if score >= SAME_TITLE and len(plain(one.title)) >= CONTAINED_LENGTH else 0.0


def _nearest(statement: Statement, groups: Sequence[Cluster]) -> Cluster | None:
    """The only session; of several the next one when a paper from before a vote was first seen, else the last held.

    None where the day tells nothing, as of a paper that was found on one day with those of the other sessions.
    """
    if len(groups) == 1:
        return groups[0]
    seen = statement.evidence.first_seen_at.date()
    dated = sorted((group.date, place) for place, group in enumerate(groups) if group.date is not None)
    if statement.evidence.kind in POST_VOTE:
        chosen = [place for day, place in dated if day <= seen][-1:]
    else:
        chosen = [place for day, place in dated if day >= seen][:1]
    rivals = [group for place, group in enumerate(groups) if place not in chosen]
    if not chosen or any(_first_seen(group) == seen for group in rivals):
        return None
    return groups[chosen[0]]


def _first_seen(group: Cluster) -> date:
    return min(s.evidence.first_seen_at for s in group.statements).date()


def _by_folder(statement: Statement, groups: Sequence[Cluster]) -> Cluster | None:
    """The only session of a day that a folder of its address names ("/conseil-du-19-mars-2026/projet-4.pdf")."""
    fitting = [
        group for group in groups
        if group.date is not None and may_meet(statement, group) and names_day(statement.evidence.url, group.date)
    ]  # fmt: skip
    return fitting[0] if len(fitting) == 1 else None


def names_day(url: str, day: date) -> bool:
    """Whether one folder of an address names a day, in whatever order and however its month is written."""
    folders = [plain(unquote(part)) for part in urlsplit(url).path.split("/")[:-1]]
    return any(_is_day(re.findall(r"\d+|[a-z]+", folder), day) for folder in folders)


def _is_day(words: Sequence[str], day: date) -> bool:
    glued = {day.strftime("%Y%m%d"), day.strftime("%d%m%Y")}
    if glued & set(words):
        return True
    for first, (second, third) in zip(words, pairwise(words[1:]), strict=False):
        if _is_month(second, day) and {first, third} in (
            {str(day.year), f"{day.day:02}"},
            {str(day.year), str(day.day)},
            {str(day.year), f"{day.day}er"},
        ):
            return True
    return False


def _is_month(word: str, day: date) -> bool:
    return word in (str(day.month), f"{day.month:02}") or (
        word.isalpha() and len(word) > 2 and word.startswith(_MONTHS[day.month - 1])
    )
