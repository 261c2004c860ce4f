"""What all OpenDocument files have in common: their parts in a package or one flat file, namespaces, title."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from crawler.errors import Locked, Unreadable
from pipelines.text.drafts import clean
from pipelines.text.office.package import open_package, parse

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, STYLE, TEXT, TABLE, DRAW, PRESENTATION = (
    f"{{{_NAMES}{name}:1.0}}" for name in ("office", "style", "text", "table", "drawing", "presentation")
)
FO, SVG = (f"{{{_NAMES}{name}:1.0}}" for name in ("xsl-fo-compatible", "svg-compatible"))
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The trees of one file; in a flat one ``content`` and ``styles`` are the same."""

    content: etree._Element
    styles: etree._Element | None
    title: str
    damage: str = ""

    def body(self, kind: str) -> etree._Element:
        """The element that holds the document: ``kind`` is text, spreadsheet, presentation or drawing.

        Raises:
            Unreadable: there is none.
        """
        found = self.content.find(f"{OFFICE}body/{OFFICE}{kind}")
        if found is None:
            raise Unreadable(f"the file is broken: it holds no OpenDocument {kind}")
        return found


def open_odf(data: bytes) -> OpenDocument:
    """The trees of an OpenDocument file, in a package or flat.

    Raises:
        Locked: it asks for a password.
        Unreadable, TooLarge: it cannot be opened.
    """
    if not data.startswith(b"PK"):
        flat = parse(data)
        return OpenDocument(flat.root, flat.root, _title(flat.root), _damage(flat.cut))
    package = open_package(data)
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise Locked("the file asks for a password")
    content = package.read("content.xml")
    if not content:
        raise Unreadable("the file is broken: the part with the text is missing")
    tree = parse(content)
    styles, meta = _optional(package.read("styles.xml")), _optional(package.read("meta.xml"))
    return OpenDocument(
        tree.root, styles, _title(meta) if meta is not None else "", _damage(tree.cut, lost=package.damaged)
    )


def _optional(data: bytes | None) -> etree._Element | None:
    try:
        return parse(data).root if data else None
    except Unreadable:
        return None


def _damage(cut: bool, *, lost: bool = False) -> str:
    if cut:
        return "the file is damaged: its end is missing"
    return "the file is damaged: a part of it is missing" if lost else ""


def _title(root: etree._Element) -> str:
    meta = root if root.tag != f"{OFFICE}document" else root.find(f"{OFFICE}meta")
    found = meta.find(f".//{_TITLE}") if meta is not None else None
    return " ".join(clean(found.text or "").split()) if found is not None else ""
