"""Papers whose date is wrong: minutes named after last year, a draft that kept the date of the session before. Pure.

That three items in five are those of another session is not enough: what a meeting without quorum could not decide
stands on the next agenda too, and a permanent commission votes the same titles every month. Something else must say
that the date is wrong; else the two stay apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.reconcile.cluster import POST_VOTE, PRE_VOTE, Cluster, Statement
from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA, overlap, share, shared
from pipelines.reconcile.similar import plain, plain_number

RECURRING = 3  # days on which a title was voted, from which it tells no session from another
STRANGE = 0.3  # share of items under which a paper does not belong to the session of its date
NEARLY_ALL = 0.8
NEAR = 62  # days between a session and the one whose date a draft has kept
CONVENED = 40  # days before a session within which its convocation is sent


@dataclass(frozen=True, slots=True)
class _Council:
    """What all statements of a council tell together."""

    recurring: frozenset[str]  # titles of many sessions
    weekdays: Mapping[str, Counter[int]]  # by body, how many sessions were held on each


def correct_dates(groups: Sequence[Cluster]) -> list[Cluster]:
    """Every group, papers whose date is proven wrong with the session whose items they have."""
    council = _council(groups)
    result = list(groups)
    for group in groups:
        for statement in list(group.statements):
            if len(statement.titles) < LEAST_ITEMS or _at_home(statement, group):
                continue
            home = next(_homes(statement, group, result, council), None)
            if home is not None:
                group.statements.remove(statement)
                home.statements.append(replace(statement, misdated=True))
    return [group for group in result if group.statements]


def _council(groups: Sequence[Cluster]) -> _Council:
    days: dict[str, set[date]] = defaultdict(set)
    weekdays: dict[str, Counter[int]] = defaultdict(Counter)
    for group in groups:
        if group.date is None:
            continue
        weekdays[group.assembly][group.date.weekday()] += 1
        for title in {plain(title) for s in group.statements for title in s.titles}:
            days[title].add(group.date)
    return _Council(frozenset(title for title, on in days.items() if len(on) >= RECURRING), weekdays)


def _others(statement: Statement, group: Cluster) -> list[Statement]:
    """The papers of a session besides that one."""
    return [s for s in group.statements if s.evidence.document_id != statement.evidence.document_id and s.titles]


def _at_home(statement: Statement, group: Cluster) -> bool:
    return any(share(statement.titles, other.titles) >= STRANGE for other in _others(statement, group))


def _homes(statement: Statement, group: Cluster, groups: Sequence[Cluster], council: _Council) -> Iterator[Cluster]:
    """Sessions of the same body on another day whose items the paper has, where something says its date is wrong."""
    for other in groups:
        elsewhere = other is group or not other.statements or other.assembly != group.assembly
        if elsewhere or other.date in (None, statement.date):
            continue
        if not (_outweighs(other, statement, group) and _suspect(statement, group, other, council)):
            continue
        twins = [s for s in _others(statement, other) if overlap(statement.titles, s.titles) >= SAME_AGENDA]
        if twins and _wrong(statement, group, other, twins, council):
            yield other


def _suspect(statement: Statement, group: Cluster, home: Cluster, council: _Council) -> bool:
    """Whether anything but the items may say that the paper was dated wrongly; if not, no titles need be compared."""
    stated, right = statement.date, home.date
    if stated is None or right is None:
        return False
    if _is_misprint(stated, right) or _told(statement, home, stated, right):
        return True
    kept = abs((right - stated).days) <= NEAR and _may_keep_a_date(statement, group)
    return kept or _same_numbers(statement, _others(statement, home))


def _outweighs(home: Cluster, statement: Statement, group: Cluster) -> bool:
    """Whether the date of the other session is the surer one: announced before the vote, or by more papers."""
    announced = any(s.evidence.kind in PRE_VOTE and s.date == home.date for s in home.statements)
    if announced and statement.evidence.kind not in PRE_VOTE:
        return True
    if _others(statement, group):
        return announced  # another session was held on the day that it prints
    papers = {s.evidence.document_id for s in home.statements if s.date == home.date}
    return len(papers) > 1 or (announced and statement.evidence.kind in ("note", "draft"))


def _wrong(statement: Statement, group: Cluster, home: Cluster, twins: Sequence[Statement], council: _Council) -> bool:
    """Whether anything besides the items says that the paper was dated wrongly."""
    stated, right = statement.date, home.date
    if stated is None or right is None:
        return False
    pairs = [(statement.titles[i], twin.titles[j]) for twin in twins for i, j in shared(statement.titles, twin.titles)]
    telling = {plain(title) for title, _ in pairs} - council.recurring
    if len(telling) < 2:
        return False
    most = max(overlap(statement.titles, twin.titles) for twin in twins)
    if _told(statement, home, stated, right) or _same_numbers(statement, twins):
        return True
    if _is_misprint(stated, right):
        strange_day = _strange_weekday(stated, right, council.weekdays[group.assembly])
        other_year = (stated.month, stated.day) == (right.month, right.day)
        if strange_day or _years_fit(statement, stated, right) or (other_year and most >= NEARLY_ALL):
            return True
    return _may_keep_a_date(statement, group) and most >= NEARLY_ALL and abs((right - stated).days) <= NEAR


def _may_keep_a_date(statement: Statement, group: Cluster) -> bool:
    """Whether it is a paper made from an older one, and others prove the session of the date that it prints."""
    return statement.evidence.kind in ("draft", "note") and bool(_others(statement, group))


def _told(statement: Statement, home: Cluster, stated: date, right: date) -> bool:
    """Whether the day on which the paper was seen or sent fits the other session alone."""
    return _impossible(statement, stated, right) or _same_convocation(statement, home, stated, right)


def _impossible(statement: Statement, stated: date, right: date) -> bool:
    """Minutes that were there before the day they print."""
    seen = statement.evidence.fetched_at.date()
    return statement.evidence.kind in POST_VOTE and right <= seen < stated


def _same_convocation(statement: Statement, home: Cluster, stated: date, right: date) -> bool:
    """Convened on the same day, or at a time that fits the other session and not the date that it prints."""
    convened = statement.claim.convened_on
    if convened is None:
        return False
    if any(s.claim.convened_on == convened for s in home.statements):
        return True
    return 0 < (right - convened).days <= CONVENED and not 0 < (stated - convened).days <= CONVENED


def _same_numbers(statement: Statement, twins: Sequence[Statement]) -> bool:
    """The numbers of a register run through the year: "2025-034" is one deliberation only."""
    mine = {plain_number(item.number) for item in statement.claim.items}
    theirs = {plain_number(item.number) for twin in twins for item in twin.claim.items}
    return sum(len(number.split()) > 1 and len(number) >= 6 for number in mine & theirs) >= LEAST_ITEMS


def _strange_weekday(stated: date, right: date, usual: Counter[int]) -> bool:
    """A day on which this body never meets: the week-end, or no day of all its other sessions."""
    if stated.weekday() == right.weekday():
        return False
    if stated.weekday() >= 5 > right.weekday():
        return True
    return usual[right.weekday()] > LEAST_ITEMS and usual[stated.weekday()] <= 1


def _is_misprint(stated: date, right: date) -> bool:
    """The other year, day and month exchanged, or one digit of the day or the month."""
    if (stated.month, stated.day) == (right.month, right.day):
        return True
    if stated.year != right.year:
        return False
    one, other = f"{stated:%d%m}", f"{right:%d%m}"
    return one == other[2:] + other[:2] or sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _years_fit(statement: Statement, stated: date, right: date) -> bool:
    """Whether titles name the year of the other session and none the year that the paper prints."""
    words = {word for title in statement.titles for word in plain(title).split()}
    return stated.year != right.year and str(right.year) in words and str(stated.year) not in words
