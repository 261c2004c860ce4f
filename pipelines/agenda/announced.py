"""Headings that repeat a title of the document's own agenda list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import clean_title, is_minor, is_rubric
from pipelines.agenda.words import capitals, first_word, fold_title, plain

LEAST_LIKE = 82  # per cent; the order of the words counts for 3


def announced_headings(rows: Sequence[Row], agenda: Sequence[Entry], begin: int) -> list[Entry]:
    """Rows of the body that repeat a title of the agenda list; at least ``LEAST_LIKE`` alike."""
    wanted: dict[str, list[tuple[Entry, str]]] = defaultdict(list)  # by their first word
    for entry in agenda:
        for part in (entry, *entry.subs):
            folded = fold_title(part.title)
            if folded:
                wanted[folded.split()[0]].append((part, folded))
    found: list[Entry] = []
    used: set[int] = set()
    stop = begin
    for index in range(begin, len(rows)):
        if index < stop:
            continue
        mark = rows[index].mark
        candidates = wanted.get(first_word(plain(mark.rest) if mark else rows[index].plain), ())
        best = _best(rows, index, [(part, folded) for part, folded in candidates if id(part) not in used])
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


def _best(rows: Sequence[Row], index: int, candidates: Sequence[tuple[Entry, str]]) -> tuple[float, int, Entry] | None:
    """The announced title that begins at a row, before it how alike they are, and the number of rows it takes here."""
    if not candidates:
        return None
    mark = rows[index].mark
    best: tuple[float, int, Entry] | None = None
    grown = list(_growing(rows, index, mark))
    for part, folded in candidates:
        if best is not None and best[0] == 100:
            break  # usually the first: a long agenda costs its length, not its square
        for length, text in grown:
            likeness = _likeness(text, folded)
            if likeness >= LEAST_LIKE and (best is None or likeness > best[0]):
                best = (likeness, length, part)
        if best is None and _same_place(rows[index], mark, part):
            whole = heading(rows, index, mark)
            likeness = fuzz.ratio(fold_title(whole.title), folded)
            best = (likeness, whole.stop - index, part) if likeness >= 55 else None
    return best


def _likeness(one: str, two: str) -> float:
    """How alike two folded titles are, 0..100; 0 for less than ``LEAST_LIKE``, which is quickly told."""
    ordered = fuzz.ratio(one, two, score_cutoff=LEAST_LIKE)
    sorted_ = fuzz.token_sort_ratio(one, two, score_cutoff=max(LEAST_LIKE, ordered) + 3)
    return max(ordered, sorted_ - 3)


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
    for entry, follower in zip(kept, [*kept[1:], None], strict=True):
        if (entry.source is not None and id(entry.source) in groups) or _is_theme(entry, follower):
            lead = lead or entry.where
        else:
            entry.lead, lead = entry.lead or lead, None
            result.append(entry)
    return result


def _is_theme(entry: Entry, follower: Entry | None) -> bool:
    title = entry.title
    if follower is None or follower.family == "roman":
        return False  # nothing stands below it
    return entry.family == "roman" and is_rubric(title) and capitals(title) and not is_minor(title)


def _alone(entries: Sequence[Entry], place: int, parent: Entry, parents: dict[int, Entry]) -> bool:
    """Whether every detail of the parent stands right below its heading, none on its own."""
    run = place
    while run < len(entries) and entries[run].index == entries[run - 1].stop:
        run += 1
    return not any(one.source is not None and parents.get(id(one.source)) is parent for one in entries[run:])
