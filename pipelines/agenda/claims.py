"""What one document says: its kind and the sessions it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.models import DocumentKind, Extracted, Hints, ItemClaim, SessionClaim
from pipelines.agenda.bodies import DEFAULTS, find_bodies
from pipelines.agenda.calendars import announced_in
from pipelines.agenda.dates import find_dates
from pipelines.agenda.furniture import dated_papers, is_control, links_away, only_day, opens_paper, sized
from pipelines.agenda.items import Items, read_items
from pipelines.agenda.kinds import AGENDA_HEADING, MET, document_kind
from pipelines.agenda.meeting_body import body_of, names_council, of_others, printed_body
from pipelines.agenda.outline import only_listed
from pipelines.agenda.rows import Row, rows_of
from pipelines.agenda.sessions import named_session, read_session, stamp_dates
from pipelines.agenda.sittings import HEAD_ROWS, head_of_rows, ordered, parts_of
from pipelines.agenda.titles import OPENS
from pipelines.agenda.vote_columns import counted
from pipelines.agenda.vote_words import VOTE_OPENS, outcome_of_cell
from pipelines.agenda.web import shaped, without_calendar
from pipelines.agenda.web_heads import headed
from pipelines.agenda.web_kinds import decides, page_kind, sittings
from pipelines.agenda.web_lists import announces, begins
from pipelines.agenda.words import fold_title, plain

TITLE_ROWS = 6  # rows of a page in which its title stands
STAMPED = 4000  # characters of a page in which the stamp of its e-filing is looked for
LABEL = 50  # characters of a line of a page that may name what stands below it
SHORT = 4  # characters of a title that tell nothing
LEAST_ACTS = 3  # numbers of acts, or votes, that make a document one of a sitting
LEAST_TEXT = 150  # characters below which a document has no text of its own (a stamp has about 120 a page)
_DOCUMENT = re.compile(
    r"\W{0,9}(?:fiche ?: ?)?(?:compte ?-? ?rendu|proces|pv\b|cr\b|ordre du jour|odj|convocation"
    r"|listes? des deliberations|deliberations? du|conseil municipal du"
    r"|conseil communautaire du|seance du|reunion du|telecharger)"
)
_OBJECT_COLUMN = re.compile(r"\b(?:objet|intitule|libelle|deliberation|rapport|dossier|affaire)s?\b")
_LISTS = re.compile(r"\b(?:les |liste des |des )?deliberations?\b|\bdecisions\b")
_RESULTS = re.compile(
    r"\bresultats? (?:des? )?(?:votes?|scrutins?|deliberations)"
    r"|\b(?:positions?|sens|releves?|details?) (?:des? )?votes?\b|\bvotes? (?:des|par) groupes?"
)
_NOT_OURS = re.compile(
    r"\brecueil\b|\barretes?\b|\braa\b|commission d'appel|enquete publique|conseil (?:d'ecole|de quartier)"
)
_DECIDED = re.compile(r"adopt|approuv|rejet|ajourn|retire|(?:prend|pris) acte")  # "favorable" is a commission's advice
_ELECTED = re.compile(r"\bprochain conseil\b|\b(?:les|vos|nos) elus\b")  # who may meet, where points are listed
_SOON = re.compile(
    r"se reunira|aura lieu|se tiendra|prochaine? (?:seance|reunion|conseil)|est convoquee?|vous etes invite"
)


def claims(extracted: Extracted, hints: Hints) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    """Kind and sessions of one document. Pure; never raises for what a document holds.

    A document without readable text still claims the session that its names speak of.
    """
    rows = rows_of(extracted)
    html = extracted.media_type in ("text/html", "application/xhtml+xml")
    if html:
        rows = shaped(rows)
    text = "\n".join(row.plain for row in rows)
    readable = (
        extracted.state in ("read", "partial")
        and sum(len(row.text) for row in rows) >= LEAST_TEXT * bool(extracted.page_count > 1) + 20
    )
    head = [row.text for row in rows[:40] if not _is_link(row)]
    kind = document_kind(head, text, hints, html=html)
    if kind == "agenda" and sum(map(_tells_vote, rows)) >= (LEAST_ACTS - 1 if html else LEAST_ACTS):
        kind = "list"  # of a sitting that was held: each point with its vote
    if kind in ("agenda", "convocation", "other") and counted(rows) >= LEAST_ACTS - 1:
        kind = "list"  # a table of points with the voices for and against each
    if kind == "other":
        kind = _told(rows, html=html)
    if html and not is_listing(rows):
        kind = page_kind(rows, kind)
    if not readable:
        stamp = "\n".join(page.text for page in extracted.pages)
        named = named_session(hints, kind, stamp)
        return kind, (named,) if named is not None else ()
    if kind in ("annex", "decision"):
        return kind, ()
    stamp = "\n".join(page.text[:STAMPED] for page in extracted.pages[:2]) if kind == "deliberation" else ""
    acted_on = stamp_dates(stamp)[0] if stamp else None
    kind, found = _sessions(rows, hints, kind, whole=extracted.state == "read", html=html, acted_on=acted_on)
    found = tuple(replace(claim, items=_distinct(claim.items)) for claim in found)
    if not any(claim.items for claim in found) and _only_leads(rows, kind, html=html):
        kind = "other"
    return kind, found


def _tells_vote(row: Row) -> bool:
    """Whether a row begins with the words of a vote, or a cell of it holds an outcome."""
    return bool(VOTE_OPENS.match(row.plain)) or any(
        _DECIDED.match(plain(cell)) and outcome_of_cell(cell) for cell in row.cells[1:]
    )


def _only_leads(rows: Sequence[Row], kind: DocumentKind, *, html: bool) -> bool:
    """Whether a paper without points is a page that leads to papers: by one link, or by nothing but links and days."""
    if kind == "agenda" or (html and kind == "list"):
        return any(map(links_away, rows))
    if not html or kind not in ("convocation", "minutes", "note", "draft"):
        return False
    said = [row for row in rows if row.block != "heading"]
    return bool(said) and all(opens_paper(row) or is_control(row) or only_day(row) for row in said)


def _told(rows: Sequence[Row], *, html: bool) -> DocumentKind:
    """What a document is whose head has no usual name: a list where numbers of acts make one, or minutes of a page."""
    top = [row.plain for row in rows[:12] if row.block == "heading" or not html or len(row.text) <= LABEL]
    head = "\n".join(line for line in top if len(line) <= 140)
    if not find_bodies(head) or not find_dates(head) or _NOT_OURS.search(head):
        return "other"
    if len({row.report for row in rows if row.report}) > 1:
        return "draft"
    acts = sum((mark := row.mark) is not None and mark.family == "act" for row in rows)
    files = sum(sized(row.plain) or opens_paper(row) or bool(OPENS.search(row.text)) for row in rows[1:]) if html else 0
    if max(acts, files) >= LEAST_ACTS and _LISTS.search(head):
        return "list"
    if html:
        votes = sum(bool(VOTE_OPENS.search(row.plain[:80])) for row in rows)
        return "minutes" if votes >= LEAST_ACTS and re.search(r"compte ?-?rendu|proces ?-?verbal", head) else "other"
    if acts >= LEAST_ACTS and _RESULTS.search(head):
        return "list"
    points = sum((mark := row.mark) is not None and mark.family in ("act", "worded") for row in rows)
    if points < LEAST_ACTS and only_listed(rows):
        return "agenda"
    named = any(find_bodies(line) and find_dates(line) for line in head.split("\n"))
    if points < LEAST_ACTS or not (named or re.search(r"rapports?|dossiers?|ordre du jour|seance|reunion", head)):
        return "other"
    return "agenda" if only_listed(rows) else "draft"


def _sessions(
    rows: list[Row], hints: Hints, kind: DocumentKind, *, whole: bool, html: bool, acted_on: date | None
) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    if is_listing(rows):
        kind = "other"
    kind, found = _spoken_of(rows, hints, kind, whole=whole, html=html, acted_on=acted_on)
    if html or kind == "other":
        found = announced_in(rows, hints, found)
    return kind, found


def _spoken_of(
    rows: list[Row], hints: Hints, kind: DocumentKind, *, whole: bool, html: bool, acted_on: date | None
) -> tuple[DocumentKind, tuple[SessionClaim, ...]]:
    """The sittings that the document is about, or that its parts are about."""
    parts = list(parts_of(rows, "other" if html else kind)) if html or kind != "other" else [rows]
    if html and len(parts) == 1 and kind in ("minutes", "list"):
        parts = sittings(rows)
    if html and len(parts) > 1 and kind != "deliberation":
        return _page(parts, hints, kind, whole=whole)
    if len(parts) > 1:
        several = _dated([claim for part in parts for claim in _part(part, hints, kind, whole=whole)])
        if kind in ("agenda", "convocation"):
            several = [claim for claim in several if claim.time is not None or claim.items]
        return kind, ordered(several)
    found = _part(rows, hints, kind, whole=whole, acted_on=acted_on)
    if kind == "other":
        found = [claim for claim in found if claim.date is not None and _worth(claim, rows)]
    return _kind_of_page(kind, found) if html else kind, tuple(found)


def _dated(found: Sequence[SessionClaim]) -> list[SessionClaim]:
    """Claims of which one that has no day of its own is of the same sitting as the one before it."""
    result: list[SessionClaim] = []
    for claim in found:
        near = result[-1] if result else next((one for one in found if one.date is not None), None)
        stray = claim.date is None and near is not None and near.body == claim.body
        result.append(replace(claim, date=near.date) if stray and near is not None else claim)
    return result


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
        of_part: DocumentKind = "agenda" if kind in ("other", "minutes") else kind
        if MET.search(said) or (kind == "minutes" and any(map(decides, part))):
            of_part = "minutes"
        claims_of = _part(part, hints, of_part, whole=whole)
        if of_part in ("agenda", "convocation", "other"):
            claims_of = [claim for claim in claims_of if claim.time is not None or claim.items]
            ahead = ahead or bool(claims_of)
        found += claims_of
    return ("agenda" if ahead and kind in ("other", "minutes") else kind), ordered(found)


def _worth(claim: SessionClaim, rows: Sequence[Row]) -> bool:
    """Whether a page that is no document announces this session: a day with an hour or points, or that it is off."""
    if claim.status in ("cancelled", "postponed", "moved"):
        return True
    if claim.time is None and len(claim.items) < 2:
        return False
    titled = any(find_bodies(row.plain) for row in rows[:TITLE_ROWS] if len(row.text) <= 120)
    windows = ("\n".join(row.plain[:300] for row in rows[place : place + 3]) for place in range(min(len(rows), 200)))
    return any(
        (find_bodies(said) or (titled and _SOON.search(said)) or (len(claim.items) >= 2 and _ELECTED.search(said)))
        and any(one.value == claim.date for one in find_dates(said, claim.date))
        for said in windows
    )


def _distinct(items: Sequence[ItemClaim]) -> tuple[ItemClaim, ...]:
    """The items of a session once each: a file may hold the same paper twice.

    The same number and title below two rubrics are two points, unless most of the list is there again.
    """
    keys = [(item.number, fold_title(item.title)) for item in items]
    whole = len(keys) - len(set(keys)) >= max(LEAST_ACTS, 0.4 * len(keys))
    seen: set[tuple[str | None, str, str | None]] = set()
    kept = []
    for item, (number, title) in zip(items, keys, strict=True):
        key = (number, title, None if whole else item.theme)
        if item.parent is not None or key not in seen or len(title) < SHORT:
            kept.append(item)
        seen.add(key)
    return tuple(kept)


def _uncoded(rows: Sequence[Row], kind: DocumentKind) -> Sequence[Row]:
    """The first rows of a list without the numbers of its points: "CP D 26-04-18" is no day."""
    if kind in ("deliberation", "decision"):
        return rows
    coded = ((row, row.mark) for row in rows[:HEAD_ROWS])
    return [
        replace(row, text=mark.rest, plain=plain(mark.rest))
        if mark is not None and mark.family == "act" and not row.cells
        else row
        for row, mark in coded
    ]


def _part(
    rows: Sequence[Row], hints: Hints, kind: DocumentKind, *, whole: bool, acted_on: date | None = None
) -> list[SessionClaim]:
    head = head_of_rows(without_calendar(rows) if rows[0].web else _uncoded(rows, kind))
    items = read_items(rows, kind) if kind != "other" or _lists_points(rows) else Items()
    if items.by_date:
        printed = printed_body(head.text, hints)
        body = printed or DEFAULTS[hints.council_kind]
        return [
            SessionClaim(body, when, status="held", items=group, body_printed=printed is not None)
            for when, group in items.by_date
        ]
    if of_others(head.text) or (kind in ("agenda", "convocation", "other") and not names_council(head.text, hints)):
        return []
    session = read_session(head, hints, kind, acted_on)
    if session is None:
        if len(items.items) < (1 if kind == "deliberation" else 2) or not find_bodies(head.text):
            return []
        session = SessionClaim(
            body=body_of(head.text, hints),
            status="held" if kind in ("minutes", "list", "deliberation") else "scheduled",
        )
    return [replace(session, items=items.items, complete=items.complete and whole)]


def _lists_points(rows: Sequence[Row]) -> bool:
    """Whether a page that is no document may list points: it says so, or numbers them as acts, points or in a table."""
    if any("ordre du jour" in row.plain or AGENDA_HEADING.search(row.plain) or announces(row) for row in rows):
        return True
    if rows[0].web and (begins(rows) is not None or headed(rows, held=False)):
        return True
    objects = any(len(row.cells) > 1 and _OBJECT_COLUMN.search(row.plain) for row in rows)
    strong = 0
    for row in rows:
        mark = row.mark
        if mark is not None and (mark.family == "worded" or (objects and row.cells and mark.number)):
            strong += row.block == "heading" or bool(row.cells)
    return strong >= 2
