"""Paragraphs, cells and breaks of any office format on their way to be pages of drafts.

A paragraph is a line (a manual line break begins another), as in HTML. Blank lines stay where the author left one or
set space apart, since they separate what belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.errors import TooLarge
from pipelines.text.drafts import Draft, clean
from pipelines.text.office.style import Style, describe

MAX_CHARACTERS = 20_000_000
MAX_LINES = 400_000
MAX_PAGES = 5_000
LONG_CELL = 500  # characters beyond which a cell is text of its own: its paragraphs stay lines

_COLUMN = 100.0  # points: where columns of a spreadsheet stand, whose true width says nothing
_GAP = 0.4  # of the size of the text: space between paragraphs that the eye takes for a blank line
_USUAL_SIZE = 11.0
_BREAK = "\f"  # in the place of a line: a page begins here
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"[\t\n\r\f\v]+")


@dataclass(slots=True)
class _Table:
    data: bool
    cell: list[Draft] | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What was open when a diversion began."""

    sink: list[Draft] | None
    tables: list[_Table]
    after: float
    parts: list[tuple[str, bool, float]]
    done: list[Draft]


@dataclass(slots=True)
class Flow:
    """The state of one walk through a document."""

    pages: list[list[Draft]] = field(default_factory=lambda: [[]])
    title: str = ""
    damage: str = ""  # what was lost, where the rest could be read
    pictures: int = 0
    headers: list[Draft] = field(default_factory=list)
    footers: list[Draft] = field(default_factory=list)
    notes: list[Draft] = field(default_factory=list)  # footnotes of the page that is being filled
    _sink: list[Draft] | None = None  # headers, notes: where drafts go instead of the page
    _parts: list[tuple[str, bool, float]] = field(default_factory=list)
    _done: list[Draft] = field(default_factory=list)  # lines of the paragraph that is not ended yet
    _tables: list[_Table] = field(default_factory=list)
    _rows: int = 0
    _turn: bool = False  # a page begins after what is being read
    _forced: bool = False  # the last page counts though it may be empty
    _after: float = 0.0  # space below the last paragraph
    _boxes: set[str] = field(default_factory=set)
    _characters: int = 0
    _lines: int = 0

    # ------------------------------------------------------------------ text

    def text(self, raw: str, bold: bool = False, size: float = 0.0) -> None:
        """A run of characters of the open paragraph.

        Raises:
            TooLarge: the document holds more characters than any that a council writes.
        """
        if raw:
            self._characters += len(raw)
            if self._characters > MAX_CHARACTERS:
                raise TooLarge(f"too long: only the first {MAX_CHARACTERS // 1_000_000} million characters were read")
            self._parts.append((raw, bold, size))

    def line_break(self) -> None:
        """End the line inside the paragraph; in a cell of data it is a space."""
        if self._in_cell():
            self._parts.append((" ", False, 0.0))
        else:
            self._done.append(self._line())

    def _line(self) -> Draft:
        parts, self._parts = self._parts, []
        if not parts:
            return Draft("")
        if len(parts) == 1:
            raw, heavy, size = parts[0]
            text = _line_of(raw)
            return Draft(text, size=size, bold=heavy and bool(text))
        sizes: dict[float, int] = {}
        plain = bold = 0
        for raw, heavy, size in parts:
            printed = len(raw) - raw.count(" ")
            sizes[size] = sizes.get(size, 0) + printed
            bold, plain = (bold + printed, plain) if heavy else (bold, plain + printed)
        text = _line_of("".join([part[0] for part in parts]))
        return Draft(text, size=max(sizes, key=sizes.__getitem__), bold=bold > 0 and plain == 0)

    def pending(self) -> bool:
        """Whether the open paragraph holds anything yet."""
        return bool(self._done) or any(not part[0].isspace() for part in self._parts)

    def end(self, style: Style) -> None:
        """End the paragraph.

        Raises:
            TooLarge: more lines than any document has.
        """
        lines = [*self._done, self._line()]
        self._done.clear()
        if self._in_cell():
            self._cell_paragraph(lines, style)
            return
        first = next((place for place, line in enumerate(lines) if line.text), None)
        size = max((line.size for line in lines), default=0) or _USUAL_SIZE
        if max(style.before, self._after) > _GAP * size or first is None or first > 0:
            self._blank()
        self._after = style.after
        for place, line in enumerate(lines):
            if first is None or place < first:
                continue
            if line.text == _BREAK:
                self.page_break()
                continue
            if not line.text:
                self._blank()
                continue
            describe(line, style, first=place == first)
            self._put(line)
        if self._turn and not self._tables:
            self.page_break()

    def _put(self, line: Draft) -> None:
        self._lines += 1
        if self._lines > MAX_LINES:
            raise TooLarge(f"too long: only the first {MAX_LINES} lines were read")
        (self.pages[-1] if self._sink is None else self._sink).append(line)

    def put_lines(self, lines: list[Draft]) -> None:
        """Lines that are ready, from a story of their own."""
        for line in lines:
            self._put(line)

    def _blank(self) -> None:
        sink = self.pages[-1] if self._sink is None else self._sink
        if sink and sink[-1].text:
            sink.append(Draft(""))

    # ------------------------------------------------------------------ pages

    def page_break(self, *, soft: bool = False, force: bool = False) -> None:
        """Begin a page, unless nothing stands on this one; a soft break waits for the end of paragraph and row.

        ``force``: also where nothing does, as after an empty slide or sheet.
        """
        if self._sink is not None:
            return
        if soft and self._done and self._done[-1].text == _BREAK and not self._parts:
            return  # what the layout found is the author's own break
        if self._tables or (soft and self.pending()):
            self._turn = True
            return
        if self.pending():
            self._done += [self._line(), Draft(_BREAK)]
            return
        self._turn = False
        if force or any(line.text for line in self.pages[-1]):
            self._close_page()
            if len(self.pages) >= MAX_PAGES:
                raise TooLarge(f"too long: only the first {MAX_PAGES} pages were read")
            self.pages.append([])
            self._forced = force
            self._after = 0.0

    def _close_page(self) -> None:
        page = self.pages[-1]
        while page and not page[-1].text:
            page.pop()
        if self.notes:
            page += [Draft(""), *self.notes]
            self.notes = []

    def finish(self) -> list[list[Draft]]:
        """The pages, headers and footers once on the first one."""
        if self._parts or self._done:
            self.end(Style())
        while self._tables:
            self.close_table()
        self._close_page()
        if len(self.pages) > 1 and not any(line.text for line in self.pages[-1]) and not self._forced:
            self.pages.pop()
        self.pages[0] = [*self.headers, *self.pages[0], *self.footers]
        return self.pages

    # ------------------------------------------------------------------ asides

    def divert(self, sink: list[Draft]) -> Kept:
        """Send what follows to ``sink``; give the answer to ``resume``."""
        kept = Kept(self._sink, self._tables, self._after, self._parts, self._done)
        self._sink, self._tables, self._after, self._parts, self._done = sink, [], 0.0, [], []
        return kept

    def resume(self, kept: Kept) -> None:
        """End a diversion."""
        if self._parts or self._done:
            self.end(Style())
        while self._tables:
            self.close_table()
        self._sink, self._tables, self._after = kept.sink, kept.tables, kept.after
        self._parts, self._done = kept.parts, kept.done

    def again(self, text: str) -> bool:
        """Whether a text box said the same before, digits aside: then it is the furniture of every page."""
        mask = _DIGITS.sub("#", "".join(text.split()))
        seen = mask in self._boxes
        self._boxes.add(mask)
        return seen

    # ------------------------------------------------------------------ tables

    def open_table(self, *, data: bool) -> None:
        """Begin a table; ``data``: its cells are fields of a record, not places on a page."""
        self._tables.append(_Table(data and not any(table.cell is not None for table in self._tables)))

    def open_row(self) -> None:
        """Begin a row."""
        if self._tables:
            self._rows += 1
            self._tables[-1].row = self._rows

    def open_cell(self) -> None:
        """Begin a cell."""
        if self._tables and self._tables[-1].data:
            self._tables[-1].cell = []

    def put_cells(self, texts: Sequence[str]) -> int:
        """A row of ready texts, empty ones left out; how many there were. Their place tells the column."""
        lines = [
            Draft(text, block="cell", x=_COLUMN * place) for place, text in enumerate(map(_line_of, texts)) if text
        ]
        if lines:
            self._rows += 1
            self._characters += sum(len(line.text) for line in lines)
            for line in lines:
                line.row = self._rows
                self._put(line)
        return len(lines)

    def close_cell(self) -> None:
        """End a cell: one line of its text, or its paragraphs where it holds much."""
        if self._parts or self._done:
            self.end(Style())
        if not self._tables or (cell := self._tables[-1].cell) is None:
            return
        table = self._tables[-1]
        table.cell = None
        lines = [line for line in cell if line.text]
        if lines and sum(len(line.text) for line in lines) <= LONG_CELL:
            largest = max(lines, key=lambda line: len(line.text))
            text = " ".join(line.text for line in lines)
            lines = [Draft(text, size=largest.size, bold=all(line.bold for line in lines))]
        for line in lines:
            line.block, line.row = "cell", table.row
            self._put(line)

    def close_table(self) -> None:
        """End a table."""
        if not self._tables:
            return
        self.close_cell()
        self._tables.pop()
        self._after = 0.0
        if self._turn and not self._tables:
            self.page_break()

    def _in_cell(self) -> bool:
        return any(table.cell is not None for table in self._tables)

    def _cell_paragraph(self, lines: list[Draft], style: Style) -> None:
        cell = next(table.cell for table in reversed(self._tables) if table.cell is not None)
        for place, line in enumerate(lines):
            if place == 0 and style.marker:  # a row has no place for the number of a paragraph: it goes with its text
                line.text = f"{style.marker} {line.text}".strip()
            cell.append(line)


def _line_of(raw: str) -> str:
    return clean(_SPACE.sub(" ", raw)).strip()
