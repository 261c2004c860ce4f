"""Votes in the columns of a list of deliberations: "N° | Objet | Pour | Contre | Abst. | NPPV"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import below
from pipelines.agenda.vote_marks import Slot, slot_of
from pipelines.agenda.vote_people import names
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.words import plain

_HEAD = re.compile(
    r"(?:nombre de )?(?:voix |votes? )?(pour|contre|abst(?:entions?)?(?:\(s\))?|nppv|n\.p\.p\.v|non[ -]votants?"
    r"|ne prend(?:s|nent)? pas part au vote|non[ -]participations?)"
)
_NUMBER = re.compile(r"(\d{1,3})(?: ?(?:voix|votes?))?(?:\s*\(?(.{2,200}?)\)?)?")
_TICK = re.compile(r"[x✓✔✗☒☑•●■▪*]|oui|1")
_CODE = re.compile(r"(?<![\w'])([a-z]{1,2}) ?[:=] ?((?:a l')?[a-z]{5,12})")
_NOUNS = re.compile(r"^(rejet|adopt)(?:ion|s)?$")  # "Rejet" heads a column, "rejeté" is said
_LEGEND = 160  # characters of a legend
_SIZED = re.compile(r"\((\d{1,3})(?: ?(?:voix|elu\w*|votes?))?\)")
_GROUPS = re.compile(
    r"\(\d{1,3}\)|\bgroupes?\b|\bmajorite\b|\bopposition\b|\bunion\b|\bgauche\b|\bdroite\b|\bcentre\b|\becolog"
    r"|\bsocialiste|\brepublicain|\bcommuniste|\binsoumis|\bnon inscrit|\brassemblement\b"
    r"|\balliance\b|\bagir\b|\bensemble\b"
)
_NONE = frozenset(("/", "-", "neant", "aucun", "aucune"))


def columned(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Give the points of a table the votes that stand in its columns, where nothing else told of their numbers yet."""
    of_row = {id(entry.row): entry for entry in entries if entry.row.cells and not any(map(_counts, entry.votes))}
    for row, vote in _votes(rows):
        if (entry := of_row.get(id(row))) is not None:
            entry.votes, entry.said = (vote,), None


def ticked(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Give the points of a table the outcome whose column is ticked ("Unanimité | Majorité | Rejet"), or its code."""
    of_row = {id(entry.row): entry for entry in entries if entry.row.cells and not entry.votes and not entry.said}
    codes = _codes(rows)
    columns: dict[int, VoteClaim] = {}
    head: Row | None = None
    for row in rows if of_row else ():
        if len(row.cells) < 2:
            continue
        if found := _outcomes(row.cells):
            columns, head = found, row
            continue
        entry = of_row.get(id(row))
        if entry is None:
            continue
        cells = _below(head, row) if head is not None else ()
        told = [vote for place, vote in columns.items() if place < len(cells) and _TICK.fullmatch(plain(cells[place]))]
        told = told or [codes[cell] for cell in row.cells[1:] if cell in codes]
        if len(told) == 1:
            entry.votes = (told[0],)


def _outcomes(cells: Sequence[str]) -> dict[int, VoteClaim]:
    """The outcomes that a head names, by place, where it names two or more."""
    found = {
        place: vote for place, cell in enumerate(cells) if (vote := outcome_of_cell(_NOUNS.sub(r"\1ee", plain(cell))))
    }
    return found if len(found) >= 2 and len(found) < len(cells) else {}


def _codes(rows: Sequence[Row]) -> dict[str, VoteClaim]:
    """The letters that a legend gives to outcomes: "U : unanimité – M : majorité"."""
    found: dict[str, VoteClaim] = {}
    for row in rows:
        if row.cells or len(row.text) > _LEGEND:
            continue
        for match in _CODE.finditer(row.plain):
            if (vote := outcome_of_cell(_NOUNS.sub(r"\1ee", match[2]))) is not None:
                found[row.text[match.start(1) : match.end(1)]] = vote
    return found if len(found) >= 2 else {}


def counted(rows: Sequence[Row]) -> int:
    """How many rows of tables tell votes in numbers: a table that waits for them has none."""
    return sum(bool(vote.for_ or vote.against) for _, vote in _votes(rows))


def _counts(vote: VoteClaim) -> bool:
    return (vote.for_, vote.against, vote.abstain) != (None, None, None)


def _votes(rows: Sequence[Row]) -> Iterator[tuple[Row, VoteClaim]]:
    columns: dict[int, Slot] = {}
    head: Row | None = None
    for row in rows:
        if len(row.cells) < 2:
            continue
        if found := _columns(row.cells):
            columns, head = found, row
        elif head is not None and (vote := _vote(columns, _below(head, row))) is not None:
            yield row, vote


def _below(head: Row, row: Row) -> tuple[str, ...]:
    return below(head.edges, row.cells, row.edges)


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
        elif _GROUPS.search(plain(cell)):
            if sizes := _SIZED.findall(plain(cell)):
                said[slot] = sum(map(int, sizes))  # "Union (32), Centre (12)"; without numbers nobody is counted
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
