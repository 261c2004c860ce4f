"""Records set as text: a page for each session, its items below, each with the place where it stands."""

from __future__ import annotations

from dataclasses import replace

from crawler.models import ItemClaim, Line, PageText, SessionClaim
from pipelines.records.told import Records, ToldSession

Pages = tuple[PageText, ...]
Lines = tuple[Line, ...]
Sessions = tuple[SessionClaim, ...]


def set_as_text(records: Records) -> tuple[Pages, Lines, Sessions]:
    """Pages, their lines, and the claims with their places in them."""
    pages: list[PageText] = []
    lines: list[Line] = []
    sessions: list[SessionClaim] = []
    for number, told in enumerate(records.sessions, 1):
        text, own, session = _page(number, told)
        pages.append(PageText(number, text))
        lines += own
        sessions.append(session)
    return tuple(pages), tuple(lines), tuple(sessions)


def _page(number: int, told: ToldSession) -> tuple[str, list[Line], SessionClaim]:
    lines: list[Line] = []
    at = 0

    def write(text: str, *, heading: bool = False) -> tuple[int, int]:
        nonlocal at
        text = " ".join(text.split())
        lines.append(Line(text, number, at, block="heading" if heading else "p", level=2 if heading else 0))
        begin, at = at, at + len(text) + 1
        return begin, begin + len(text)

    for position, line in enumerate(told.lines):
        write(line, heading=position == 0)
    items: list[ItemClaim] = []
    for item in told.items:
        places = [write(line) for line in item.lines or (item.claim.title,)]
        items.append(replace(item.claim, page=number, begin=(number, places[0][0]), finish=(number, places[-1][1])))
    return "\n".join(line.text for line in lines), lines, replace(told.claim, items=tuple(items))
