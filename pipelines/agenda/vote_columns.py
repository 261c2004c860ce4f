"""Votes in the columns of a list of deliberations: "N° | Objet | Pour | Contre | Abst. | NPPV"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.vote_marks import Slot, slot_of
from pipelines.agenda.vote_people import names
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.words import plain

_HEAD = re.compile(
    r"(?:nombre de )?(?:voix |votes? )?(pour|contre|abst(?:entions?)?(?:\(s\))?|nppv|n\.p\.p\.v|non[ -]votants?"
    r"|ne prend(?:s|nent)? pas part au vote|non[ -]participations?)"
)
_NUMBER = re.compile(r"(\d{1,3})(?: ?(?:voix|votes?))?(?:\s*\(?(.{2,200}?)\)?)?")
_NONE = frozenset(("/", "-", "neant", "aucun", "aucune"))


def columned(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Give the points of a table the votes that stand in its columns, where nothing else told of them yet."""
    of_row = {id(entry.row): entry for entry in entries if entry.row.cells and not entry.votes}
    columns: dict[int, Slot] = {}
    for row in rows:
        if len(row.cells) < 2:
            continue
        if found := _columns(row.cells):
            columns = found
        elif columns and (entry := of_row.get(id(row))) and (vote := _vote(columns, row.cells)):
            entry.votes, entry.said = (vote,), None


def _columns(cells: Sequence[str]) -> dict[int, Slot]:
    """Which cells of a head say what, where two or more are of votes."""
    found: dict[int, Slot] = {}
    for place, cell in enumerate(cells):
        if head := _HEAD.fullmatch(plain(cell).strip(" .:")):
            found[place] = slot_of("nppv" if head[1].startswith("n") else head[1])
    return found if len(found) >= 2 else {}


def _vote(columns: dict[int, Slot], cells: Sequence[str]) -> VoteClaim | None:
    said: dict[Slot, int] = {}
    who: tuple[str, ...] = ()
    for place, slot in columns.items():
        cell = cells[place].strip() if place < len(cells) else ""
        number = _NUMBER.fullmatch(plain(cell))
        if number is not None:
            said[slot] = int(number[1])
            who = names(cell[number.start(2) : number.end(2)]) if number[2] and slot == "absent" else who
        elif plain(cell) in _NONE:
            said[slot] = 0
        elif people := names(cell):
            said[slot] = len(people)
            who = people if slot == "absent" else who
    if not said:
        return None
    worded = next((vote for cell in cells if (vote := outcome_of_cell(cell))), None)
    for_, against, abstain = said.get("for_"), said.get("against"), said.get("abstain")
    lost = for_ is not None and against is not None and against > for_
    return VoteClaim(
        worded.result if worded else "rejected" if lost else "adopted",
        for_,
        against,
        abstain,
        bool(worded and worded.unanimous) or (against == 0 and abstain == 0),
        not_voting=said.get("absent"),
        not_voting_names=who,
    )
