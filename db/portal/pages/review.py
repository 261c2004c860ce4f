"""*Review*, for operators: confirm or dismiss a flag with a note; the one page that writes, behind switch and token."""

from __future__ import annotations

import asyncio
import hmac
import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from datasette.utils.asgi import Response

from alerts.plain import around, one_line
from crawler.config import Config
from crawler.errors import UsageError
from crawler.models import is_uncertain
from crawler.reviewing import review
from db.portal import filters, gate, paging
from db.portal.page import Context, Page
from db.queries import Reader
from db.reader import Row
from db.store.reviews import Reviews, Verdict
from db.values import moment

SIZE = 15
VERDICTS: dict[str, Verdict] = {"confirm": "confirmed", "dismiss": "dismissed", "undo": "undone"}
STATES = ("pending", "confirmed", "dismissed")
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Queue:
    """What may be reviewed, and what was."""

    keys: list[Row]  # of every flag, the latest vote first: id, date, score
    said: dict[str, Row]
    terms: dict[tuple[str, str], Counter[str]]


async def view(page: Context) -> Response:
    """The queue, or the form that asks for the token; a posted form does what it says."""
    session = page.site.gate.session(page.request, page.now)
    if page.request.method == "POST":
        return await _posted(page, session)
    if session is None:
        return await _asking(page)
    chosen = filters.chosen(page.query)
    state = page.first("state", "pending")
    state = state if state in STATES else "pending"
    queue = await asyncio.to_thread(_queue, page, chosen)
    wanted = None if state == "pending" else state
    keys = [row for row in queue.keys if (queue.said.get(row["flag_id"]) or {"verdict": None})["verdict"] == wanted]
    at = paging.at(page, len(keys), SIZE)
    rows = await asyncio.to_thread(_rows, page, [row["flag_id"] for row in keys[at.offset : at.offset + SIZE]])
    return await page.html(
        "review.html",
        title=page.words.say("review.title"),
        session=session,
        state=state,
        states=STATES,
        counts=Counter((queue.said.get(row["flag_id"]) or {"verdict": "pending"})["verdict"] for row in queue.keys),
        chosen=chosen,
        choices=await filters.choices(page),
        rows=[_row(page, row, queue) for row in rows],
        total=len(keys),
        at=at,
        done=page.first("done"),
        did=page.first("did") if page.first("did") in VERDICTS else "",
        wrong="",
    )


async def _asking(page: Context, *, wrong: str = "", status: int = 401) -> Response:
    return await page.html(
        "review.html", title=page.words.say("review.title"), session=None, wrong=wrong, status=status
    )


async def _posted(page: Context, session: gate.Session | None) -> Response:
    given = await gate.form(page.request)
    if given is None:
        return await _asking(page, wrong="form", status=413)
    if session is None:
        return await _enter(page, given.get("token", ""))
    if not hmac.compare_digest(given.get("word", "").encode(), session.word.encode()):
        return await _asking(page, wrong="form", status=403)
    action, flag = given.get("action", ""), given.get("flag", "")
    if action == "leave":
        page.site.gate.leave(page.request)
        return _back(page, cookie="")
    verdict = VERDICTS.get(action)
    if verdict is None or not flag:
        return await _asking(page, wrong="form", status=400)
    note = one_line(given.get("note", ""), 2_000) or None
    try:
        await asyncio.to_thread(_record, page, flag, verdict, note if verdict != "undone" else None)
    except UsageError:
        raise page.missing("flag") from None
    state = given.get("state", "")
    kept = {"state": state if state in STATES[1:] else None, "page": given.get("page") or None}
    return _back(page, query=kept | {"done": flag, "did": action})


def _record(page: Context, flag: str, verdict: Verdict, note: str | None) -> None:
    with _writing:
        review(page.site.home, page.site.config or Config(), [flag], verdict, note, page.now)


async def _enter(page: Context, token: str) -> Response:
    key = page.site.gate.enter(token, page.now)
    if key is None:
        await asyncio.sleep(0.3)
        return await _asking(page, wrong="token", status=403)
    return _back(page, cookie=key)


def _back(page: Context, *, cookie: str | None = None, query: Mapping[str, object] | None = None) -> Response:
    """To the queue by GET, so that reloading repeats nothing."""
    headers = {"location": page.url("review", query=query), "cache-control": "no-store"}
    if cookie is not None:
        secure = page.request.scheme == "https"
        headers["set-cookie"] = gate.cookie(cookie, page.site.base or "/", secure=secure)
    return Response("", status=303, headers=headers, content_type="text/plain; charset=utf-8")


def _queue(page: Context, chosen: filters.Chosen) -> Queue:
    """All flags of public documents, those of the latest vote first; dismissed ones too."""
    with Reader(page.site.home, private=False) as reader, Reviews(page.site.home) as reviews:
        keys = reader.reviewable_keys(chosen.for_archive(page.site.minimum_score))
        last = reviews.last()
    keys.sort(key=lambda row: (row["session_date"] or "", row["score"], row["flag_id"]), reverse=True)
    counted: dict[tuple[str, str], Counter[str]] = {}
    for row in last:
        for term in {(each["topic"], each["term"]) for each in row["evidence"].get("terms", ())}:
            counted.setdefault(term, Counter())[row["verdict"]] += 1
    return Queue(keys, {row["flag_id"]: row for row in last}, counted)


def _rows(page: Context, flag_ids: list[str]) -> list[Row]:
    """The flags of one page of the list, in the order asked for."""
    with Reader(page.site.home, private=False) as reader:
        found = {row["flag_id"]: row for row in reader.reviewable_flags(flag_ids)}
        papers = {row["id"]: row["document_id"] for row in reader.rows(_DOCUMENTS, {"ids": json.dumps(flag_ids)})}
    return [found[each] | {"document_id": papers.get(each)} for each in flag_ids if each in found]


_DOCUMENTS = """
    SELECT f.id, v.document_id FROM flags f JOIN versions v ON v.id = f.version_id
    WHERE f.id IN (SELECT value FROM json_each(:ids))
"""


def _row(page: Context, row: Row, queue: Queue) -> Row:
    best = row["terms"][0]["text"] if row["terms"] else ""
    before, phrase, after = around(row["excerpt"], best, 420)
    terms = {(each["topic"], each["term"]): each for each in reversed(row["terms"])}
    day = date.fromisoformat(row["session_date"]) if row["session_date"] else None
    said = queue.said.get(row["flag_id"])
    return row | {
        "before": before, "phrase": phrase, "after": after, "day": day, "said": said,
        "said_at": moment(said["reviewed_at"]).astimezone(_zone(page)) if said else None,
        "uncertain": is_uncertain(row["legible"]) if row.get("legible") is not None else False,
        "terms": [each | {"counts": queue.terms.get(key, Counter())} for key, each in reversed(terms.items())][:8],
    }  # fmt: skip


def _zone(page: Context) -> ZoneInfo:
    return page.site.zone


METHODS: tuple[Literal["GET", "HEAD", "POST"], ...] = ("GET", "HEAD", "POST")
PAGE = Page("review", "/review", view, menu=90, methods=METHODS, review=True)
