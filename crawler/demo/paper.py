"""Plain PDF files for the demo's councils: text, rules and tables in the standard fonts, no dependency.

The result depends on the arguments alone, so the same paper has the same bytes at every build.
Lengths are in points, from the top left of an A4 page.
"""

from __future__ import annotations

import hashlib
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Literal

WIDTH, HEIGHT = 595.0, 842.0
MARGIN, BOTTOM = 62.0, 70.0
FAMILIES = {"sans": ("Helvetica", "Helvetica-Bold"), "serif": ("Times-Roman", "Times-Bold")}
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``label`` hangs left of it, in the width of ``indent``."""

    text: str
    size: float = 10.5
    bold: bool = False
    align: Align = "left"
    indent: float = 0.0
    label: str = ""
    after: float = 6.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line over the width of the text."""

    after: float = 10.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells in columns of the given shares of the width; the first row is the heading."""

    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    size: float = 9.0


@dataclass(frozen=True, slots=True)
class Break:
    """The next block starts a page."""


Block = Text | Rule | Table | Break


@dataclass(frozen=True, slots=True)
class Look:
    """How a council's papers look; ``colour`` is RGB in 0..1; ``header`` and ``footer`` run on each page."""

    family: Literal["sans", "serif"] = "sans"
    colour: tuple[float, float, float] = (0.1, 0.2, 0.4)
    band: bool = False
    header: str = ""
    footer: str = ""


@lru_cache(maxsize=1)
def _widths() -> dict[str, list[int]]:
    return tomllib.loads(files("crawler.demo").joinpath("data", "widths.toml").read_text("utf-8"))


def width(text: str, font: str, size: float) -> float:
    """Width of ``text`` in points; raises UnicodeEncodeError outside of Windows-1252."""
    table = _widths()[font]
    return sum(table[byte - 32] for byte in text.encode("cp1252")) * size / 1000


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """Break ``text`` at spaces into lines no wider than ``room`` (a longer word stands alone)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width(longer, font, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


@dataclass
class _Pages:
    """The pages being written: their drawing commands and the height reached."""

    look: Look
    done: list[list[str]] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.feed()

    def feed(self) -> None:
        self.done.append([])
        self.y = MARGIN
        red, green, blue = self.look.colour
        if self.look.band:
            self.draw(f"{red} {green} {blue} rg 0 {HEIGHT - 26} {WIDTH} 26 re f 0 g")
            self.y += 14
        if self.look.header:
            self.put(self.look.header, MARGIN, 46, 8, bold=False)

    def draw(self, command: str) -> None:
        self.done[-1].append(command)

    def need(self, room: float) -> None:
        if self.y + room > HEIGHT - BOTTOM:
            self.feed()

    def font(self, bold: bool) -> str:
        return FAMILIES[self.look.family][bold]

    def put(self, text: str, x: float, y: float, size: float, *, bold: bool) -> None:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.draw(f"BT /F{int(bold) + 1} {size:g} Tf 1 0 0 1 {x:.2f} {HEIGHT - y:.2f} Tm ({escaped}) Tj ET")

    def line(self, y: float) -> None:
        red, green, blue = self.look.colour
        self.draw(f"{red} {green} {blue} RG 0.8 w {MARGIN} {HEIGHT - y:.2f} m {WIDTH - MARGIN} {HEIGHT - y:.2f} l S")


def _text(pages: _Pages, block: Text) -> None:
    font = pages.font(block.bold)
    room = WIDTH - 2 * MARGIN - block.indent
    for number, line in enumerate(wrap(block.text, font, block.size, room)):
        pages.need(block.size * 1.3)
        pages.y += block.size * 1.3
        x = MARGIN + block.indent
        if block.align != "left":
            spare = room - width(line, font, block.size)
            x += spare / 2 if block.align == "center" else spare
        if number == 0 and block.label:
            pages.put(block.label, MARGIN, pages.y, block.size, bold=block.bold)
        pages.put(line, x, pages.y, block.size, bold=block.bold)
    pages.y += block.after


def _table(pages: _Pages, block: Table) -> None:
    whole = WIDTH - 2 * MARGIN
    for number, row in enumerate(block.rows):
        bold = number == 0
        cells = [
            wrap(cell, pages.font(bold), block.size, share * whole - 8)
            for cell, share in zip(row, block.shares, strict=True)
        ]
        tall = max(len(lines) for lines in cells) * block.size * 1.25 + 6
        pages.need(tall)
        x = MARGIN
        for lines, share in zip(cells, block.shares, strict=True):
            for index, line in enumerate(lines):
                pages.put(line, x + 4, pages.y + (index + 1) * block.size * 1.25, block.size, bold=bold)
            x += share * whole
        pages.y += tall
        pages.line(pages.y)
    pages.y += 8


def _lay_out(blocks: Sequence[Block], look: Look) -> list[str]:
    pages = _Pages(look)
    for block in blocks:
        match block:
            case Text():
                _text(pages, block)
            case Table():
                _table(pages, block)
            case Rule():
                pages.need(block.after)
                pages.line(pages.y)
                pages.y += block.after
            case Break():
                pages.feed()
    total = len(pages.done)
    for number, page in enumerate(pages.done, 1):
        foot = f"{look.footer} – page {number}/{total}" if look.footer else f"{number}/{total}"
        spare = (WIDTH - width(foot, pages.font(False), 8)) / 2
        page.append(f"BT /F1 8 Tf 1 0 0 1 {spare:.2f} 36 Tm ({foot}) Tj ET")
    return ["\n".join(page) for page in pages.done]


def _objects(streams: Sequence[str], look: Look, title: str, created: datetime) -> Iterator[bytes]:
    """The bodies of the PDF objects 1, 2, …: catalog, page tree, fonts, information, then two per page."""
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(streams)))
    yield b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>"
    yield f"<< /Type /Pages /Count {len(streams)} /Kids [{kids}] >>".encode()
    for font in FAMILIES[look.family]:
        yield f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode()
    yield b"<< /Title <FEFF%s> /CreationDate (D:%s) >>" % (
        title.encode("utf-16-be").hex().encode(),
        created.strftime("%Y%m%d%H%M%S").encode(),
    )
    for index, stream in enumerate(streams):
        packed = zlib.compress(stream.encode("cp1252"))
        yield (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH:g} {HEIGHT:g}] /Contents {7 + 2 * index} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        ).encode()
        yield b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def pdf(blocks: Sequence[Block], look: Look, title: str, created: datetime) -> bytes:
    """A whole PDF file of the given blocks; ``title`` and ``created`` go into its properties."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets: list[int] = []
    for number, body in enumerate(_objects(_lay_out(blocks, look), look, title, created), 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    mark = hashlib.sha256(out).hexdigest()[:32]
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(offsets) + 1,
        mark.encode(),
        mark.encode(),
        start,
    )
    return bytes(out)
