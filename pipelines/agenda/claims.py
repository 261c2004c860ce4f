"""What one document says: its kind and the sessions it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.models import DocumentKind, Extracted, Hints, SessionClaim
from pipelines.agenda.acts import EXTRACT
from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.dates import find_dates
from pipelines.agenda.evidence import judge
from pipelines.agenda.furniture import dated_papers, links_away, opens_paper, sized
from pipelines.agenda.items import Items, read_items
from pipelines.agenda.kinds import AGENDA_HEADING, MET, document_kind
from pipelines.agenda.rows import Row, rows_of
from pipelines.agenda.sessions import Head, body_of, head_of, named_session, names_council, read_session
from pipelines.agenda.vote_words import VOTE_OPENS

HEAD_ROWS = 80
HEAD_CHARACTERS = 9000
LEAST_TEXT = 150  # characters below which a document has no text of its own (a stamp has about 120 a page)
_DOCUMENT = re.compile(
    r"\W*(?:fiche ?: ?)?(?:compte ?-? ?rendu|proces|pv\b|cr\b|ordre du jour|odj|convocation"
    r"|listes? des deliberations|deliberations? du|conseil municipal du"
    r"|conseil communautaire du|seance du|reunion du|telecharger)"
)
_FORMULA = re.compile(r"se reunira|aura lieu le|se tiendra|l' ?an deux|l' ?an 20|s'est reunie?\b")
_OBJECT_COLUMN = re.compile(r"\b(?:objet|intitule|libelle|deliberation|rapport|dossier|affaire)s?\b")
_SOON = re.compile(
    r"se reunira|aura lieu|se tiendra|prochaine? (?:seance|reunion|conseil)|est convoquee?|vous etes invite"
)


def claims(extracted: Extracted, hints: Hints) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    """Kind and sessions of one document. Pure; never raises for what a document holds.

    A document without readable text still claims the session that its names speak of.
    """
    rows = rows_of(extracted)
    text = "\n".join(row.plain for row in rows)
    readable = (
        extracted.state in ("read", "partial")
        and sum(len(row.text) for row in rows) >= LEAST_TEXT * bool(extracted.page_count > 1) + 20
    )
    html = extracted.media_type in ("text/html", "application/xhtml+xml")
    head = [row.text for row in rows[:40] if not _is_link(row)]
    kind = document_kind(head, text, hints, html=html)
    if html and kind == "agenda" and sum(bool(VOTE_OPENS.match(row.plain)) for row in rows) >= 2:
        kind = "list"  # the page of a sitting that was held: each point with its vote
    if not readable:
        stamp = "\n".join(page.text for page in extracted.pages)
        named = named_session(hints, kind, stamp)
        return kind, (named,) if named is not None else ()
    if kind in ("annex", "decision"):
        return kind, ()
    kind, found = _sessions(rows, hints, kind, whole=extracted.state == "read", html=html)
    if kind == "agenda" and not any(claim.items for claim in found) and any(links_away(row) for row in rows):
        kind = "other"  # it only leads to the agenda
    return kind, found


def _sessions(
    rows: list[Row], hints: Hints, kind: DocumentKind, *, whole: bool, html: bool
) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    if is_listing(rows):
        kind = "other"
    parts = list(_parts(rows, "other" if html else kind)) if html or kind != "other" else [rows]
    if html and len(parts) > 1 and kind != "deliberation":
        return _page(parts, hints, kind, whole=whole)
    if len(parts) > 1:
        several = [claim for part in parts for claim in _part(part, hints, kind, whole=whole)]
        if kind in ("agenda", "convocation"):
            several = [claim for claim in several if claim.time is not None or claim.items]
        return kind, _ordered(several)
    found = _part(rows, hints, kind, whole=whole)
    if kind == "other":
        found = [claim for claim in found if claim.date is not None and _worth(claim, rows)]
    return _kind_of_page(kind, found) if html else kind, tuple(found)


def _is_link(row: Row) -> bool:
    """The name of a paper on a page says what the page leads to, not what it is."""
    return row.block != "heading" and ("ordre du jour" not in row.plain or sized(row.plain)) and opens_paper(row)


def is_listing(rows: Sequence[Row]) -> bool:
    """A page that lists the documents of many sittings: at least five lines that name one with its date."""
    named = {
        one.value
        for row in rows
        if len(row.text) < 150 and _DOCUMENT.match(row.plain)
        for one in find_dates(row.plain)
        if one.year_printed
    }
    lines = sum(1 for row in rows if len(row.text) < 150)
    days = {one.value for row in rows if dated_papers(row) for one in find_dates(row.plain)}
    if len(days) >= 2 and 3 * len(days) >= lines:
        return True
    return len(named) >= 5 and 5 * len(named) >= min(lines, 200)


def _kind_of_page(kind: DocumentKind, found: Sequence[SessionClaim]) -> DocumentKind:
    """A page that announces a session with its points is an agenda, whatever else stands on it."""
    if kind == "other" and any(len(claim.items) >= 2 for claim in found):
        return "agenda"
    return kind


def _page(
    parts: Sequence[Sequence[Row]], hints: Hints, kind: DocumentKind, *, whole: bool
) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    """A page that speaks of several sittings: some to come, some held."""
    found: list[SessionClaim] = []
    ahead = False
    for part in parts:
        said = "\n".join(row.plain for row in part[:12])
        of_part: DocumentKind = "minutes" if MET.search(said) else "agenda" if kind in ("other", "minutes") else kind
        claims_of = _part(part, hints, of_part, whole=whole)
        if of_part in ("agenda", "convocation", "other"):
            claims_of = [claim for claim in claims_of if claim.time is not None or claim.items]
            ahead = ahead or bool(claims_of)
        found += claims_of
    return ("agenda" if ahead and kind in ("other", "minutes") else kind), _ordered(found)


def _worth(claim: SessionClaim, rows: Sequence[Row]) -> bool:
    """Whether a page that is no document announces this session: a day with an hour or points, or that it is off."""
    if claim.status in ("cancelled", "postponed", "moved"):
        return True
    if claim.time is None and len(claim.items) < 2:
        return False
    windows = ("\n".join(row.plain[:300] for row in rows[place : place + 3]) for place in range(min(len(rows), 200)))
    return any(
        (_SOON.search(said) or find_bodies(said))
        and any(one.value == claim.date for one in find_dates(said, claim.date))
        for said in windows
    )


def _part(rows: Sequence[Row], hints: Hints, kind: DocumentKind, *, whole: bool) -> list[SessionClaim]:
    head = _head(rows)
    items = read_items(rows, kind) if kind != "other" or _lists_points(rows) else Items()
    if items.by_date:
        body = body_of(head.text, hints)
        return [SessionClaim(body=body, date=when, status="held", items=group) for when, group in items.by_date]
    if kind in ("agenda", "convocation", "other") and not names_council(head.text, hints):
        return []
    session = read_session(head, hints, kind)
    if session is None:
        if len(items.items) < 2 or not find_bodies(head.text):
            return []
        session = SessionClaim(
            body=body_of(head.text, hints),
            status="held" if kind in ("minutes", "list", "deliberation") else "scheduled",
        )
    return [replace(session, items=items.items, complete=items.complete and whole)]


def _lists_points(rows: Sequence[Row]) -> bool:
    """Whether a page that is no document may list points: it says so, or numbers them as acts, points or in a table."""
    if any("ordre du jour" in row.plain or AGENDA_HEADING.search(row.plain) for row in rows):
        return True
    objects = any(len(row.cells) > 1 and _OBJECT_COLUMN.search(row.plain) for row in rows)
    strong = 0
    for row in rows:
        mark = row.mark
        if mark is not None and (mark.family == "worded" or (objects and row.cells and mark.number)):
            strong += row.block == "heading" or bool(row.cells)
    return strong >= 2


def _head(rows: Sequence[Row]) -> Head:
    lines: list[str] = []
    size = 0
    for row in rows[:HEAD_ROWS]:
        lines += ["", row.text] if row.gap else [row.text]
        size += len(row.text)
        if size > HEAD_CHARACTERS:
            break
    return head_of([line[:HEAD_CHARACTERS] for line in lines])


def _parts(rows: list[Row], kind: DocumentKind) -> Iterator[list[Row]]:
    """The document cut where another session (or another extract of the register) begins."""
    if kind == "deliberation":
        cuts = [index for index, row in enumerate(rows) if EXTRACT.search(row.plain) and len(row.text) < 120]
        cuts = [cut for place, cut in enumerate(cuts) if not place or cut - cuts[place - 1] > 8]
    elif kind in ("agenda", "convocation", "other"):
        cuts = _announcements(rows)
    else:
        cuts = []
    if len(cuts) < 2:
        yield rows
        return
    for begin, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        yield rows[begin:end]


def _announcements(rows: Sequence[Row]) -> list[int]:
    """Heading-like rows that name a body or a sitting together with a date, where they name different ones."""
    found: dict[tuple[str, object], int] = {}
    seen: dict[object, str] = {}  # the body that meets on a day; a line with the date alone speaks of the same
    for index, row in enumerate(rows):
        formula = len(row.text) <= 400 and _FORMULA.search(row.plain)
        if (len(row.text) > 140 and not formula) or re.search(
            r"approbation|adoption|\bproces|\bcompte|\bpv\b|\bcr\b|\bliste|\bdelib", row.plain
        ):
            continue
        if (mark := row.mark) is not None and mark.family != "bullet":
            continue
        bodies = find_bodies(row.text)
        if not bodies and not re.search(r"\bseance (?:du|publique)|reunion du", row.plain):
            continue
        dates = find_dates(
            row.plain
            + (" " + rows[index + 1].plain if index + 1 < len(rows) and len(rows[index + 1].text) < 60 else "")
        )
        if dates and (formula or row.bold or row.gap or row.block in ("heading", "li") or index == 0):
            when = next((one.value for one in judge(row.plain, None) if one.role == "session"), dates[0].value)
            body = bodies[0].name if bodies else seen.get(when, "")
            if seen.setdefault(when, body) == "" and body:
                seen[when] = body
                found.pop(("", when), None)
            found.setdefault((body, when), index)
    return sorted(found.values())


def _ordered(found: Sequence[SessionClaim]) -> tuple[SessionClaim, ...]:
    """Two sessions of one body and day are told apart; extracts of the same session are put together."""
    merged: list[SessionClaim] = []
    for claim in found:
        same = next(
            (place for place, one in enumerate(merged) if (one.body, one.date) == (claim.body, claim.date)), None
        )
        if same is None:
            merged.append(claim)
            continue
        one = merged[same]
        if one.time and claim.time and one.time != claim.time:
            merged.append(replace(claim, order=max(2, claim.order)))
        else:
            merged[same] = replace(
                one, time=one.time or claim.time, place=one.place or claim.place, items=one.items + claim.items
            )
    return tuple(merged)
