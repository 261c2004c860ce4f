"""Rows of the archive in words, as several pages say them. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from alerts.plain import SHORT, one_line
from alerts.views.results import result_line
from crawler.models import Outcome
from db.portal.words import Words
from db.store.facts_read import outcome_of
from db.values import moment, optional_day, optional_moment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A result of a vote: its id for the style sheet, and its words."""

    result: str
    words: str


def result(row: Row, words: Words) -> Said | None:
    """What was decided, from a row with the columns of an item."""
    outcome: Outcome | None = outcome_of(row)
    if outcome is None:
        return None
    line = result_line(outcome, words)
    return Said(outcome.result, line[:1].upper() + line[1:])


def when(row: Row, words: Words, zone: ZoneInfo) -> str:
    """The date in words, with the time only where one is stated."""
    day, starts_at = optional_day(row["session_date"]), optional_moment(row["starts_at"], zone)
    if day is None:
        return words.say("when_unknown")
    if starts_at is None:
        return words.day(day)
    return words.say("when", date=words.day(day), time=words.time(starts_at))


def left(row: Row, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """« dans 3 jours », « demain »; empty where the session is past, off or undated."""
    day = optional_day(row["session_date"])
    if day is None or row["status"] in ("cancelled", "postponed", "held"):
        return ""
    return words.left(day, optional_moment(row["starts_at"], zone), now, zone)


def agenda_seen(row: Row, words: Words, zone: ZoneInfo) -> str:
    """When we first saw the agenda; how long that was before the session only where a crawl saw it absent before.

    DESIGN §1, promise 12: we know when we *saw* a page, not when it was posted.
    """
    if not row["agenda_seen_at"] or urlsplit(row["agenda_url"] or "").scheme not in ("http", "https"):
        return ""
    seen = moment(row["agenda_seen_at"])
    if not row["agenda_absent_at"]:
        return words.say("seeing.agenda", seen=words.seen(seen, zone))
    absent = words.seen(moment(row["agenda_absent_at"]), zone)
    day = optional_day(row["session_date"])
    ahead = (day - seen.astimezone(zone).date()).days if day else -1
    if ahead < 0:
        return words.say("seeing.agenda_absent", seen=words.seen(seen, zone), absent=absent)
    lead = words.duration(timedelta(days=ahead)) if ahead else words.say("seeing.same_day")
    return words.say("seeing.agenda_lead", seen=words.seen(seen, zone), absent=absent, lead=lead)


def seen(first: str, absent: str | None, words: Words, zone: ZoneInfo) -> str:
    """« vu en ligne pour la première fois le … (absent le …) »."""
    if absent is None:
        return words.say("seen", seen=words.instant(moment(first), zone))
    return words.say("seen_absent", seen=words.instant(moment(first), zone), absent=words.instant(moment(absent), zone))


def file_name(url: str) -> str:
    """What to call a document by its address alone: the last part of its path; a local path stays unsaid."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return one_line(url, SHORT)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    return one_line(last or parts.hostname or url, SHORT)


def ascii_of(text: str) -> str:
    """The letters without their accents, what is not ASCII left out."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def document_name(row: Row) -> str:
    """What a document is called: the words of its link, else its file's name, else its address."""
    return one_line(row["link_text"] or row["file_name"] or "", 120) or file_name(row["url"])
