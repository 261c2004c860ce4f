"""*Council*: who it is, its sessions, what was found and decided, its documents, how well it is watched, the law."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from datasette.utils.asgi import Response

from alerts.plain import one_line, web_link
from crawler.models import Council
from db.health import summed
from db.portal import feeds, legal, paging, queries_council, saying
from db.portal.geography import outlines
from db.portal.page import Context, Page
from db.portal.queries_council import Found
from db.reader import Row
from db.values import moment, optional_day

SIZES = {"past": 12, "flagged": 12, "documents": 15}


async def view(page: Context) -> Response:
    """The page; an id that was merged leads to what it became."""
    identifier = page.args["id"]
    council = await page.read(lambda archive: queries_council.council_of(archive, identifier))
    if council is None:
        current = await page.read(lambda archive: archive.current_id(identifier))
        if current != identifier:
            return page.redirect(page.url("council", current))
        raise page.missing("council")
    total = await page.read(lambda archive: queries_council.totals(archive, council, page.now))
    slices = {name: paging.at(page, total[name], size, name) for name, size in SIZES.items()}
    found = await page.read(lambda archive: queries_council.found(archive, council, total, slices, page.now))
    return await page.html(
        "council.html",
        title=one_line(council.name, 120),
        council=council,
        where=_where(page, council),
        on_map=page.url("map", council.department) if council.department and council.department in outlines() else "",
        website=web_link(council.website),
        ahead=[_session(page, row, council.zone) for row in found.ahead],
        past=[_session(page, row, council.zone) for row in found.past],
        flagged=[
            row | {"said": saying.result(row, page.words), "day": optional_day(row["session_date"])}
            for row in found.flagged
        ],
        documents=[_document(row, council.zone) for row in found.documents],
        sources=[_source(row, council.zone) for row in found.sources],
        state=summed(found.sources)["state"] if found.sources else None,
        total=total,
        slices=slices,
        law=_law(page, found),
        feed=feeds.existing(page.site, [council.id]),
        behind=page.sql(queries_council.BEHIND, council_id=council.id),
    )


def _where(page: Context, council: Council) -> str:
    site = page.site
    named = [site.departments.get(council.department or "", ""), site.regions.get(council.region or "", "")]
    return ", ".join(dict.fromkeys(name for name in named if name and name != council.name))


def _session(page: Context, row: Row, zone: ZoneInfo) -> Row:
    return row | {
        "when": saying.when(row, page.words, zone),
        "left": saying.left(row, page.words, zone, page.now),
        "seen": saying.agenda_seen(row, page.words, zone),
        "place": one_line(row["place"] or "", 160),
        "day": optional_day(row["session_date"]),
    }


def _document(row: Row, zone: ZoneInfo) -> Row:
    return row | {
        "name": saying.document_name(row),
        "file": saying.file_name(row["url"]),
        "first_seen": moment(row["first_seen_at"]).astimezone(zone),
    }


def _source(row: Row, zone: ZoneInfo) -> Row:
    local = {
        name: moment(row[name]).astimezone(zone) if row[name] else None
        for name in ("last_success_at", "last_new_document_at", "state_since")
    }
    return row | local


def _law(page: Context, found: Found) -> list[Row]:
    """The next session with a date, and the last one: each with what can be dated."""
    today = page.now.astimezone(found.council.zone).date()
    rows = [row for row in found.ahead if row["session_date"] and row["status"] != "cancelled"][:1]
    rows += [row for row in found.past if row["status"] != "cancelled"][:1] if found.total["past"] else []
    said = []
    for row in rows:
        day = optional_day(row["session_date"])
        asked = legal.Asked(found.council, row["body"], day, optional_day(row["convened_on"]), found.next_session)
        lines = legal.lines(asked, today, page.words)
        if lines and day:
            said.append({"title": page.words.day(day), "body": row["body"], "lines": lines})
    return said


PAGE = Page("council", "/council/{id}", view)
