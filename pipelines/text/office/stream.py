"""For the formats that are a stream of characters and marks (RTF, DOC): rows are gathered until their table ends.

Only a whole table tells whether it holds data or places things on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from pipelines.text.drafts import Draft
from pipelines.text.office.flow import Flow, Kept
from pipelines.text.office.layout import is_data
from pipelines.text.office.style import Style

MAX_DEPTH = 30  # of tables in cells of tables
_LINE, _PAGE = "\n", "\f"
_Part = tuple[str, bool, float]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    parts: list[_Part]
    style: Style

    def says(self) -> bool:
        return any(not part[0].isspace() for part in self.parts)


_Cell = list["_Paragraph | _Table"]
_Row = list[_Cell]


@dataclass(slots=True)
class _Table:
    rows: list[_Row] = field(default_factory=list)
    row: _Row = field(default_factory=list)
    cell: _Cell = field(default_factory=list)


@dataclass(slots=True)
class Stream:
    """The open paragraph and the open tables, each in a cell of the one before it."""

    flow: Flow
    parts: list[_Part] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    later: list[Draft] = field(default_factory=list)  # text boxes anchored in the open paragraph

    def text(self, raw: str, bold: bool = False, size: float = 0.0) -> None:
        """A run of characters."""
        if raw:
            self.parts.append((raw, bold, size))

    def line_break(self) -> None:
        """End the line inside the paragraph."""
        self.parts.append((_LINE, False, 0.0))

    def page_break(self) -> None:
        """Begin a page where the author says so."""
        self.parts.append((_PAGE, False, 0.0))

    def in_row(self) -> bool:
        """Whether a row has begun and not ended."""
        return bool(self.tables and self.tables[-1].row)

    def paragraph(self, style: Style, depth: int = 0) -> None:
        """End the paragraph, which stands in so many tables inside one another."""
        paragraph = _Paragraph(self.parts, style)
        self.parts = []
        self._descend(depth)
        if self.tables:
            self.tables[-1].cell.append(paragraph)
            return
        self._send(paragraph)
        self._send_later()

    def end_cell(self, style: Style, depth: int = 1) -> None:
        """End the cell and the paragraph in it."""
        self.paragraph(style, max(depth, 1))
        table = self.tables[-1]
        table.row.append(table.cell)
        table.cell = []

    def end_row(self, depth: int = 1) -> None:
        """End the row."""
        self._descend(max(depth, 1))
        if self.parts or self.tables[-1].cell:
            self.end_cell(Style(), len(self.tables))
        _end_row(self.tables[-1])

    def _descend(self, depth: int) -> None:
        """Open tables, or end those that are deeper."""
        depth = min(depth, MAX_DEPTH)
        while len(self.tables) > depth:
            table = self.tables.pop()
            if table.cell:
                table.row.append(table.cell)
            _end_row(table)
            if self.tables:
                self.tables[-1].cell.append(table)
            else:
                self._send_table(table)
                self._send_later()
        while len(self.tables) < depth:
            self.tables.append(_Table())

    def close(self) -> None:
        """End whatever is open."""
        if self.tables and self.parts:
            self.paragraph(Style(), len(self.tables))
        self.paragraph(Style())

    def _send_table(self, table: _Table) -> None:
        """A table to the flow; rows that hold tables place things, whatever those beside them do."""
        for nested, group in groupby(table.rows, key=_holds_table):
            rows = list(group)
            counts = [[sum(isinstance(one, _Paragraph) and one.says() for one in cell) for cell in row] for row in rows]
            self.flow.open_table(data=is_data(counts, nested=nested))
            for row in rows:
                self.flow.open_row()
                for cell in row:
                    self.flow.open_cell()
                    for one in cell:
                        if isinstance(one, _Table):
                            self._send_table(one)
                        else:
                            self._send(one)
                    self.flow.close_cell()
            self.flow.close_table()

    def _send(self, paragraph: _Paragraph) -> None:
        for raw, bold, size in paragraph.parts:
            if raw == _LINE:
                self.flow.line_break()
            elif raw == _PAGE:
                self.flow.page_break()
            else:
                self.flow.text(raw, bold, size)
        self.flow.end(paragraph.style)

    def _send_later(self) -> None:
        later, self.later = self.later, []
        self.flow.put_lines(later)

    def add_box(self, drafts: list[Draft]) -> None:
        """The lines of a text box whose paragraph has ended: now, or after the table that the paragraph stands in."""
        if self.tables:
            self.later += drafts
        else:
            self.flow.put_lines(drafts)

    def divert(self, sink: list[Draft]) -> tuple[Stream, Kept]:
        """Send what follows to ``sink``, a stream of its own; give the answer to ``resume``."""
        return Stream(self.flow), self.flow.divert(sink)

    def resume(self, kept: Kept) -> None:
        """End a diversion: called on the stream that ``divert`` gave."""
        if self.parts or self.tables:
            self.close()
        self.flow.resume(kept)


def _end_row(table: _Table) -> None:
    if table.row:
        table.rows.append(table.row)
    table.row = []


def _holds_table(row: _Row) -> bool:
    return any(isinstance(one, _Table) for cell in row for one in cell)
