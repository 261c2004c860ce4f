"""Columns of a list of points (number, title, rapporteur or vote) into rows of cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from pipelines.text.drafts import Draft

_LEAST = 3  # points; two under a header that names the columns
_MOST_COLUMNS = 7
_SHORTEST_THEME = 4  # letters
NUMBER = re.compile(
    r"(?:(?:d[ée]lib[ée]ration|rapport|point)?\s*n\s?[°ºo]\s?)?(?=[\w./\- ]{0,9}\d)[\w./\-]{1,18}[.)]?", re.I
)
_LED = re.compile(r"(?P<number>\d{1,3})\s?(?:[.)°/–-]\s?[–-]?|°\))\s+(?=\S)")
HEADING = re.compile(
    r"(?:objet|intitul|libell|titre|d[ée]lib[ée]ration|rapports?\b|dossier|affaire|question|sujet|points?\b|d[ée]signation"
    r"|ordre du jour)",
    re.I,
)
_BESIDE = re.compile(
    r"(?:n\s?[°º]|num|r[ée]f|ordre|page|rapporteur|vote|r[ée]sultat|d[ée]cision|sens|commission|service|date|avis|adopt"
    r"|pr[ée]sent)",
    re.I,
)
_PERSON = re.compile(
    r"(?:M|Mme|Mlle|MM|Mmes|Dr|Me)\b\.?\s|(?:monsieur|madame|le maire|la maire|le pr[ée]sident)\b", re.I
)
_OUTCOME = re.compile(
    r"(?:adopt|approuv|rejet|retir|ajourn|report|unanim|prend acte|pris acte|prise d.acte|(?:d[ée])?favorable|vot[ée]"
    r"|\d+ (?:voix )?pour)",
    re.I,
)
_SUM = re.compile(r"-?[\d\s.\u202f\xa0]*\d[,.]\d\d\s?€?|[\d\s.\u202f\xa0]+€|[\d,.\s]+%|-\s?€")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def point_rows(columns: Sequence[Sequence[Draft]], number: int) -> list[Draft] | None:
    """Cells in the order of rows, numbered from ``number``; None where the columns are no list of points."""
    if not 2 <= len(columns) <= _MOST_COLUMNS:
        return None
    pieces = [piece for column in columns for piece in column]
    if sum(bool(_SUM.fullmatch(piece.text)) for piece in pieces) > max(1, 0.06 * len(pieces)):
        return None
    header = _header(columns)
    themes = _themes([[piece for piece in column if id(piece) not in header] for column in columns])
    apart = header | set(map(id, themes))
    body = [[piece for piece in column if id(piece) not in apart] for column in columns]
    anchors = _numbers(body[0], least=2 if header else _LEAST)
    if anchors is None:
        body, anchors = _led(body)
    if anchors is None or not body[1:] or not _titled(body[1:], len(anchors)):
        return None
    places = placed(body, anchors)
    if places is None:
        return None
    names = [piece for piece in pieces if id(piece) in header]
    rows = [names] if names else []
    rows += _in_order([[theme] for theme in themes], grouped(body, places))
    layouts = [*enumerate(columns), *enumerate(body)]
    column_of = {id(piece): place for place, column in layouts for piece in column}
    return [cell for row, parts in enumerate(rows, number) for cell in cells(column_of, parts, row)]


def _header(columns: Sequence[Sequence[Draft]]) -> set[int]:
    """Identities of the pieces of the first row, where it names the columns of a list of points."""
    first = min(base(column[0]) for column in columns)
    row = [column[0] for column in columns if base(column[0]) - first <= 0.5 * column[0].size]
    titles = [piece for piece in row if HEADING.match(piece.text)]
    named = any(_BESIDE.match(piece.text) for piece in row if not titles or piece is not titles[-1])
    short = all(len(piece.text) <= 40 for piece in row)
    return {id(piece) for piece in row} if titles and named and short and len(row) >= 2 else set()


def _themes(columns: Sequence[Sequence[Draft]]) -> list[Draft]:
    """Titles of groups of points: alone in their row, and bold or in capitals where the other titles are not."""
    titles = [piece for piece in max(columns, key=_words) if _WORDS.search(piece.text)]
    heights = Counter(round(base(piece) / 3) for column in columns for piece in column)
    capitals = [piece for piece in titles if piece.text.isupper() and len(piece.text) >= _SHORTEST_THEME]
    for marked in ([piece for piece in titles if piece.bold], capitals):
        alone = all(heights[round(base(piece) / 3)] == 1 for piece in marked)
        if marked and alone and 2 * len(marked) < len(titles):
            return sorted(marked, key=base)
    return []


def _words(column: Sequence[Draft]) -> int:
    return sum(len(_WORDS.findall(piece.text)) for piece in column)


def _numbers(column: Sequence[Draft], least: int) -> list[Draft] | None:
    """The pieces of the first column, where they are numbers that go up."""
    if len(column) < least or not all(NUMBER.fullmatch(piece.text) for piece in column):
        return None
    return list(column) if _rising([piece.text for piece in column]) else None


def _rising(texts: Sequence[str]) -> bool:
    """Points count on; years, codes of budgets and scores do not."""
    values = [int(digits[-1]) for text in texts if (digits := re.findall(r"\d{1,9}", text))]
    steps = [after - before for before, after in pairwise(values)]
    return len(values) == len(texts) and sum(step == 1 for step in steps) >= 0.7 * len(steps)


def _led(body: Sequence[Sequence[Draft]]) -> tuple[list[list[Draft]], list[Draft] | None]:
    """Titles that begin with their number, beside persons or outcomes: the number becomes a column of its own."""
    marks = [(piece, found) for piece in body[0] if (found := _LED.match(piece.text))]
    beside = [piece for column in body[1:] for piece in column]
    if len(marks) < _LEAST or not _rising([found["number"] for _, found in marks]):
        return list(map(list, body)), None
    told = sum(bool(_PERSON.match(piece.text) or _OUTCOME.match(piece.text)) for piece in beside)
    if told < max(_LEAST, 0.6 * len(beside)):
        return list(map(list, body)), None
    anchors, titles = [], []
    rests = {id(piece): found for piece, found in marks}
    for piece in body[0]:
        if found := rests.get(id(piece)):
            share = found.end() / len(piece.text)
            border = piece.x + share * (piece.right - piece.x)
            anchors.append(_cell([piece], piece.text[: found.end()].strip(), piece.x, border))
            titles.append(_cell([piece], piece.text[found.end() :], border, piece.right))
        else:
            titles.append(piece)
    return [anchors, titles, *map(list, body[1:])], anchors


def _titled(columns: Sequence[Sequence[Draft]], points: int) -> bool:
    """Whether one of the columns has a title for nearly each point: words, more than one as a rule."""
    best = max(columns, key=_words)
    worded = [len(_WORDS.findall(piece.text)) for piece in best]
    return sum(count > 0 for count in worded) >= 0.8 * points and sum(worded) >= 1.7 * points


def base(piece: Draft) -> float:
    return piece.top + 0.8 * piece.size


def placed(body: Sequence[Sequence[Draft]], anchors: Sequence[Draft]) -> dict[int, int] | None:
    """Row of each piece by its identity; None where it is not clear which lines belong to which number."""
    places = {id(anchor): row for row, anchor in enumerate(anchors)}
    for column in body[1:]:
        if not column:
            continue
        rows = _by_paragraph(column, anchors) or _by_top(column, anchors)
        if rows is None:
            return None
        places |= {id(piece): row for piece, row in zip(column, rows, strict=True)}
    return places


def _by_paragraph(column: Sequence[Draft], anchors: Sequence[Draft]) -> list[int] | None:
    """Lines that stand close are one cell, whose middle, top or bottom is level with its number."""
    steps = [base(after) - base(before) for before, after in pairwise(column)]
    if not steps:
        return None
    close = min(steps)
    paragraphs: list[list[Draft]] = [[column[0]]]
    for step, piece in zip(steps, column[1:], strict=True):
        if step <= 1.2 * close and close <= 1.6 * piece.size:
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([piece])
    rows: list[int] = []
    taken = -1
    for paragraph in paragraphs:
        slack = 0.5 * paragraph[0].size
        top, bottom = base(paragraph[0]) - slack, base(paragraph[-1]) + slack
        level = [row for row, anchor in enumerate(anchors) if top <= base(anchor) <= bottom]
        if len(level) != 1 or level[0] <= taken:
            return None
        taken = level[0]
        rows += [taken] * len(paragraph)
    return rows


def _by_top(column: Sequence[Draft], anchors: Sequence[Draft]) -> list[int] | None:
    """A cell begins level with its number and goes on below."""
    rows = []
    begun = set()
    for piece in column:
        above = [row for row, anchor in enumerate(anchors) if base(anchor) <= base(piece) + 0.4 * piece.size]
        if not above:
            return None
        row = above[-1]
        if row not in begun and base(piece) - base(anchors[row]) > 0.4 * piece.size:
            return None
        begun.add(row)
        rows.append(row)
    return rows


def grouped(body: Sequence[Sequence[Draft]], places: dict[int, int]) -> list[list[Draft]]:
    """The pieces of each row, its number first."""
    rows: dict[int, list[Draft]] = {row: [] for row in sorted(set(places.values()))}
    for column in body:
        for piece in column:
            rows[places[id(piece)]].append(piece)
    return list(rows.values())


def _in_order(themes: Sequence[list[Draft]], points: Sequence[list[Draft]]) -> list[list[Draft]]:
    """Rows from the top: each theme before the first point whose number stands below it."""
    rows = list(themes)
    for point in points:
        place = next((index for index, row in enumerate(rows) if base(row[0]) > base(point[0])), len(rows))
        rows.insert(place, point)
    return rows


def cells(column_of: Mapping[int, int], pieces: Sequence[Draft], row: int) -> list[Draft]:
    """The pieces of a row by column, the lines of a cell as one."""
    parts: dict[int, list[Draft]] = {}
    for piece in pieces:
        parts.setdefault(column_of[id(piece)], []).append(piece)
    return [
        _cell(lines, _one_line(lines), min(line.x for line in lines), max(line.right for line in lines), row)
        for lines in parts.values()
    ]


def _cell(parts: Sequence[Draft], text: str, x: float, right: float, row: int | None = None) -> Draft:
    first = parts[0]
    return Draft(
        text, x=x, right=right, top=first.top, size=median(part.size for part in parts),
        bold=all(part.bold for part in parts), block="cell", row=row, first=first.first, last=parts[-1].last,
    )  # fmt: skip


def _one_line(parts: Sequence[Draft]) -> str:
    """The lines of a cell as one; a word cut at a line's end keeps its hyphen, as it may belong to it."""
    joined = ""
    for part in parts:
        glued = joined.endswith("-") and part.text[:1].islower()
        joined += part.text if not joined or glued else f" {part.text}"
    return joined
