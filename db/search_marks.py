"""What search is narrowed by, as words in the index itself, so that one look-up finds what agrees with all of it.

Each page and item has ``marks`` beside its text: ``xd69 xr84 xkcommune xtagenda xm202603 …``. They are made of the
rows that they speak of (``db.search_index`` keeps them so) and only ever a first sieve: what they let through is
compared with those rows.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from crawler.models import COUNCIL_KINDS
from db.filters import Filters

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)  # days before and after have no marks to be found by
_PLAIN = re.compile(r"[^a-z0-9]+")

_SESSION_OF_PAGE = """coalesce(
    (SELECT i.session_id FROM items i WHERE i.version_id = v.id AND i.page = p.number AND i.superseded_at IS NULL),
    (SELECT CASE WHEN count(*) = 1 THEN max(sv.session_id) END FROM session_versions sv
     WHERE sv.version_id = v.id AND sv.superseded_at IS NULL))"""
# A page's session: that of an item on it, else the only one that its version speaks of.
JOIN_SESSION = f"LEFT JOIN sessions s ON s.id = {_SESSION_OF_PAGE} AND s.superseded_at IS NULL"
PAGE_DAY = "coalesce(s.date, substr(d.first_seen_at, 1, 10))"
ITEM_DAY = "coalesce(s.date, substr(i.first_seen_at, 1, 10))"


# The most that strangers may see of pages: ``db.visible`` says what they do.
_OPEN = """CASE WHEN d.kind = 'agenda'
            OR EXISTS (SELECT 1 FROM readings r
                       WHERE r.version_id = v.id AND r.superseded_at IS NULL AND r.kind = 'agenda')
            OR EXISTS (SELECT 1 FROM sessions a WHERE a.agenda_version_id = v.id AND a.superseded_at IS NULL)
            OR EXISTS (SELECT 1 FROM flags g WHERE g.version_id = v.id AND g.superseded_at IS NULL)
            OR EXISTS (SELECT 1 FROM item_versions l JOIN flags g ON g.item_id = l.item_id
                       WHERE l.version_id = v.id AND l.superseded_at IS NULL AND g.superseded_at IS NULL)
            OR EXISTS (SELECT 1 FROM matches m WHERE m.version_id = v.id AND m.superseded_at IS NULL)
        THEN ' xopen' ELSE '' END"""


def _marks(day: str, flagged: str) -> str:
    """The SQL of the marks, in one order always: an unchanged row must give unchanged marks."""
    topic = "SELECT DISTINCT 'xo' || replace(t.value, '-', '') AS mark FROM flags g, json_each(g.topics) t"
    return f"""
        'xc' || lower(hex(c.id)) || coalesce(' xd' || lower(c.department), '') || coalesce(' xr' || lower(c.region), '')
        || ' xk' || c.kind || coalesce(' xt' || d.kind, '') || ' xz' || substr({day}, 1, 3)
        || ' xy' || substr({day}, 1, 4) || ' xm' || substr({day}, 1, 4) || substr({day}, 6, 2)
        || coalesce((SELECT ' ' || group_concat(mark, ' ') FROM (
            {topic} WHERE {flagged} AND g.superseded_at IS NULL ORDER BY mark)), '')"""


PAGE_MARKS = f"""
    SELECT p.id AS row, length(p.text) AS size, p.marks AS before,
           {_marks(PAGE_DAY, "g.version_id = v.id AND g.page = p.number")} || {_OPEN} AS marks
    FROM pages p JOIN versions v ON v.id = p.version_id JOIN documents d ON d.id = v.document_id
    JOIN councils c ON c.id = d.council_id {JOIN_SESSION}
    WHERE p.version_id = :key
"""
ITEM_MARKS = f"""
    SELECT i.row, length(i.title) AS size, i.marks AS before, {_marks(ITEM_DAY, "g.item_id = i.id")} AS marks
    FROM items i JOIN sessions s ON s.id = i.session_id JOIN councils c ON c.id = s.council_id
    LEFT JOIN versions v ON v.id = i.version_id LEFT JOIN documents d ON d.id = v.document_id
    WHERE i.row = :key
"""
EVERYTHING = " OR ".join(f"xk{kind}" for kind in COUNCIL_KINDS)  # each row has one of them


def wanted(filters: Filters, *, opened: bool = False) -> str | None:
    """The marks that a row must have, as an FTS5 expression; None where any will do.

    ``opened``: pages that strangers may see.
    """
    council_kinds = [f"xk{kind}" for kind in filters.kinds if kind in COUNCIL_KINDS]
    document_kinds = [f"xt{_plain(kind)}" for kind in filters.kinds if kind not in COUNCIL_KINDS]
    groups = [
        [f"xc{council.encode(errors='replace').hex()}" for council in filters.councils],
        [f"xd{_plain(code)}" for code in filters.departments],
        [f"xr{_plain(code)}" for code in filters.regions],
        [f"xo{_plain(topic)}" for topic in filters.topics],
        council_kinds,
        document_kinds,
        list(days(filters.since, filters.until)),
        ["xopen"] if opened else [],
    ]
    return " AND ".join(f"({' OR '.join(group)})" for group in groups if group) or None


def days(since: date | None, until: date | None) -> Iterable[str]:
    """Marks of decades, years and months that together hold every day from ``since`` to ``until``; none: no bound."""
    if since is None and until is None:
        return
    first, last = max(since or FIRST, FIRST).replace(day=1), min(until or LAST, LAST)
    day = first
    while day <= last:
        for name, months in (("z", 120), ("y", 12), ("m", 1)):
            begins = (day.year * 12 + day.month - 1) % months == 0
            end = _after(day, months)
            if begins and (end - timedelta(days=1) <= last or months == 1):
                yield f"x{name}" + {"z": f"{day.year // 10:03}", "y": f"{day.year:04}", "m": f"{day:%Y%m}"}[name]
                day = end
                break
    if first > last:
        yield "xnever"


def _after(day: date, months: int) -> date:
    """The first of the month so many months later."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def _plain(code: str) -> str:
    """A code as one word of the index."""
    return _PLAIN.sub("", code.lower()) or "none"
