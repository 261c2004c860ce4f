"""Rich text (RTF 1.9) by a tokenizer of our own.

striprtf, the library at hand, gives text alone: no bold, size, page, header or cell, and hidden and deleted text with
the rest; the agenda parser needs the former and must not see the latter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from crawler.errors import TooLarge, Unreadable
from pipelines.text.drafts import Draft
from pipelines.text.office import rtf_words as words
from pipelines.text.office.flow import Flow, Kept
from pipelines.text.office.rtf_letters import Letters, joined
from pipelines.text.office.rtf_state import Look, Paragraph, character
from pipelines.text.office.stream import Stream
from pipelines.text.office.style import Style

MAX_DEPTH = 2_000  # groups inside one another
_TOKEN = re.compile(
    r"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|(.|\n))|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)", re.S
)
_HIGH = re.compile(r"[\x80-\xff]")


@dataclass(slots=True)
class _Outer:
    """What waits while a header, note or text box is read."""

    stream: Stream
    kept: Kept
    paragraph: Paragraph
    marker: str | None
    running: bool


def read_rtf(data: bytes, flow: Flow) -> None:
    """Send the text of an RTF file through ``flow``.

    Raises:
        Unreadable, TooLarge: as far as the flow got, it can be used.
    """
    text = data.decode("latin-1")
    begin = text.find("{\\rtf")
    if begin < 0:
        raise Unreadable("the file is broken: it does not begin as rich text does")
    reader = _Reader(flow, Stream(flow))
    reader.walk(text, begin)
    reader.finish()


@dataclass(slots=True)
class _Reader:
    flow: Flow
    stream: Stream
    look: Look = field(default_factory=Look)
    stack: list[tuple[Look, _Outer | None]] = field(default_factory=list)
    paragraph: Paragraph = field(default_factory=Paragraph)
    letters: Letters = field(default_factory=Letters)
    pending: bytearray = field(default_factory=bytearray)  # bytes of \\'xx not decoded yet
    drop: int = 0  # characters that stand for the last \\u
    star: bool = False  # \\* was seen: an unknown group may be skipped
    marker: str | None = None  # the printed number of the open paragraph
    running: bool = False
    first_page: bool = False  # the section's first page has its own header
    section: bool = False  # a section ended: a page begins, unless the next one says otherwise
    sections: int = 0
    high: str = ""  # first half of a pair of \\u
    box: list[Draft] = field(default_factory=list)  # lines of the open text box

    def walk(self, text: str, begin: int) -> None:
        """All tokens from ``begin`` to the end of the outermost group."""
        match = _TOKEN.match
        position, end = begin, len(text)
        while position < end:
            found = match(text, position)
            if found is None:
                position += 1
                continue
            position = found.end()
            word, number, code, sign, brace, run = found.groups()
            if code is not None:
                self.byte(int(code, 16))
                continue
            if self.pending:
                self.flush()
            if run is not None:
                self.run(run)
            elif word is not None:
                if word == "bin":
                    position += max(int(number or 0), 0)
                    continue
                self.drop = 0
                self.word(word, int(number) if number is not None else None)
            elif brace == "{":
                self.open()
            elif brace == "}":
                if not self.close():
                    return
            elif sign is not None:
                self.drop = 0
                self.sign(sign)
        if self.stack:
            self.flow.damage = "the file is damaged: its end is missing"

    def finish(self) -> None:
        """End what is open; a file may be cut inside a header."""
        self.flush()
        while self.stack:
            self.close()
        self.stream.close()

    def open(self) -> None:
        self.drop = 0
        if len(self.stack) >= MAX_DEPTH:
            raise TooLarge(f"groups nested more than {MAX_DEPTH} deep")
        self.stack.append((self.look, None))
        self.star = False

    def close(self) -> bool:
        self.drop = 0
        if not self.stack:
            return False
        target = self.look.target
        self.look, outer = self.stack.pop()
        if outer is not None:
            self.stream.resume(outer.kept)
            self.stream, self.paragraph, self.marker = outer.stream, outer.paragraph, outer.marker
            self.running = outer.running
            if target == "box":
                drafts, self.box = self.box, []
                if self.flow.again("".join(draft.text for draft in drafts)):
                    for draft in drafts:
                        draft.block = "running"
                self.stream.later += drafts
        return bool(self.stack)

    def divert(self, sink: list[Draft], *, target: str, running: bool = False) -> None:
        """Read the open group as a story of its own."""
        stream, kept = self.stream.divert(sink)
        outer = _Outer(self.stream, kept, self.paragraph, self.marker, self.running)
        if self.stack:
            self.stack[-1] = (self.stack[-1][0], outer)
        self.stream, self.paragraph, self.marker, self.running = stream, Paragraph(), None, running
        self.look = replace(self.look, target=target)

    def byte(self, value: int) -> None:
        if self.drop:
            self.drop -= 1
        elif self.look.target not in ("skip", "fonts"):
            self.pending.append(value)

    def flush(self) -> None:
        """Decode the bytes that were gathered, in the charset of their font."""
        if self.pending:
            raw, self.pending = bytes(self.pending), bytearray()
            self.add(self.letters.decode(raw, self.look.font))

    def run(self, text: str) -> None:
        if self.drop:
            used = min(self.drop, len(text))
            self.drop -= used
            text = text[used:]
        if self.look.target in ("skip", "fonts") or not text:
            return
        if _HIGH.search(text):
            raw = text.encode("latin-1")
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = self.letters.decode(raw, self.look.font)
        self.add(text)

    def add(self, text: str) -> None:
        look = self.look
        if look.target in ("skip", "fonts"):
            return
        if self.high:
            text, self.high = joined(self.high + text), ""
        if look.target == "title":
            self.flow.title += text
        elif look.target == "marker":
            self.marker = (self.marker or "") + text
        elif not (look.hidden or look.deleted):
            if self.section or self.paragraph.new_page:
                self._turn()
            self.stream.text(text, look.bold, look.size)

    def _turn(self) -> None:
        """Begin the page that a section or a paragraph asked for."""
        if self.look.target in ("", "box") and not self.running:
            if self.section or not self.stream.parts:
                self.stream.page_break()
            self.section = False
        if not self.paragraph.depth:
            self.paragraph = replace(self.paragraph, new_page=False)

    def unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        self.drop = self.look.skip
        if 0xD800 <= code < 0xDC00:
            self.high = chr(code)
        elif 0 < code < 0x110000:
            self.add(chr(code))

    def sign(self, sign: str) -> None:
        if sign == "*":
            self.star = True
        elif sign in words.SYMBOLS:
            self.add(words.SYMBOLS[sign])
        elif sign in "\r\n":
            self.word("par", None)

    def word(self, word: str, number: int | None) -> None:
        star, self.star = self.star, False
        look = self.look
        if look.target == "fonts":
            self.letters.define(word, number)
        elif look.target == "skip":
            return
        elif word in words.SIGNS:
            self.add(words.SIGNS[word])
        elif word == "u":
            self.unicode(number or 0)
        elif word in words.CHARACTERS:
            self.look = character(look, word, number)
        elif word in words.PARAGRAPHS:
            if look.target != "marker":  # a number has a paragraph's words of its own
                self._paragraph(word, number)
        elif word in words.BREAKS:
            self._break(word)
        elif word in words.SKIPPED or (star and word not in words.THROUGH):
            self.flow.pictures += word in ("pict", "shppict")
            self.look = replace(look, target="skip")
        elif word in words.TARGETS:
            self._target(word)
        else:
            self.letters.charset(word, number)

    def _paragraph(self, word: str, number: int | None) -> None:
        if word == "pard":
            self.paragraph = Paragraph()
        elif word == "sectd":
            self.first_page = False
        elif word == "titlepg":
            self.first_page = True
        elif word in ("sbknone", "sbkcol"):
            self.section = False
        else:
            self.paragraph.change(word, number or 0, on=number != 0)

    def _break(self, word: str) -> None:
        match word:
            case "par":
                self.stream.paragraph(self._style(), self.paragraph.depth or int(self.stream.in_row()))
            case "sect":
                self.stream.paragraph(self._style())
                self.section = True
                self.sections += 1
            case "cell":
                self.stream.end_cell(self._style())
            case "nestcell":
                self.stream.end_cell(self._style(), max(self.paragraph.depth, 2))
            case "row":
                self.stream.end_row()
            case "nestrow":
                self.stream.end_row(max(self.paragraph.depth, 2))
            case "page":
                self.stream.page_break()
            case "line" | "column" | "lbr":
                self.stream.line_break()

    def _style(self) -> Style:
        """How the open paragraph ends; its number is used up."""
        marker, self.marker = self.marker, None
        return self.paragraph.style((marker or "").strip(), running=self.running)

    def _target(self, word: str) -> None:
        if word in words.MARGINS:
            kind = words.MARGINS[word]
            own = word in ("headerf", "footerf")
            if own and not self.first_page:
                self.look = replace(self.look, target="skip")
                return
            letterhead = word == "headerf" and not self.sections
            sink = self.flow.headers if kind == "header" else self.flow.footers
            self.divert(sink, target="margin", running=not letterhead)
        elif word == "footnote":
            self.divert(self.flow.notes, target="note")
        elif word == "shptxt":
            self.box = []
            self.divert(self.box, target="box")
        elif word == "fonttbl":
            self.look = replace(self.look, target="fonts")
        elif word == "title":
            self.look = replace(self.look, target="title")
        else:
            self.marker = ""
            self.look = replace(self.look, target="marker")
