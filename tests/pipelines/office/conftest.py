"""Office files made on the spot, from invented councils; those in ``made/`` came out of LibreOffice."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.models import Extracted
from pipelines.text.office.door import extract_office

MADE = Path(__file__).parent / "made"
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
TYPES = {
    "docx": OOXML + "wordprocessingml.document",
    "odt": ODF + "text",
    "fodt": ODF + "text-flat-xml",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "xlsx": OOXML + "spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": ODF + "spreadsheet-flat-xml",
    "pptx": OOXML + "presentationml.presentation",
    "odp": ODF + "presentation",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_ODF_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("meta", "meta"),
    )
)  # fmt: skip


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx(body: str, *, prolog: str = "", **parts: str) -> bytes:
    """A Word document of this body; ``parts``: numbering, styles, footnotes, header1… as the children of their root."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{prolog}<w:document {_W} {_R} {_MORE}><w:body>{body}</w:body></w:document>",
    }
    relations = []
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        root = roots.get(kind, {"header": "hdr", "footer": "ftr"}.get(kind, kind))
        files[f"word/{name}.xml"] = f"<w:{root} {_W} {_R} {_MORE}>{content}</w:{root}>"
        relations.append(f'<Relationship Id="{name}" Type="http://x/{kind}" Target="{name}.xml"/>')
    files["word/_rels/document.xml.rels"] = f"<Relationships {_RELATIONS}>{''.join(relations)}</Relationships>"
    return zipped(files)


def p(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, number: int = 1, level: int = 0) -> str:
    """A paragraph of a numbered list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(place: int, kind: str, text: str, more: str = "") -> str:
    """A level of a list."""
    shape = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{place}">{shape}</w:lvl>'


def lists(*levels: str, more: str = "") -> str:
    """numbering.xml with one list, number 1."""
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}'
    )


def table(*rows: tuple[str, ...]) -> str:
    """A table of texts."""
    cells = ["".join(f"<w:tc>{p(text)}</w:tc>" for text in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def fodt(body: str, *, styles: str = "", automatic: str = "", kind: str = "text") -> bytes:
    """A flat OpenDocument file."""
    return (
        f"<office:document {_ODF_NAMES}><office:styles>{styles}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    ).encode()


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container (MS-CFB) of these streams, each padded to a size that stands in sectors of its own."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    padded = {name: data.ljust(max(4096, -(-len(data) // sector) * sector), b"\0") for name, data in streams.items()}
    table: list[int] = []
    body = b""
    starts = {}
    for name, data in padded.items():
        count = len(data) // sector
        starts[name] = len(table)
        table += [len(table) + place + 1 for place in range(count - 1)] + [end]
        body += data
    entries = [_entry("Root Entry", 5, end, 0, child=1 if padded else -1)]
    names = list(padded)
    for place, name in enumerate(names):
        right = place + 2 if place + 1 < len(names) else -1
        entries.append(_entry(name, 2, starts[name], len(padded[name]), right=right))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = len(table)
    count = len(entries) // 4
    table += [directory + place + 1 for place in range(count - 1)] + [end]
    place = len(table)
    table.append(0xFFFFFFFD)
    assert len(table) <= 128
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 62, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", place, *[free] * 108)
    return header + body + b"".join(entries) + fat


def _entry(name: str, kind: int, start: int, size: int, *, right: int = -1, child: int = -1) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBiii", len(raw), kind, 1, -1, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def texts(extracted: Extracted) -> list[str]:
    """What is printed, with the numbers that stand beside it."""
    return [f"{line.marker} {line.text}".strip() for line in extracted.lines]


@pytest.fixture
def make() -> SimpleNamespace:
    """The makers above, by name."""
    return SimpleNamespace(
        zipped=zipped, docx=docx, p=p, numbered=numbered, level=level, lists=lists, table=table, fodt=fodt, ole=ole,
        texts=texts, types=TYPES,
    )  # fmt: skip


@pytest.fixture
def made() -> Callable[[str], bytes]:
    """A file that LibreOffice made."""
    return lambda name: (MADE / name).read_bytes()


@pytest.fixture
def read_as() -> Callable[[str, bytes], Extracted]:
    """Bytes read as the type of a file name's ending; every line must stand where it says."""

    def read(ending: str, data: bytes) -> Extracted:
        extracted = extract_office(data, TYPES[ending])
        for line in extracted.lines:
            assert extracted.pages[line.page - 1].text[line.start : line.end] == line.text
        return extracted

    return read
