"""Styles of a Word 97-2003 document (MS-DOC 2.9.271), and the properties that matter here (2.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace

from pipelines.text.office.doc_file import STYLES, WordFile, sprms

_CHAIN = 30
_NONE = 0x0FFF
_TITLE = 62  # the style's number in Word itself; 1 to 9 are the headings


@dataclass(frozen=True, slots=True)
class Runs:
    """Looks of characters."""

    bold: bool = False
    size: float = 10.0
    hidden: bool = False
    deleted: bool = False  # by a change that was tracked
    special: bool = False  # a character that stands for something else
    symbol: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Properties of a paragraph; spaces in points."""

    style: int = 0
    outline: int = 0
    use: int = 0  # of a list, from 1
    place: int = 0  # level in the list
    table: int = 0  # nesting of tables it stands in
    row_end: bool = False
    inner_cell: bool = False
    inner_row: bool = False
    new_page: bool = False
    before: float = 0.0
    after: float = 0.0
    contextual: bool = False


@dataclass(slots=True)
class _Style:
    kind: int
    based: int
    number: int
    paragraph: bytes = b""
    runs: bytes = b""


@dataclass(slots=True)
class DocStyles:
    """The style sheet of a document."""

    styles: list[_Style | None] = field(default_factory=list)
    _known: dict[int, tuple[Runs, Paragraph]] = field(default_factory=dict)
    _runs: dict[tuple[int, bytes], Runs] = field(default_factory=dict)

    def paragraph(self, raw: bytes) -> tuple[int, Paragraph]:
        """The style and all properties of a paragraph, out of its own (the style first, two bytes)."""
        style = raw[0] | raw[1] << 8 if len(raw) >= 2 else 0
        return style, _paragraph(raw[2:], replace(self._of(style)[1], style=style))

    def runs(self, style: int, raw: bytes) -> Runs:
        """The looks of characters with the properties ``raw`` in a paragraph of the given style."""
        key = (style, raw)
        known = self._runs.get(key)
        if known is None:
            known = self._runs[key] = self._character(raw, self._of(style)[0])
        return known

    def _of(self, number: int) -> tuple[Runs, Paragraph]:
        known = self._known.get(number)
        if known is not None:
            return known
        chain: list[_Style] = []
        following = number
        for _ in range(_CHAIN):
            style = self.styles[following] if following < len(self.styles) else None
            if style is None:
                break
            chain.append(style)
            following = style.based
        runs, paragraph = Runs(), Paragraph()
        for style in reversed(chain):
            runs = self._character(style.runs, runs)
            paragraph = _paragraph(style.paragraph, paragraph)
            if 1 <= style.number <= 9:
                paragraph = replace(paragraph, outline=paragraph.outline or style.number)
            elif style.number == _TITLE:
                paragraph = replace(paragraph, outline=1)
        self._known[number] = runs, paragraph
        return runs, paragraph

    def _character(self, raw: bytes, base: Runs) -> Runs:
        look = base
        for code, value in sprms(raw):
            first = value[0] if value else 0
            if code == 0x0835:
                look = replace(look, bold=_toggle(first, base.bold))
            elif code == 0x4A43 and len(value) >= 2:
                look = replace(look, size=(value[0] | value[1] << 8) / 2)
            elif code == 0x083C:
                look = replace(look, hidden=_toggle(first, base.hidden))
            elif code == 0x0800:
                look = replace(look, deleted=bool(first))
            elif code == 0x0855:
                look = replace(look, special=bool(first))
            elif code == 0x6A09 and len(value) >= 4:
                look = replace(look, special=True, symbol=value[2] | value[3] << 8)
            elif code == 0x4A30 and len(value) >= 2:
                look = self._named(value[0] | value[1] << 8, look)
        return look

    def _named(self, number: int, look: Runs) -> Runs:
        """``look`` with what a character style adds."""
        style = self.styles[number] if number < len(self.styles) else None
        if style is None or style.kind != 2:
            return look
        plain = replace(style, runs=b"".join(raw for code, raw in _raw_sprms(style.runs) if code != 0x4A30))
        return self._character(plain.runs, look)


def _raw_sprms(raw: bytes) -> list[tuple[int, bytes]]:
    return [(code, struct.pack("<H", code) + value) for code, value in sprms(raw)]


def _toggle(value: int, base: bool) -> bool:
    return base if value == 0x80 else not base if value == 0x81 else bool(value)


_FLAGS = {0x2417: "row_end", 0x244B: "inner_cell", 0x244C: "inner_row", 0x2407: "new_page", 0x246D: "contextual"}
_SPACES = {0xA413: "before", 0xA414: "after"}


def _paragraph(raw: bytes, base: Paragraph) -> Paragraph:
    changes: dict[str, int | float | bool] = {}
    for code, value in sprms(raw):
        first = value[0] if value else 0
        short = first | value[1] << 8 if len(value) >= 2 else first
        if code in _FLAGS:
            changes[_FLAGS[code]] = bool(first)
        elif code in _SPACES:
            changes[_SPACES[code]] = short / 20
        elif code == 0x2640:
            changes["outline"] = first + 1 if first < 9 else 0
        elif code == 0x460B:
            changes["use"] = short if short < 0x7FF0 else 0
        elif code == 0x260A:
            changes["place"] = first
        elif code == 0x2416:
            changes["table"] = max(int(bool(first)), int(changes.get("table", 0)))
        elif code == 0x6649:
            changes["table"] = short
    return replace(base, **changes) if changes else base  # type: ignore[arg-type]


def styles(word: WordFile) -> DocStyles:
    """The style sheet; an empty one where it is broken."""
    sheet = word.part(STYLES)
    result = DocStyles()
    if len(sheet) < 6:
        return result
    size, count, fixed = struct.unpack_from("<HHH", sheet)
    place = 2 + size
    for _ in range(min(count, 5000)):
        if place + 2 > len(sheet):
            break
        length = struct.unpack_from("<H", sheet, place)[0]
        raw = sheet[place + 2 : place + 2 + length]
        place += 2 + length
        try:
            result.styles.append(_style(raw, fixed) if len(raw) >= 10 else None)
        except (struct.error, IndexError):
            result.styles.append(None)
    return result


def _style(raw: bytes, fixed: int) -> _Style:
    number, kinds, counts = struct.unpack_from("<HHH", raw)
    style = _Style(kinds & 0x0F, kinds >> 4 & 0x0FFF, number & 0x0FFF)
    place = fixed
    place += 2 + 2 * struct.unpack_from("<H", raw, place)[0] + 2
    parts: list[bytes] = []
    for _ in range(counts & 0x0F):
        place += place % 2
        if place + 2 > len(raw):
            break
        size = struct.unpack_from("<H", raw, place)[0]
        parts.append(raw[place + 2 : place + 2 + size])
        place += 2 + size
    if style.kind == 1:
        style.paragraph = parts[0][2:] if parts else b""
        style.runs = parts[1] if len(parts) > 1 else b""
    elif style.kind == 2:
        style.runs = parts[0] if parts else b""
    if style.based == _NONE:
        style.based = 0xFFFF
    return style
