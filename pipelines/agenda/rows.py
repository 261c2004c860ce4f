"""The lines of a document as the parser wants them: furniture removed, table rows made one, gaps known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from crawler.models import Extracted, Line, PageText
from pipelines.agenda.codes import coded, trailing
from pipelines.agenda.hyphens import OWN, own_hyphens
from pipelines.agenda.markers import Mark, mark_of
from pipelines.agenda.running import heads, own_titles, reports
from pipelines.agenda.sidebars import repeated_columns
from pipelines.agenda.tables import tabled
from pipelines.agenda.vote_mending import mended
from pipelines.agenda.words import plain, squeeze, unspaced

_PAGE_MARK = re.compile(
    r"^(?:[-\s]*\d{1,3}[-\s]*|(?:.{0,80}[-|,\s])?page\s*\d{1,3}(?:\s*(?:/|sur|de)\s*\d{1,3})?[-\s]*"
    r"|\d{1,3}\s*/\s*\d{1,3})$"
)
_STAMP = re.compile(
    r"(?:envoye|recu|reception|transmis|affiche|publie) en prefecture|accuse de reception|acte certifie executoire"
    r"|^(?:envoi|reception en) prefecture|^id ?: ?\d{3}-\d{9}-|\d{3}-\d{9}-\d{8}-"
)
_DIGITS = re.compile(r"\d+")
_CONTENT = re.compile(r"^\s*(?:extrait|objet|rapporteur|\d{1,3}\s*[.)/-]|[-•])|unanim|^vote|adopt|approuv")
_RULE = re.compile(r"^[\s_=*.\-–—~]{4,}$")
_FLOWING = frozenset(("docx", "odt", "rtf", "doc", "pptx", "odp"))  # readers that know paragraphs, not lines
_APART = 250.0  # points from the left, from which a line begins in a second column
_COLUMN = 8  # lines of a column
_NARROW = 35  # characters of its full lines
EDGE = 3  # lines at the top and the bottom of a page that may be furniture


@dataclass(frozen=True)
class Row:
    """A line, or the cells of one table row. ``gap``: blank space stands above it."""

    text: str
    plain: str
    page: int
    start: int
    end: int
    x: float = 0.0
    size: float = 0.0
    bold: bool = False
    block: str = "p"
    level: int = 0
    marker: str = ""
    gap: bool = False
    rule: bool = False  # a line of dashes stood above it
    cells: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()  # of each cell, where it begins: points, or of a page its column
    width: float = 0.0  # characters of a full line on its page
    top: float = 0.0
    web: bool = False  # of a page of a site, where a line is a paragraph and many are links
    flowing: bool = False  # of an office file, where a line is a paragraph
    report: str | None = None  # the number of the report that the running head of its page names
    given: Mark | None = None  # its code, which the others of the document show to be a number (pipelines.agenda.codes)

    @property
    def full(self) -> bool:
        """Whether the line runs to the right margin, so the next may continue it."""
        return not (self.web or self.flowing) and len(self.text) >= 0.8 * self.width

    @cached_property
    def mark(self) -> Mark | None:
        """The marker at its start; every rule asks for it, so it is worked out once."""
        return self.given or mark_of(self.text, self.marker, self.block, self.level, self.cells)

    @property
    def where(self) -> tuple[int, int]:
        return (self.page, self.start)


def rows_of(extracted: Extracted) -> list[Row]:
    """Content rows in reading order; stamps, running heads, page numbers and rules are left out."""
    pages = {page.number: page for page in extracted.pages}
    lines = [line for line in extracted.lines if line.text.strip()]
    recognised = {page.number for page in extracted.pages if page.method == "ocr"}
    low = {id(line): mended(plain(line.text)) if line.page in recognised else plain(line.text) for line in lines}
    furniture = _furniture(lines, low) | repeated_columns(lines, low)
    repeated = [line for line in lines if line.block == "running" or id(line) in furniture]
    content = [
        line
        for line in lines
        if line.block not in ("stamp", "running") and id(line) not in furniture and not _stamped(low[id(line)])
    ]
    shown = own_titles(repeated, low) | heads(repeated, content) | set(map(id, content))
    kept = [replace(line, block="p") if line.block == "running" else line for line in lines if id(line) in shown]
    low |= {id(line): plain(line.text) for line in kept if id(line) not in low}
    of_page = reports(repeated, low)
    web = any(page.method == "html" for page in extracted.pages)
    flowing = extracted.method in _FLOWING
    rows = list(_build(kept, low, pages, web=web, flowing=flowing))
    if not (web or flowing):
        for place in own_hyphens([row.plain for row in rows]):
            rows[place] = replace(rows[place], text=rows[place].text[:-1] + OWN)
    return [replace(row, report=of_page.get(row.page)) for row in _numbered(rows)] if of_page else _numbered(rows)


def _numbered(rows: list[Row]) -> list[Row]:
    """The rows with the codes that only their series shows to be numbers, before titles or behind them."""
    found = coded([("" if row.cells else row.text, row.mark) for row in rows])
    alone: set[int] = set()
    if not any(row.mark is not None and row.mark.family in ("act", "arabic") and row.mark.rest for row in rows):
        behind, alone = trailing([("" if row.cells else row.text, row.page, row.top) for row in rows])
        found = found or behind
    found |= tabled([row.cells for row in rows], [row.edges for row in rows])
    for place, mark in found.items():
        rows[place] = replace(rows[place], given=mark)
    return [row for place, row in enumerate(rows) if place not in alone]


def _stamped(low: str) -> bool:
    """Whether a plain line is of an e-filing stamp; the search proper is slow, so few lines get it."""
    may_be = "prefecture" in low or "executoire" in low or low.count("-") > 1
    return may_be and bool(_STAMP.search(low[:200]))


def _furniture(lines: Sequence[Line], low: dict[int, str]) -> set[int]:
    """Page numbers, and lines that stand (digits aside) at the edge of most pages; ``low`` holds their plain text."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    edges: list[Line] = []
    masks: dict[int, tuple[str, int]] = {}
    seen: Counter[tuple[str, int]] = Counter()
    for page in by_page.values():
        ordered = sorted(page, key=lambda line: (line.top, line.start)) if page[0].top or page[-1].top else page
        edge = {id(line): line for line in (*ordered[:EDGE], *ordered[-EDGE:], *page[:1], *page[-1:])}
        edges += edge.values()
        if len(by_page) >= 3:
            own = {number: _mask(low[number], line.top) for number, line in edge.items()}
            seen.update(set(own.values()))
            masks |= own
    enough = max(3, 0.5 * len(by_page))
    alone = Counter(line.page for line in lines if line.row is None and line.text.strip().isdecimal())
    listed = {page for page, count in alone.items() if count >= 3}  # so many are of a list
    return {
        id(line)
        for line in edges
        if (
            line.row is None
            and line.block != "li"
            and _PAGE_MARK.match(low[id(line)].strip())
            and not (line.page in listed and line.text.strip().isdecimal())
        )
        or (len(line.text) > 3 and masks and seen[masks[id(line)]] >= enough and not _CONTENT.search(low[id(line)]))
    }


def _mask(low: str, top: float) -> tuple[str, int]:
    """A line without its digits, and where it stands: furniture keeps its place."""
    return _DIGITS.sub("#", squeeze(low)), round(top / 8)


def _build(
    lines: Sequence[Line], low: dict[int, str], pages: dict[int, PageText], *, web: bool, flowing: bool
) -> Iterator[Row]:
    pitch, width = _pitches(lines), _widths(lines)
    previous: Line | None = None
    rule = False
    index = 0
    while index < len(lines):
        line = lines[index]
        if _RULE.match(line.text):
            rule, index = True, index + 1
            continue
        group = [line]
        while line.row is not None and index + 1 < len(lines) and lines[index + 1].row == line.row:
            index += 1
            group.append(lines[index])
        text = unspaced(" ".join(part.text.strip() for part in group)).strip()
        yield Row(
            text, low[id(line)] if text == line.text else plain(text), line.page, line.start, group[-1].end,
            line.x, line.size, all(one.bold for one in group), line.block, line.level, line.marker,
            _gap(previous, line, pages, pitch), rule,
            tuple(one.text.strip() for one in group) if line.row is not None else (),
            tuple(one.x for one in group) if line.row is not None else (), width(line), line.top, web,
            flowing,
        )  # fmt: skip
        previous, rule, index = group[-1], False, index + 1


def _pitches(lines: Sequence[Line]) -> dict[int, float]:
    """The usual distance between two lines of each page, in points; 0 where the layout is unknown."""
    steps: dict[int, list[float]] = defaultdict(list)
    for one, two in pairwise(lines):
        if one.page == two.page and 4 < two.top - one.top < 40:
            steps[one.page].append(two.top - one.top)
    return {page: sorted(values)[len(values) // 4] for page, values in steps.items()}


def _widths(lines: Sequence[Line]) -> Callable[[Line], float]:
    """How many characters a full line has where a line stands: on its page, or in its column where a page has two."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    whole = {number: _usual([len(line.text.strip()) for line in page]) for number, page in pages.items()}
    columns: dict[tuple[int, bool], float] = {}
    for number, page in pages.items():
        halves = [[len(line.text.strip()) for line in page if (line.x >= _APART) == side] for side in (False, True)]
        if min(map(len, halves)) >= _COLUMN and all(_usual(half) >= _NARROW for half in halves):
            columns |= {(number, side): _usual(half) for side, half in zip((False, True), halves, strict=True)}
    return lambda line: columns.get((line.page, line.x >= _APART), whole[line.page])


def _usual(lengths: list[int]) -> float:
    return sorted(lengths)[int(0.9 * (len(lengths) - 1))]


def _gap(previous: Line | None, line: Line, pages: dict[int, PageText], pitch: dict[int, float]) -> bool:
    if previous is None or previous.page != line.page:
        return previous is None
    if line.top and (usual := pitch.get(line.page)):
        return line.top - previous.top > 1.4 * usual or line.top < previous.top
    page = pages.get(line.page)
    between = page.text[previous.end : line.start] if page else ""
    return between.count("\n") > 1
