"""*Document*: the page image beside the text, the flagged words in both, its origin, what it is evidence of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from datasette.utils.asgi import Response

from alerts.plain import around, one_line
from crawler.errors import TakenDown
from crawler.models import is_uncertain
from db.portal import drawing, marking, paging, queries_document, saying
from db.portal.copies import passages
from db.portal.facts_said import facts
from db.portal.page import Context, Page
from db.portal.queries_document import Found
from db.portal.reader import PublicReader
from db.portal.words import Words
from db.reader import Row
from db.values import moment, optional_moment
from pipelines.text.office.door import OFFICE

SHOWN_FLAGS = 40


async def view(page: Context) -> Response:
    """One page of one version; without a version the last that could be read."""
    identifier, asked = page.args["id"], page.args.get("version", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        raise page.missing("document")
    number = page.number("page", 1, 1, 999_999)

    def ask(archive: PublicReader) -> Found | None:
        found = queries_document.found(archive, identifier, int(asked) if asked else None, number)
        if found is None and queries_document.is_taken_down(archive, identifier):
            raise TakenDown("taken down")
        return found

    found = await page.read(ask)
    if found is None:
        raise page.missing("document")
    if found.version["state"] == "taken-down":
        raise TakenDown("taken down")
    zone = found.council.zone
    name = saying.document_name(found.document)
    text, at = _text(page, found)
    return await page.html(
        "document.html",
        title=f"{name}, {one_line(found.council.name, 80)}",
        name=name,
        found=found,
        document=found.document,
        version=found.version,
        kind=found.version["kind"] or found.document["kind"],
        council=found.council,
        text=text,
        part=at,
        image=_image(page, found),
        uncertain=is_uncertain(found.page["legible"]) if found.page else False,
        number=found.number,
        near=_near(found),
        flagged=sorted({row["page"] for row in found.matches}),
        marked=len(passages(found.page, list(found.matches))) if found.page else 0,
        flags=[_flag(found, row, page.words) for row in found.flags[:SHOWN_FLAGS]],
        more=max(0, len(found.flags) - SHOWN_FLAGS),
        sessions=[row | {"when": saying.when(row, page.words, zone)} for row in found.sessions],
        seen=_seen(page, found, zone),
        online=_online(page, found, zone),
        headers=list(_headers(found.version)),
        versions=[_version(page, row, zone) for row in reversed(found.versions)],
        fetched=page.words.instant(moment(found.version["fetched_at"]), zone),
        size=_size(page, found.version["size"]),
        copy=f"{page.site.base}/file/{found.version['sha256']}",
        parent=_parent(found.document),
        here=lambda **query: _here(page, found, **query),
        behind=page.sql(queries_document.BEHIND, document_id=identifier),
    )


def _here(context: Context, found: Found, **query: object) -> str:
    """This version at another page."""
    version = [f"v{found.version['number']}"] if context.args.get("version") else []
    return context.url("document", found.document["document_id"], *version, query=query)


def _text(page: Context, found: Found) -> tuple[list[marking.Piece], paging.At]:
    """The part of the page's text that is asked for, cut at its flagged words."""
    text = found.page["text"] if found.page else ""
    cuts = marking.parts(text)
    at = paging.at(page, len(cuts), 1, "part")
    marked = [(row["start"], row["end"]) for row in found.matches if row["page"] == found.number]
    if marked and not page.first("part"):  # the part where the first of them stands
        first = next((n for n, (_, end) in enumerate(cuts, 1) if marked[0][0] < end), 1)
        at = paging.At(first, at.pages, 1, "part")
    begin, end = cuts[at.page - 1]
    return marking.pieces(text, marked, begin, end), at


def _image(page: Context, found: Found) -> str | None:
    """The address of the page's image; None for what has no pages of its own, or none that we can draw."""
    version = found.version
    kind = (version["media_type"] or "").partition(";")[0]
    recognised = found.page is not None and found.page["method"] == "ocr"
    drawn = kind == "application/pdf" or kind.startswith("image/") or (kind in OFFICE and recognised)
    if not drawn or version["state"] in ("locked", "error-page", "taken-down", "too-large"):
        return None
    marked = passages(found.page, list(found.matches)) if found.page else []
    prefix = "/en" if page.language == "en" else ""
    mark = drawing.key_of(version["sha256"], found.number, marked).rpartition("-")[2]
    path = f"{prefix}/page-image/{found.document['document_id']}/v{version['number']}/{found.number}?marks={mark}"
    return page.site.base + path


def _near(found: Found) -> dict[str, int | None]:
    """The flagged pages before and after this one."""
    pages = sorted({row["page"] for row in found.matches})
    before = [each for each in pages if each < found.number]
    after = [each for each in pages if each > found.number]
    return {"before": before[-1] if before else None, "after": after[0] if after else None}


def _flag(found: Found, row: Row, words: Words) -> Row:
    terms = [match for match in found.matches if match["flag_id"] == row["flag_id"]]
    best = max(terms, key=lambda match: float(match["score"]), default=None)
    before, phrase, after = around(row["excerpt"], best["text"] if best else "", 420)
    return row | {
        "before": before, "phrase": phrase, "after": after, "uncertain": is_uncertain(row["legible"]),
        "facts": facts(row, words), "terms": _terms(terms), "on": terms[0]["page"] if terms else row["page"],
    }  # fmt: skip


def _terms(matches: list[Row]) -> list[Row]:
    """Each term once: its best place, and how often it stands there."""
    best: dict[tuple[str, str], Row] = {}
    for match in sorted(matches, key=lambda each: -float(each["score"])):
        key = match["topic"], match["term"]
        known = best.setdefault(key, match | {"times": 0})
        known["times"] += 1
    return list(best.values())[:12]


def _seen(page: Context, found: Found, zone: ZoneInfo) -> str:
    document = found.document
    if urlsplit(document["url"]).scheme not in ("http", "https"):
        return page.words.say("session.handed")
    return saying.seen(document["first_seen_at"], document["absent_at"], page.words, zone)


def _online(page: Context, found: Found, zone: ZoneInfo) -> str:
    """Whether it is still at its address, as far as we looked (the evidence of ``tocsin revalidate``)."""
    last, gone = (optional_moment(found.document[name], zone) for name in ("last_online_at", "gone_since"))
    seen = page.words.say("document.last_online", at=page.words.instant(last, zone)) if last else ""
    if gone is None:
        return seen
    words = page.words.say("document.gone", at=page.words.instant(gone, zone))
    return f"{words} ({seen})" if seen else words


def _headers(version: Row) -> Iterator[tuple[str, str]]:
    """What the server sent, as kept; nothing that would identify a visit."""
    for name, value in json.loads(version["headers"]):
        if name.lower() not in ("set-cookie", "cookie", "authorization"):
            yield one_line(name, 60), one_line(value, 400)


def _version(page: Context, row: Row, zone: ZoneInfo) -> Row:
    return row | {
        "at": page.words.instant(moment(row["fetched_at"]), zone),
        "said": page.words.say(f"council.state.{row['state']}"),
    }


def _size(page: Context, size: int) -> str:
    if size < 1_000_000:
        return page.words.say("document.kilobytes", n=page.words.number(max(1, round(size / 1000))))
    return page.words.say("document.megabytes", n=page.words.number(round(size / 1_000_000, 1)))


def _parent(document: Row) -> Row | None:
    """The archive or mail that the document came in."""
    if not document["parent_id"]:
        return None
    named = {name: document[f"parent_{name}"] for name in ("url", "link_text", "file_name")}
    return {"id": document["parent_id"], "name": saying.document_name(named)}


PAGE = Page("document", "/document/{id}[/v{version}]", view)
