"""*Votes ahead*: the flagged sessions to come, by date, with their feeds."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from datasette.utils.asgi import Response

from alerts.plain import one_line
from db.portal import feeds, filters, paging, queries_votes, saying
from db.portal.page import Context, Page
from db.portal.queries_votes import Votes
from db.portal.reader import PublicReader
from db.portal.rendering import contact_link
from db.reader import Row
from db.values import moment

SIZE = 30


async def view(page: Context) -> Response:
    """The page."""
    chosen = filters.chosen(page.query)
    flagged = chosen.clause(queries_votes.COLUMNS, page.site.minimum_score)
    everything = filters.Chosen(
        council=chosen.council, department=chosen.department, region=chosen.region, kinds=chosen.kinds,
        since=chosen.since, until=chosen.until,
    ).clause(queries_votes.COLUMNS)  # fmt: skip

    def ask(archive: PublicReader) -> tuple[Votes, paging.At, list[Row], dict[str, list[Row]]]:
        found = queries_votes.votes_ahead(archive, flagged, everything, page.now)
        at = paging.at(page, len(found.ids), SIZE)
        ids = found.ids[at.offset : at.offset + SIZE]
        return found, at, queries_votes.details(archive, ids), queries_votes.items_of(archive, ids)

    found, at, shown, items = await page.read(ask)
    days = [_day(page, day, list(rows), items) for day, rows in groupby(shown, key=lambda row: row["session_date"])]
    return await page.html(
        "votes.html",
        title=page.words.say("votes.title"),
        chosen=chosen,
        choices=await filters.choices(page),
        days=days,
        total=len(found.ids),
        others=found.others,
        at=at,
        feed=feeds.existing(page.site, chosen.feeds() if chosen.any else ["tocsin"]),
        whole=feeds.existing(page.site, ["tocsin"]),
        mail=contact_link(page.site),
        behind=page.sql(
            queries_votes.BEHIND, first=page.now.astimezone(page.site.zone).date(), least=page.site.minimum_score
        ),
    )


def _day(page: Context, day: str | None, rows: list[Row], items: dict[str, list[Row]]) -> Row:
    """One date with its sessions."""
    of = date.fromisoformat(day) if day else None
    sessions = [_session(page, row, items.get(row["session_id"], [])) for row in rows]
    lefts = {session["left"] for session in sessions}
    return {"of": of, "sessions": sessions, "left": lefts.pop() if len(lefts) == 1 else ""}


def _session(page: Context, row: Row, items: list[Row]) -> Row:
    """One session as the template shows it."""
    zone = ZoneInfo(row["timezone"])
    return row | {
        "clock": page.words.time(moment(row["starts_at"]).astimezone(zone)) if row["starts_at"] else "",
        "left": saying.left(row, page.words, zone, page.now),
        "seen": saying.agenda_seen(row, page.words, zone),
        "place": one_line(row["place"] or "", 160),
        "where": page.site.departments.get(row["department"]) or page.site.regions.get(row["region"]) or "",
        "items": items,
    }


PAGE = Page("votes", "/", view, menu=10)
