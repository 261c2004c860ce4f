"""What a platform's answer says, before it is set as text: sessions with the lines that say so, items likewise."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models import DocumentKind, ItemClaim, SessionClaim


@dataclass(frozen=True, slots=True)
class ToldItem:
    """A point of an agenda: ``claim`` without its place (page, begin, finish), and its own lines of text.

    The first line is the heading; all of them are searched for flags.
    """

    claim: ItemClaim
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldSession:
    """A session: ``claim`` without items, the lines above them, and the items in their order."""

    claim: SessionClaim
    lines: tuple[str, ...]
    items: tuple[ToldItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """One answer of a platform; each session becomes a page of text."""

    kind: DocumentKind
    sessions: tuple[ToldSession, ...]
