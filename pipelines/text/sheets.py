"""A page while it is being read: its lines before margins and stamps are known, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crawler.models import Line, PageText
from pipelines.text import margins
from pipelines.text.drafts import Draft, Method, assemble


@dataclass(slots=True)
class Sheet:
    """One page; sizes in points, of the page as it reads."""

    number: int
    width: float = 0.0
    height: float = 0.0
    lines: list[Draft] = field(default_factory=list)
    method: Method = "text"
    confidence: float | None = None
    legible: float | None = None


def mark(sheets: Sequence[Sheet]) -> None:
    """Mark stamps, headers and footers; may be called again after lines were added."""
    for sheet in sheets:
        for line in sheet.lines:
            if line.block == "running":
                line.block = "p"
        margins.mark_stamps(sheet.lines, noisy=sheet.method == "ocr")
    misread = [sheet.number for sheet in sheets if sheet.method == "ocr"]
    margins.mark_running([(sheet.number, sheet.height, sheet.lines) for sheet in sheets], noisy=misread)


def assembled(sheets: Sequence[Sheet]) -> tuple[tuple[PageText, ...], tuple[Line, ...]]:
    """The texts of all pages and their lines with offsets."""
    pages: list[PageText] = []
    lines: list[Line] = []
    for sheet in sheets:
        method = sheet.method if sheet.lines or sheet.method == "ocr" else "none"
        page, page_lines = assemble(sheet.lines, sheet.number, method)
        if sheet.method == "ocr":
            page = replace(page, confidence=sheet.confidence, legible=sheet.legible)
        pages.append(page)
        lines += page_lines
    return tuple(pages), tuple(lines)


def some(pages: int, count: int) -> str:
    """Such as "its only page", "all 4 pages", "2 of 4 pages"."""
    if pages == count:
        return "its only page" if count == 1 else f"all {count} pages"
    return f"{pages} of {count} pages"
