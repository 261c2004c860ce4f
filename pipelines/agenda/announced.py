"""Headings that repeat a title of the document's own agenda list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.markers import Mark, mark_of
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import clean_title, is_minor, is_rubric
from pipelines.agenda.words import capitals, fold_title


def announced_headings(rows: Sequence[Row], agenda: Sequence[Entry], begin: int) -> list[Entry]:
    """Rows of the body that repeat a title of the agenda list; at least 82 per cent alike."""
    wanted: dict[str, list[tuple[int, Entry, str]]] = defaultdict(list)
    for place, entry in enumerate(agenda):
        for part in (entry, *entry.subs):
            folded = fold_title(part.title)
            if folded:
                wanted[folded.split()[0]].append((place, part, folded))
    found: list[Entry] = []
    used: set[int] = set()
    stop = begin
    for index in range(begin, len(rows)):
        if index < stop:
            continue
        mark = mark_of(rows[index])
        first = fold_title(mark.rest if mark else rows[index].text).split()[:1]
        best: tuple[float, int, Entry] | None = None
        for _, part, folded in wanted.get(first[0], ()) if first else ():
            if id(part) in used:
                continue
            for length, text in _growing(rows, index, mark):
                likeness = max(fuzz.ratio(text, folded), fuzz.token_sort_ratio(text, folded) - 3)
                if likeness >= 82 and (best is None or likeness > best[0]):
                    best = (likeness, length, part)
            if best is None and _same_place(rows[index], mark, part):
                whole = heading(rows, index, mark)
                likeness = fuzz.ratio(fold_title(whole.title), folded)
                best = (likeness, whole.stop - index, part) if likeness >= 55 else None
        if best is None:
            continue
        used.add(id(best[2]))
        entry = heading(rows, index, mark)
        if best[1] > entry.stop - index or not rows[index].bold:
            entry.parts = [
                mark.rest if mark else rows[index].text,
                *(row.text for row in rows[index + 1 : index + best[1]]),
            ]
            entry.stop = index + best[1]
        entry.number = (mark.number if mark and mark.family != "bullet" else None) or None
        entry.theme, entry.likeness, entry.source = best[2].theme, best[0], best[2]
        found.append(entry)
        stop = entry.stop
    return found


def _same_place(row: Row, mark: Mark | None, part: Entry) -> bool:
    """Whether a row has the marker of an announced title, and looks like a heading: then wording may differ more."""
    if mark is None or mark.family != part.family or not (row.bold or (row.size and row.gap)):
        return False
    return mark.family == "bullet" or mark.number == part.number


def _growing(rows: Sequence[Row], index: int, mark: Mark | None) -> Iterator[tuple[int, str]]:
    parts = [mark.rest if mark else rows[index].text]
    yield 1, fold_title(parts[0])
    for length in range(2, 6):
        if index + length > len(rows):
            return
        parts.append(rows[index + length - 1].text)
        yield length, fold_title(clean_title(parts))


def nested(entries: list[Entry], agenda: Sequence[Entry]) -> list[Entry]:
    """Where a heading's details are headings of their own further down, they are the items and it is the theme."""
    kept: list[Entry] = []
    parents = {id(sub): parent for parent in agenda for sub in parent.subs}
    groups: set[int] = set()
    for place, entry in enumerate(entries):
        parent = parents.get(id(entry.source)) if entry.source is not None else None
        before = kept[-1] if kept else None
        if (
            parent is not None
            and before is not None
            and before.stop == entry.index
            and _alone(entries, place, parent, parents)
        ):
            before.parts += [f"- {entry.parts[0]}", *entry.parts[1:]]
            before.stop = entry.stop
            continue
        if parent is not None:
            groups.add(id(parent))
            entry.theme = parent.title.strip(" :")
        kept.append(entry)
    result: list[Entry] = []
    lead: tuple[int, int] | None = None
    for entry in kept:
        if (entry.source is not None and id(entry.source) in groups) or _is_theme(entry):
            lead = lead or entry.where
        else:
            entry.lead, lead = entry.lead or lead, None
            result.append(entry)
    return result


def _is_theme(entry: Entry) -> bool:
    title = entry.title
    return entry.family == "roman" and is_rubric(title) and capitals(title) and not is_minor(title)


def _alone(entries: Sequence[Entry], place: int, parent: Entry, parents: dict[int, Entry]) -> bool:
    """Whether every detail of the parent stands right below its heading, none on its own."""
    run = place
    while run < len(entries) and entries[run].index == entries[run - 1].stop:
        run += 1
    return not any(one.source is not None and parents.get(id(one.source)) is parent for one in entries[run:])
