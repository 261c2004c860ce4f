"""Word documents of 1997 to 2003 (DOC), read from their piece table with olefile.

antiword, catdoc and the wheels around them print text: numbers of lists are lost or guessed, cells, bold and headers
too, and the wheels bring a binary of unknown making.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.text.drafts import Draft
from pipelines.text.office import doc_file
from pipelines.text.office.doc_file import WordFile, open_word, sprms, stretches, text_of
from pipelines.text.office.doc_lists import DocNumbering, numbering
from pipelines.text.office.doc_parts import longs, notes, section_ends, text_boxes
from pipelines.text.office.doc_styles import DocStyles, Paragraph, Runs, styles
from pipelines.text.office.flow import Flow
from pipelines.text.office.stream import Stream
from pipelines.text.office.style import Style

_SPLIT = re.compile("[\r\x07\x0c]")
_MARKS = re.compile("[\x01-\x08\x0b\x0e\x13-\x15\x1e\x1f(]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_FIELD_BEGIN, _FIELD_MIDDLE, _FIELD_END = "\x13", "\x14", "\x15"
_SIGNS = {"\x1e": "\u2011", "\x1f": ""}


def read_doc(data: bytes, flow: Flow) -> None:
    """Send the text of an old Word document through ``flow``.

    Raises:
        Unreadable, Locked, TooLarge: as far as the flow got, it can be used.
    """
    word = open_word(data)
    flow.title = word.title
    reader = _reader(word, flow)
    reader.margins()
    begin, end = reader.story("text")
    stream = Stream(flow)
    reader.walk(stream, begin, end, main=True)
    stream.close()
    for first, last in reader.ends:
        reader.aside(flow.notes, first, last)


def _reader(word: WordFile, flow: Flow) -> _Reader:
    paragraphs = stretches(word, doc_file.PARAGRAPH_PAGES)
    characters = stretches(word, doc_file.CHARACTER_PAGES)
    reader = _Reader(word, flow, text_of(word), styles(word), numbering(word), paragraphs, characters)
    reader.paragraph_begins = [one[0] for one in paragraphs]
    reader.character_begins = [one[0] for one in characters]
    reader.starts = _starts(word)
    reader.footnotes = dict(notes(word, doc_file.FOOTNOTE_REFS, doc_file.FOOTNOTES, *reader.story("footnotes")))
    reader.endnotes = dict(notes(word, doc_file.ENDNOTE_REFS, doc_file.ENDNOTES, *reader.story("endnotes")))
    reader.boxes = dict(text_boxes(word, reader.text, *reader.story("boxes")))
    reader.continuous = frozenset(section_ends(word))
    return reader


def _starts(word: WordFile) -> dict[str, int]:
    """Where each story begins, in characters."""
    starts: dict[str, int] = {}
    position = 0
    for name, length in word.lengths.items():
        starts[name] = position
        position += length
    return starts


@dataclass(slots=True)
class _Reader:
    word: WordFile
    flow: Flow
    text: str
    styles: DocStyles
    numbering: DocNumbering
    paragraphs: list[tuple[int, int, bytes]]
    characters: list[tuple[int, int, bytes]]
    paragraph_begins: list[int] = field(default_factory=list)
    character_begins: list[int] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    footnotes: dict[int, tuple[int, int]] = field(default_factory=dict)
    endnotes: dict[int, tuple[int, int]] = field(default_factory=dict)
    boxes: dict[int, tuple[int, int]] = field(default_factory=dict)  # by the place of their anchor
    continuous: frozenset[int] = frozenset()  # ends of sections after which no page begins
    ends: list[tuple[int, int]] = field(default_factory=list)  # endnotes that the text refers to
    fields: list[bool] = field(default_factory=list)  # of the open fields, whether we are in their code
    before: tuple[int, float] = (-1, 0.0)
    running: bool = False

    def story(self, name: str) -> tuple[int, int]:
        """First and last character of a story."""
        begin = self.starts.get(name, len(self.text))
        return begin, min(begin + self.word.lengths.get(name, 0), len(self.text))

    # ------------------------------------------------------------------ the walk

    def walk(self, stream: Stream, begin: int, end: int, *, main: bool = False) -> None:
        """The paragraphs from ``begin`` to ``end``; numbers of lists count on from story to story."""
        self.fields = []
        position = begin
        while position < end:
            found = _SPLIT.search(self.text, position, end)
            stop = found.start() if found else end
            mark = found[0] if found else "\r"
            style, here = self.paragraph(min(stop, end - 1))
            if here.new_page and main:
                stream.page_break()
            anchors = self.runs(stream, position, stop, style)
            self._end(stream, mark, here, stop, main=main)
            if main:
                self._asides(stream, anchors)
            position = stop + 1

    def _end(self, stream: Stream, mark: str, here: Paragraph, place: int, *, main: bool) -> None:
        if here.inner_row:
            stream.end_row(here.table)
        elif here.inner_cell:
            stream.end_cell(self._style(here), here.table)
        elif mark == "\x07" and here.row_end:
            stream.end_row()
        elif mark == "\x07":
            stream.end_cell(self._style(here))
        elif mark == "\x0c":
            if place not in self.continuous and main:
                stream.page_break()
            if stream.parts:
                stream.paragraph(self._style(here), here.table)
        else:
            stream.paragraph(self._style(here), here.table)

    def _style(self, here: Paragraph) -> Style:
        close = here.contextual and self.before[0] == here.style
        self.before = (here.style, here.after)
        style = Style(
            heading=min(here.outline, 6),
            before=0.0 if close else here.before,
            after=0.0 if close else here.after,
            running=self.running,
        )
        if here.use and (counted := self.numbering.next(here.use, here.place)) is not None:
            style.item, style.marker = counted
        return style

    def paragraph(self, place: int) -> tuple[int, Paragraph]:
        """Style and properties of the paragraph whose mark stands at ``place``."""
        index = bisect_right(self.paragraph_begins, place) - 1
        raw = self.paragraphs[index][2] if index >= 0 and place < self.paragraphs[index][1] else b""
        return self.styles.paragraph(self._whole(raw))

    def _whole(self, raw: bytes) -> bytes:
        """Properties too long for their page stand in the data stream."""
        for code, value in sprms(raw[2:]):
            if code in (0x6646, 0x6645) and len(value) == 4:
                offset = struct.unpack("<I", value)[0]
                if offset + 2 <= len(self.word.data):
                    size = struct.unpack_from("<H", self.word.data, offset)[0]
                    return raw[:2] + self.word.data[offset + 2 : offset + 2 + size]
        return raw

    def runs(self, stream: Stream, begin: int, end: int, style: int) -> list[int]:
        """The characters of a paragraph; the places of the anchors and note marks among them."""
        anchors: list[int] = []
        index = max(bisect_right(self.character_begins, begin) - 1, 0)
        position = begin
        while position < end:
            raw, stop = b"", end
            while index < len(self.characters) and self.characters[index][1] <= position:
                index += 1
            if index < len(self.characters):
                first, last, properties = self.characters[index]
                if first <= position:
                    raw, stop = properties, min(last, end)
                else:
                    stop = min(first, end)
            anchors += self._run(stream, position, stop, self.styles.runs(style, raw))
            position = stop
        return anchors

    def _run(self, stream: Stream, begin: int, end: int, look: Runs) -> Iterator[int]:
        position = begin
        while position < end:
            found = _MARKS.search(self.text, position, end)
            stop = found.start() if found else end
            self._add(stream, self.text[position:stop], look)
            if found:
                yield from self._mark(stream, found[0], stop, look)
            position = stop + 1

    def _add(self, stream: Stream, text: str, look: Runs) -> None:
        if text and not (look.hidden or look.deleted) and not any(self.fields):
            if _PAIR.search(text):
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            stream.text(text, look.bold, look.size)

    def _mark(self, stream: Stream, mark: str, place: int, look: Runs) -> Iterator[int]:
        if mark == _FIELD_BEGIN:
            self.fields.append(True)
        elif mark == _FIELD_MIDDLE and self.fields:
            self.fields[-1] = False
        elif mark == _FIELD_END and self.fields:
            self.fields.pop()
        elif mark == "(":
            self._add(stream, chr(look.symbol) if look.special and look.symbol else mark, look)
        elif mark in _SIGNS:
            self._add(stream, _SIGNS[mark], look)
        elif mark in "\x0b\x0e":
            stream.line_break()
        elif mark in "\x02\x08" and not (look.hidden or look.deleted):
            yield place
        elif mark == "\x01":
            self.flow.pictures += 1

    # ------------------------------------------------------------------ asides

    def _asides(self, stream: Stream, anchors: list[int]) -> None:
        """Text boxes after the paragraph of their anchor, footnotes at the end of the page, endnotes at the very
        end."""
        kept = (self.fields, self.before)
        for place in anchors:
            if place in self.boxes:
                begin, end = self.boxes.pop(place)
                sink: list[Draft] = []
                self.aside(sink, begin, end, running=self.flow.again(self.text[begin:end]))
                stream.add_box(sink)
            elif place in self.footnotes:
                self.aside(self.flow.notes, *self.footnotes[place])
            elif place in self.endnotes:
                self.ends.append(self.endnotes[place])
        self.fields, self.before = kept

    def aside(self, sink: list[Draft], begin: int, end: int, *, running: bool = False) -> None:
        """A story whose lines go elsewhere."""
        inner = Stream(self.flow)
        kept, was = self.flow.divert(sink), self.running
        self.running = running
        self.walk(inner, begin, end)
        inner.close()
        self.running = was
        self.flow.resume(kept)

    def margins(self) -> None:
        """Each header and footer once. One that stands on the first page alone is a letterhead and no running head."""
        begin, end = self.story("headers")
        places = longs(self.word.part(doc_file.HEADERS))
        seen: set[str] = set()
        for number, (first, last) in enumerate(pairwise(places[6:])):
            low, high = begin + first, min(begin + last, end)
            text = self.text[low:high].strip("\r\n\x07 ")
            if low >= high or not text or text in seen:
                continue
            seen.add(text)
            kind = number % 6  # even and odd header, even and odd footer, header and footer of the first page
            sink = self.flow.headers if kind in (0, 1, 4) else self.flow.footers
            self.aside(sink, low, high, running=number != 4)
