"""Headings with act numbers ("DEL2025-59 : …"): each once, without the lines of the report on delegated decisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.rows import Row
from pipelines.agenda.words import capitals, fold_title, plain

_DELEGATED = re.compile(
    r"(?:[\W\d]|[ivx]{1,4}[.)\-]){0,12}"
    r"(?:compte ?-? ?rendu|communication|information|releve|liste|point)?(?: (?:des?|du|sur|les|la)){0,2} ?"
    r"(?:decisions? (?:prises?|du maire|du president|municipales?)|delegations? (?:au|du|de pouvoirs? (?:au"
    r"|du)) (?:maire|president))"
)
_VOTED = re.compile(r"unanim|majorite|delibere|adopt|approuv|prend acte|vote ?:|voix|abstention|accepte")
_PROSE_ACT = re.compile(r"\b(?:du \d|en date|relative? a|portant)\b")


def without_delegated(rows: Sequence[Row], acts: list[Entry], begin: int) -> list[Entry]:
    """The report on decisions taken by delegation is one item; its lines ("DM 2024-10") are none of their own."""
    start = next((index for index in range(begin, len(rows)) if _is_delegated(rows[index])), None)
    if start is None or any(entry.index <= start < entry.stop for entry in acts):
        usual = _voted_prefix(rows, acts)
        return [
            entry
            for entry in acts
            if _prefix(entry.number) not in ("DM", "DEC", "DDM", "DP") or _prefix(entry.number) == usual
        ]
    usual = _voted_prefix(rows, acts)
    later = [entry for entry in acts if entry.index > start]
    lines: set[int] = set()
    for entry in later:
        if _prefix(entry.number) == usual:
            break
        lines.add(entry.index)
    return [heading(rows, start, rows[start].mark), *(entry for entry in acts if entry.index not in lines)]


def _voted_prefix(rows: Sequence[Row], acts: Sequence[Entry]) -> str:
    """The letters before the numbers of the acts that are voted ("DEL" of DEL2025-59)."""
    votes: Counter[str] = Counter()
    for place, entry in enumerate(acts):
        stop = acts[place + 1].index if place + 1 < len(acts) else len(rows)
        votes[_prefix(entry.number)] += 1 + 10 * decided(rows[entry.stop : stop])
    return votes.most_common(1)[0][0] if votes else ""


def _is_delegated(row: Row) -> bool:
    return bool(_DELEGATED.match(row.plain)) and len(row.text) <= 170 and (row.bold or row.gap or capitals(row.text))


def _prefix(number: str | None) -> str:
    return re.sub(r"[\d\W_]+.*", "", number or "")


def first_act(rows: Sequence[Row]) -> int:
    """The row of the first heading with an act number; the end where there is none."""
    return next((entry.index for entry in act_headings(rows, 0)), len(rows))


def act_headings(rows: Sequence[Row], begin: int) -> list[Entry]:
    found = []
    for index in range(begin, len(rows)):
        mark = rows[index].mark
        if mark is None or mark.family != "act" or _PROSE_ACT.match(plain(mark.rest)[:30]):
            continue
        if mark.rest and not (
            mark.rest[:1].isupper() or mark.rest[:1] in '«"(0123456789' or "objet" in rows[index].plain[:40]
        ):
            continue
        if re.search(r"\d[,.]\d\d ?(?:€|euros)?$", mark.rest):
            continue  # a line of accounts
        entry = heading(rows, index, mark)
        if entry.title:
            found.append(entry)
    return _once(found, len(rows))


def _once(entries: list[Entry], end: int) -> list[Entry]:
    """Of an act that stands in a list and in the body too, the heading with the longest text below it."""
    length = [
        (entries[place + 1].index if place + 1 < len(entries) else end) - entry.stop
        for place, entry in enumerate(entries)
    ]
    longest: dict[str | None, int] = {}
    for place, entry in enumerate(entries):
        if entry.number not in longest or length[place] > length[longest[entry.number]]:
            longest[entry.number] = place
    return [
        entry
        for place, entry in enumerate(entries)
        if longest[entry.number] == place or not _likely_same(entries[longest[entry.number]], entry)
    ]


def _likely_same(one: Entry, two: Entry) -> bool:
    return fuzz.token_set_ratio(fold_title(one.title), fold_title(two.title)) >= 55


def decided(rows: Sequence[Row]) -> bool:
    """Whether something is voted or closed in these rows: a heading inside a report opens no new point."""
    return any(_VOTED.search(row.plain) for row in rows)
