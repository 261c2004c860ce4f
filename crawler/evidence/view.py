"""What a dossier shows, as strings in the reader's language: the page and the PDF are made of the same view.

Nothing in here is escaped: that is for whoever writes HTML or the markup of a PDF.
"""

from __future__ import annotations

from dataclasses import dataclass

Rows = tuple[tuple[str, str], ...]  # label and value


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage with the words found in it, and where it stands."""

    before: str
    phrase: str
    after: str
    source: str
    number: int | None  # of the document


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a timeline."""

    when: str
    what: str
    number: int | None = None  # of the document that shows it


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a document: its image inside the dossier, or its text in pieces (marked or not), or why neither."""

    caption: str
    number: int
    image: str | None = None
    width: int = 0
    height: int = 0
    pieces: tuple[tuple[str, bool], ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """An item or passage."""

    anchor: str
    title: str
    context: str  # the council and the day, in a table of contents
    rows: Rows
    quotes: tuple[Quote, ...]
    facts: tuple[str, ...]
    events: tuple[Event, ...]
    sheets: tuple[Sheet, ...]
    left: str  # how many pages are not shown; empty for none
    private: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """One state of a document."""

    title: str
    rows: Rows
    sha256: str
    file: str | None  # inside the dossier
    headers: Rows


@dataclass(frozen=True, slots=True)
class PaperView:
    """A document with its versions."""

    number: int
    title: str
    rows: Rows
    url: str | None  # where it may be opened; None for what has no address on the web
    versions: tuple[VersionView, ...]
    gone: str  # since when it is not found any more; empty while it is online, or where nobody looked
    private: bool


@dataclass(frozen=True, slots=True)
class View:
    """A whole dossier."""

    language: str
    title: str
    subject: str
    rows: Rows
    warning: str  # where private documents are inside; else empty
    about_title: str
    about: tuple[str, ...]
    cases: tuple[CaseView, ...]
    papers: tuple[PaperView, ...]
    labels: dict[str, str]  # headings of tables and sections
