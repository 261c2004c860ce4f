"""What the files of Microsoft Office since 2007 have in common: relationships, properties, two sets of namespaces."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from lxml import etree

from crawler.errors import Unreadable
from pipelines.text.drafts import clean
from pipelines.text.office.package import Package, Tree, parse, refuse_entities

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|drawingml|presentationml|spreadsheetml)/main")
_STRICT_RELATIONS = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True, slots=True)
class Relation:
    """A part that another part speaks of; ``kind`` is the last word of its type ("header", "styles")."""

    kind: str
    target: str


def content(package: Package, name: str) -> bytes:
    """The XML of a part, empty where there is none; the namespaces of the strict standard made the usual ones.

    Raises:
        Unreadable: it declares entities.
    """
    data = package.read(name) or b""
    refuse_entities(data)
    if b"purl.oclc.org/ooxml" in data[:8192]:
        data = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/main", data)
        data = data.replace(_STRICT_RELATIONS, b"http://schemas.openxmlformats.org/officeDocument/2006/relationships")
    return data


def part(package: Package, name: str) -> Tree | None:
    """The tree of a part, None where there is none.

    Raises:
        Unreadable: the part is broken.
    """
    data = content(package, name)
    return parse(data) if data else None


def optional(package: Package, name: str) -> etree._Element | None:
    """The root of a part without which the document can be read; None where it is absent or broken."""
    try:
        tree = part(package, name)
    except Unreadable:
        return None
    return tree.root if tree is not None else None


def relations(package: Package, name: str) -> dict[str, Relation]:
    """The parts inside the package that the part ``name`` ("" for the package) speaks of, by id; never what is
    outside."""
    folder, base = posixpath.split(name)
    root = optional(package, posixpath.join(folder, "_rels", f"{base}.rels"))
    found: dict[str, Relation] = {}
    for entry in root.iter(f"{_PACKAGE}Relationship") if root is not None else ():
        if entry.get("TargetMode") == "External":
            continue
        target = entry.get("Target", "")
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[entry.get("Id", "")] = Relation(entry.get("Type", "").rsplit("/", 1)[-1], target)
    return found


def main_part(package: Package, usual: str, pattern: str) -> str:
    """The name of the part that holds the document: as the package says, else ``usual``, else what looks like it.

    Raises:
        Unreadable: there is none.
    """
    names = package.names
    said = [one.target for one in relations(package, "").values() if one.kind == "officeDocument"]
    like = [name for name in names if re.fullmatch(pattern, name)]
    known = set(names)
    for name in (*said, usual, *like):
        if name in known:
            return name
    raise Unreadable("the file is broken: the part with the text is missing")


@dataclass(frozen=True, slots=True)
class Main:
    """The part that holds the document, with the parts that it speaks of by id."""

    tree: Tree
    parts: dict[str, Relation]

    @property
    def kinds(self) -> dict[str, str]:
        """Targets of its parts by kind."""
        return {one.kind: one.target for one in self.parts.values()}


def main(package: Package, usual: str, pattern: str) -> Main:
    """The part that holds the document (``main_part``).

    Raises:
        Unreadable: it is missing, broken or empty.
    """
    name = main_part(package, usual, pattern)
    tree = part(package, name)
    if tree is None:
        raise Unreadable("the file is broken: the part with the text is empty")
    return Main(tree, relations(package, name))


def title(package: Package) -> str:
    """The title in the document's properties, "" where there is none."""
    root = optional(package, "docProps/core.xml")
    found = root.find(f".//{_TITLE}") if root is not None else None
    return " ".join(clean(found.text or "").split()) if found is not None else ""


def switch(element: etree._Element | None, value: str) -> bool | None:
    """An on/off property: None where it is absent."""
    if element is None:
        return None
    return element.get(value) not in ("0", "false", "off", "none")


def integer(text: str | None) -> int | None:
    """A whole number as an attribute holds it, None where it is none."""
    try:
        return int(float(text)) if text and len(text) < 15 else None
    except ValueError:
        return None
