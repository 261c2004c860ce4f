"""Which items were announced: on an agenda that we read, or voted and certainly on none. Pure.

An item may not be voted that the convocation does not name (DOMAIN §1.1), so "voted and never announced" is a grave
thing to say. It is said only where a complete agenda of the session was read, most of what was voted was found on it,
and nothing on it can be the item under another name; else nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.reconcile.cluster import AGENDAS, PRE_VOTE, Cluster, Statement, entry
from pipelines.reconcile.doubt import Listed, Voted, may_be
from pipelines.reconcile.gather import Gathered
from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA
from pipelines.reconcile.pairing import pair
from pipelines.reconcile.similar import plain, stems, weight

VOTING = frozenset({"minutes", "list", "deliberation"})
REGISTERS = frozenset({"minutes", "list"})  # papers that tell of everything that was voted
VOTED = frozenset({"adopted", "rejected"})
# "Rajout à l'ordre du jour : acquisition de drones" is an item; "Ajout d'un point à l'ordre du jour" is how it came in.
_ADDED = re.compile(
    r"\b(?:r?ajouts?|r?ajoutee?s?|inscriptions?|supplementaires?|complementaires?|modifications?|points?|questions?"
    r"|sur table|(?:a|de|dans) l ordre du jour|ordre du jour|huis clos|urgence|deliberations?|d un|dune?)\b"
)
_FORMAL = re.compile(r"\bordre du jour\b|\bhuis clos\b|\bquorum\b|\bsecretaire de seance\b|\bproces verba")
LOST_PAGE = 4  # items in a row
LEAST_SAID = 1.0  # weight of a title under which it says too little to be compared


def announced(group: Cluster, gathered: Sequence[Gathered], older: Sequence[Statement]) -> list[bool | None]:
    """For each item: True, False or None where it is not known. ``older``: earlier versions of the session's papers."""
    listed = [each.said_in(AGENDAS) for each in gathered]
    for place in _once_listed(gathered, older):
        listed[place] = True
    agenda = _complete(group, gathered)
    voted = [place for place, each in enumerate(gathered) if _is_voted(each, group)]
    if not agenda or not _enough(gathered, voted, agenda, listed):
        return [True if on else None for on in listed]
    points = _points(gathered, agenda, older)
    possible = {place for place in voted if not listed[place]} - _in_a_row(gathered, voted, listed)
    never = {place for place in possible if _never(gathered, place, points, agenda)}
    return [True if on else False if place in never else None for place, on in enumerate(listed)]


def _once_listed(gathered: Sequence[Gathered], older: Sequence[Statement]) -> set[int]:
    """The items that an earlier version of an agenda listed."""
    places: set[int] = set()
    for statement in older:
        if statement.evidence.kind in AGENDAS and statement.claim.items:
            found = pair([entry(item) for item in statement.claim.items], [each.entry for each in gathered])
            places |= set(found.chosen.values())
    return places


def _complete(group: Cluster, gathered: Sequence[Gathered]) -> list[Statement]:
    """The agendas of the session, if together they are complete: none of them unread, or with points of its own."""
    agendas = [s for s in group.statements if s.evidence.kind in AGENDAS and not s.misdated]
    complete = [s for s in agendas if s.claim.complete and s.claim.items]
    for partial in agendas:
        if partial in complete:
            continue
        if not partial.claim.items and partial.evidence.kind == "agenda":
            return []
        mine = [each for each in gathered if each.said_by(partial)]
        if not all(any(each.said_by(s) for s in complete) for each in mine):
            return []
    return complete if group.date is not None and not any(map(_has_gaps, complete)) else []


def _has_gaps(agenda: Statement) -> bool:
    """Whether numbers are missing from an agenda that counts its points: some were not read."""
    numbers = [int(item.number) for item in agenda.claim.items if item.number and item.number.isdecimal()]
    if len(numbers) < LEAST_ITEMS or len(set(numbers)) < len(numbers):
        return False
    return max(numbers) - min(numbers) >= len(numbers) or min(numbers) in (2, 3)


def _is_voted(item: Gathered, group: Cluster) -> bool:
    """Whether a list, minutes or a deliberation of the very session tells of a vote on it; formalities never."""
    if item.line or any(each.minor or each.decided for each in item.items):
        return False
    return any(s.claim.items[i].votes for s, i in item.claims if _tells(s, group))


def _tells(statement: Statement, group: Cluster) -> bool:
    """Whether a paper certainly tells of this session's votes."""
    return (
        statement.evidence.kind in VOTING
        and statement.date is not None
        and (group.date or statement.date) <= statement.date <= (group.last_day or group.date or statement.date)
        and (statement.claim.body_printed or len(statement.titles) >= LEAST_ITEMS)
    )


def _enough(
    gathered: Sequence[Gathered], voted: Sequence[int], agenda: Sequence[Statement], listed: Sequence[bool]
) -> bool:
    """Whether what was voted is what the agenda lists: three items at least, and three in five, by their titles."""
    sure = [place for place in voted if any(gathered[place].said_by(s, sure=True) for s in agenda)]
    known = [place for place in voted if listed[place]]
    return len(sure) >= LEAST_ITEMS and min(len(sure), len(known)) >= SAME_AGENDA * len(voted)


def _in_a_row(gathered: Sequence[Gathered], voted: Sequence[int], listed: Sequence[bool]) -> set[int]:
    """Items that no agenda lists and that follow each other, too many to have been added: a page was not read."""
    owners = {(s.key, i): place for place in voted for s, i in gathered[place].claims}
    lost: set[int] = set()
    run: list[int] = []
    last: tuple[tuple[str, int], int] | None = None
    for key, index in sorted(owners):
        place = owners[key, index]
        if listed[place] or last is None or last[0] != key:
            run = []
        if not listed[place]:
            run.append(place)
        if len(run) >= LOST_PAGE:
            lost.update(run)
        last = (key, index)
    return lost


def _points(gathered: Sequence[Gathered], agenda: Sequence[Statement], older: Sequence[Statement]) -> list[Listed]:
    """Every point of every agenda of the session, with whether a vote on it was found."""
    points: list[Listed] = []
    for statement in (*agenda, *(s for s in older if s.evidence.kind in AGENDAS)):
        for index, item in enumerate(statement.claim.items):
            owner = next((each for each in gathered if (statement, index) in each.claims), None)
            settled = owner is not None and (
                any(s.evidence.kind in VOTING for s, _ in owner.claims) or any(each.withdrawn for each in owner.items)
            )
            points.append(Listed(item, statement.key, index, settled))
    return points


def _never(gathered: Sequence[Gathered], place: int, points: Sequence[Listed], agenda: Sequence[Statement]) -> bool:
    """Whether a voted item that no agenda lists is certainly not one of its points."""
    item = gathered[place]
    if item.said_in(PRE_VOTE) or not _votes_on_it(item) or _is_formal(item) or _only_an_extract(item, gathered):
        return False
    for statement, index in item.claims:
        if statement.evidence.kind in VOTING and may_be(Voted(statement, index), points, gathered, agenda):
            return False
    return True


def _votes_on_it(item: Gathered) -> bool:
    return any(vote.result in VOTED for each in item.items for vote in each.votes)


def _is_formal(item: Gathered) -> bool:
    """Whether a title speaks of the sitting and not of a matter, or says too little to be told from another."""
    for each in item.items:
        title = plain(each.title)
        said = _ADDED.sub(" ", title) if _FORMAL.search(title) else title
        if weight(stems(said)) < LEAST_SAID:
            return True
    return False


def _only_an_extract(item: Gathered, gathered: Sequence[Gathered]) -> bool:
    """Whether minutes or a list of the session were read, and do not have what a single extract tells."""
    kinds = {s.evidence.kind for each in gathered for s, i in each.claims if s.claim.items[i].votes}
    return bool(kinds & REGISTERS) and not any(s.evidence.kind in REGISTERS for s, _ in item.claims)
