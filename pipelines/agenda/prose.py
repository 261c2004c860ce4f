"""Items of minutes, bundles of drafts and single acts: headings followed by prose.

Headings are found by the first rule that yields any: act numbers at the start of a line, titles announced in the
agenda at the top of the same document, a running series of numbers, "Objet :" lines, lines that stand out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.announced import announced_headings, nested
from pipelines.agenda.delegated import is_report
from pipelines.agenda.entries import Entry
from pipelines.agenda.headings import heading
from pipelines.agenda.markers import Mark
from pipelines.agenda.numbered import act_headings, decided, without_delegated
from pipelines.agenda.openings import opening
from pipelines.agenda.rows import Row
from pipelines.agenda.scanned import between_votes, unstyled
from pipelines.agenda.styled import styled
from pipelines.agenda.titles import is_rubric, stops
from pipelines.agenda.words import capitals

_FURNITURE = re.compile(r"\bde seance\b|^presents|conseil municipal du|^absents|^pouvoirs|€|\bmm?e?s?\. ")
_SERIES = frozenset(("arabic", "worded", "roman", "dotted", "act"))
LATEST_START = 9
_OBJECT = re.compile(r"^(?:-\s*)?objet(?: de la deliberation)?\s*[:\-]\s*(?!convocation\b)(?=\S)")


def find_headings(rows: Sequence[Row], agenda: Sequence[Entry], begin: int) -> list[Entry]:
    """Headings from row ``begin`` on, in order; ``agenda`` are the entries of the document's own agenda list."""
    acts = outside_reports(rows, act_headings(rows, begin), begin)
    announced = announced_headings(rows, agenda, begin) if agenda else []
    if acts:
        acts = without_delegated(rows, acts, begin)
        taken = {line for entry in acts for line in range(entry.index, entry.stop)}
        extra = [
            one
            for one in announced
            if one.index not in taken
            and one.likeness >= 90
            and not is_rubric(one.title)
            and not {one.stop, one.stop + 1} & taken
        ]
        return sorted([*acts, *extra], key=lambda one: one.index)
    series = _series(rows, begin)
    if len(announced) >= 2 and len(series) < 0.5 * sum(entry.number is not None for entry in agenda):
        series = []
    if len(announced) >= max(2, 0.6 * len(agenda)) and not any(one.number for one in (*agenda, *announced)):
        series = []  # the points have no numbers: these are of lists in their texts
    plain_titles = unstyled(rows) and not any(one.number for one in (*agenda, *announced))
    if plain_titles and (apart := between_votes(rows, begin)):
        series = []  # numbers inside a decision: the headings of this document have none
        taken = {line for entry in announced for line in range(entry.index, entry.stop)}
        announced += [one for one in apart if not taken & set(range(one.index, one.stop))]
    if announced or series:
        taken = {line for entry in announced for line in range(entry.index, entry.stop)}
        together = [*announced, *(one for one in series if one.index not in taken)]
        return nested(sorted(together, key=lambda one: one.index), agenda)
    return _objects(rows, begin) or _best_shown(rows, begin)


def outside_reports(rows: Sequence[Row], acts: list[Entry], begin: int) -> list[Entry]:
    """Act headings without the lines of a report on delegated decisions, which has a heading of another series.

    "2. Décisions du maire", "DM 2025-10 …", "DM 2025-11 …", "3. Tarifs": the points are those of the report's series.
    """
    if not acts:
        return acts
    for index in range(begin, len(rows)):
        mark = rows[index].mark
        if mark is None or mark.family not in _SERIES or len(rows[index].text) > 200 or not is_report(mark.rest):
            continue
        after = (place for place in range(index + 1, len(rows)) if _next_of(mark, rows[place].mark))
        stop = next(after, len(rows))
        if stop == len(rows) and mark.family == "act":  # the last point: what is numbered as the points are stays
            stop = next((one.index for one in acts if one.index > index and _kin(one.number, mark.number)), stop)
        acts = [entry for entry in acts if not index < entry.index < stop]
    return acts


def _next_of(mark: Mark, other: Mark | None) -> bool:
    if other is None or other.family != mark.family or not mark.value < other.value <= mark.value + 2:
        return False
    return mark.family != "act" or _kin(mark.number, other.number)


def _kin(one: str | None, two: str | None) -> bool:
    """Whether two numbers are of one series: alike but for their digits."""
    return re.sub(r"\d+", "", one or "") == re.sub(r"\d+", "", two or "")


def _series(rows: Sequence[Row], begin: int) -> list[Entry]:
    """The run of numbers 1, 2, 3 … that reaches farthest among rows that look like headings."""
    best: list[Entry] = []
    bare = sum(row.gap or row.bold for row in rows[begin + 1 :]) <= 0.1 * len(rows)  # a text without any layout
    for family, first in _starts(rows, begin):
        run: list[Entry] = []
        for index in range(begin, len(rows)):
            mark = rows[index].mark
            if mark is None or mark.family != family or rows[index].cells:
                continue
            expected = run[-1].value + 1 if run else first
            again = bool(run) and mark.value == 1 and index and _rubric_above(rows[index - 1])
            if not (
                again
                or mark.value == expected
                or (run and expected < mark.value <= expected + 2)
                or (family == "worded" and not run)
            ):
                continue
            if family != "worded" and not _stands_out(rows, index) and not (bare and not _listed_on(rows, index)):
                continue
            if run and run[0].row.bold and not rows[index].bold and again is False:
                continue
            run.append(heading(rows, index, mark))
            if index and _rubric_above(rows[index - 1]):
                run[-1].lead = rows[index - 1].where
        if len(run) >= max(2, len(best) + 1):
            best = run
    return best


def _starts(rows: Sequence[Row], begin: int) -> list[tuple[str, int]]:
    """The families of numbers to try, each with its first value: a note leaves out the opening formalities.

    Numbers without any sign after them count where they are printed bold.
    """
    starts = [("worded", 1), ("arabic", 1), ("roman", 1)]
    marks = [(mark, row) for row in rows[begin:] if (mark := row.mark) is not None and not row.cells]
    bold = [mark for mark, row in marks if row.bold or row.block == "heading"]
    starts += [("bare", 1)] if any(mark.family == "bare" for mark in bold) else []
    for family in ("arabic", "roman", "bare"):
        lowest = min((mark.value for mark in bold if mark.family == family), default=0)
        starts += [(family, lowest)] if 1 < lowest <= LATEST_START else []
    return starts


def _rubric_above(row: Row) -> bool:
    mark = row.mark
    return mark is not None and mark.family == "roman" and is_rubric(mark.rest)


def _listed_on(rows: Sequence[Row], index: int) -> bool:
    """Whether the next row is numbered too: a list, not headings."""
    return index + 1 < len(rows) and rows[index + 1].mark is not None


def _stands_out(rows: Sequence[Row], index: int) -> bool:
    """Bold, in capitals, a heading of the page, or apart from the text around it."""
    row = rows[index]
    before = rows[index - 1] if index else None
    if row.bold or capitals(row.text) or row.block == "heading" or row.size > 1.1 * _body_size(rows, index):
        return True
    return (row.gap or before is None or before.rule or row.rule) and (
        not row.text.rstrip().endswith((";", ",")) or row.full
    )


def _body_size(rows: Sequence[Row], index: int) -> float:
    around = [row.size for row in rows[max(0, index - 12) : index + 12] if row.size]
    return max(set(around), key=around.count) if around else 99.0


def _objects(rows: Sequence[Row], begin: int) -> list[Entry]:
    return [
        heading(rows, index, Mark("object", None, 0, rows[index].text[match.end() :]))
        for index in range(begin, len(rows))
        if (match := _OBJECT.match(rows[index].plain)) is not None
    ]


def _best_shown(rows: Sequence[Row], begin: int) -> list[Entry]:
    """The headings that stand out, by their print or by the space around them: whichever finds more."""
    opened = opening(rows, begin)
    found = [styled(rows, opened), _standing_out(rows, opened), _standing_out(rows, begin)]
    return found[0] if len(found[0]) >= len(found[1]) else found[1] or found[2]


def _standing_out(rows: Sequence[Row], begin: int) -> list[Entry]:
    """Lines apart from the text, shorter than it, and not sentences; at least two, with text below each."""
    found: list[Entry] = []
    settled = True  # a heading inside a report, before anything was decided, opens no new point
    index = begin
    while index < len(rows):
        entry = _apart(rows, index) if settled else None
        if entry is not None:
            found.append(entry)
            settled, index = False, entry.stop
        else:
            settled = settled or decided(rows[index : index + 1])
            index += 1
    if found and not settled:
        found.pop()
    return found if len(found) >= 2 else []


def _apart(rows: Sequence[Row], index: int) -> Entry | None:
    """The heading that stands out at this row, with a paragraph of another look below it."""
    row = rows[index]
    bare = row.text.strip()
    styled = row.block == "heading" or row.bold or capitals(bare)
    shown = styled or (row.gap and not row.full and not bare.endswith((".", ";", ",", ":")))
    if (
        not shown
        or not (6 if row.block == "heading" else 12) <= len(bare) <= 220
        or not bare[:1].isupper()
        or row.cells
    ):
        return None
    if stops(row.plain) or _FURNITURE.search(row.plain):
        return None
    entry = heading(rows, index, None)
    if entry.stop >= len(rows):
        return None
    below = rows[entry.stop]
    apart = below.gap or capitals(bare) or (row.block == "heading" and below.block != "heading")
    differs = apart and not capitals(below.text) and (styled or len(below.text) > len(bare))
    return entry if differs else None
