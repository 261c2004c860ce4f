"""*Session*: the agenda as read, each item with its documents and outcome, what changed, when it was seen, the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from datasette.utils.asgi import Response

from alerts.plain import TITLE, around, one_line
from crawler.models import Change, is_uncertain
from db.portal import legal, queries_session, saying
from db.portal.differences import difference
from db.portal.facts_said import facts
from db.portal.page import Context, Page
from db.portal.queries_session import Found
from db.portal.words import Words
from db.reader import Row
from db.values import moment, optional_day


async def view(page: Context) -> Response:
    """The page; an id that was merged leads to the session that it became."""
    identifier = page.args["id"]
    current = await page.read(lambda archive: archive.current_id(identifier))
    if current != identifier:
        return page.redirect(page.url("session", current))
    found = await page.read(lambda archive: queries_session.found(archive, identifier))
    if found is None:
        raise page.missing("session")
    zone, row = found.council.zone, found.session
    when = saying.when(row, page.words, zone)
    return await page.html(
        "session.html",
        title=f"{one_line(found.council.name, 80)}, {one_line(row['body'], 60)}, {when}",
        council=found.council,
        session=row,
        when=when,
        left=saying.left(row, page.words, zone, page.now),
        last_day=optional_day(row["last_day"]) if row["last_day"] != row["session_date"] else None,
        convened=optional_day(row["convened_on"]),
        seen=saying.agenda_seen(row, page.words, zone),
        first_seen=page.words.instant(moment(row["first_seen_at"]), zone),
        read_at=page.words.instant(moment(row["agenda_read_at"]), zone) if row["agenda_read_at"] else "",
        items=list(_items(found, page.words)),
        passages=[_flag(found, flag, page.words) for flag in found.flags.get("", ())],
        flagged=len([item_id for item_id in found.flags if item_id]),
        changes=[_change(change, page.words, zone) for change in found.changes],
        lines=difference(found.first.points, found.last.points) if found.first and found.last else [],
        first=page.words.instant(moment(found.first.fetched_at), zone) if found.first else "",
        documents=_documents(found, page.words, zone),
        law=legal.lines(_asked(found), page.now.astimezone(zone).date(), page.words),
        behind=page.sql(queries_session.BEHIND, session_id=identifier),
    )


def _items(found: Found, words: Words) -> Iterator[Row]:
    """The items in order; ``heading`` is the rubric where a new one begins."""
    theme = None
    for row in found.items:
        flags = [_flag(found, flag, words) for flag in found.flags.get(row["item_id"], ())]
        heading = row["theme"] if row["theme"] and row["theme"] != theme else ""
        theme = row["theme"]
        said = saying.result(row, words)
        yield row | {
            "heading": one_line(heading, 160),
            "flags": flags,
            "topics": list(dict.fromkeys(topic for flag in flags for topic in flag["topics"])),
            "facts": tuple(dict.fromkeys(fact for flag in flags for fact in flag["facts"])),
            "said": said,
            "parts": found.parts.get(row["item_id"], ()),
            "votes": found.votes.get(row["item_id"], ()),
            "several": _several(found.votes.get(row["item_id"], ()), words),
        }


def _several(votes: Sequence[Row], words: Words) -> list[saying.Said | None]:
    """The results of an item that was voted on more than once."""
    return [saying.result(vote, words) for vote in votes] if len({vote["result"] for vote in votes}) > 1 else []


def _flag(found: Found, flag: Row, words: Words) -> Row:
    before, phrase, after = around(flag["excerpt"], found.words.get(flag["flag_id"], ""), 420)
    return flag | {
        "before": before, "phrase": phrase, "after": after, "uncertain": is_uncertain(flag["legible"]),
        "facts": facts(flag, words),
    }  # fmt: skip


def _change(change: Change, words: Words, zone: ZoneInfo) -> Row:
    """A change in words, with the day we saw it and the item it is about."""
    text = words.say(
        f"changes.{change.kind}",
        before=_state(change, change.before, words, zone),
        after=_state(change, change.after, words, zone),
    )
    return {"words": text, "seen": words.instant(change.seen_at, zone), "item_id": change.item_id, "kind": change.kind}


def _state(change: Change, value: str | None, words: Words, zone: ZoneInfo) -> str:
    if not value:
        return "—"
    if change.kind in ("moved", "time"):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return one_line(value)
        return words.day(at.date()) if change.kind == "moved" else words.time(at.astimezone(zone) if at.tzinfo else at)
    return words.quoted(one_line(value, TITLE))


def _documents(found: Found, words: Words, zone: ZoneInfo) -> list[Row]:
    """Each document that speaks of the session once, with its versions and when it was seen."""
    shown: dict[str, Row] = {}
    for row in found.documents:
        known = shown.setdefault(row["document_id"], row | {"versions": []})
        known["versions"].append({"number": row["number"], "at": words.instant(moment(row["fetched_at"]), zone)})
        known |= {"kind": row["kind"] if row["said"] == "other" else row["said"]}
        shown[row["document_id"]] = known
    return [
        row
        | {"name": saying.document_name(row), "seen": saying.seen(row["first_seen_at"], row["absent_at"], words, zone)}
        for row in shown.values()
    ]


def _asked(found: Found) -> legal.Asked:
    row = found.session
    # Only where a crawl saw its document absent do we know about when a result was published.
    results = [moment(vote["first_seen_at"]) for votes in found.votes.values() for vote in votes if vote["absent_at"]]
    return legal.Asked(
        found.council,
        row["body"],
        optional_day(row["session_date"]) if row["status"] not in ("cancelled", "postponed") else None,
        optional_day(row["convened_on"]),
        found.next_session,
        frozenset(document["kind"] for document in found.documents),
        min(results).astimezone(found.council.zone).date() if results else None,
    )


PAGE = Page("session", "/session/{id}", view)
