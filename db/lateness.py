"""What is known beside an agenda that was not found: papers nobody could read, and how early agendas usually come."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from db.reader import ReaderBase
from db.values import moment

PAST = timedelta(days=540)  # how far back leads are looked at
LEAST = 3  # sessions, for a habit
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre",
)  # fmt: skip
# Documents whose content seen last could not be read, by the names under which they were listed.
_UNREAD = """
    SELECT d.council_id, d.link_text || ' ' || d.heading || ' ' || d.file_name || ' ' || d.url AS named
    FROM documents d JOIN versions v ON v.document_id = d.id
    WHERE d.mirror = 0 AND d.last_seen_at >= :since AND v.state IN ('needs-ocr', 'locked', 'failed', 'too-large')
      AND NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = d.id AND w.state IN ('read', 'partial'))
      AND NOT EXISTS (SELECT 1 FROM versions w WHERE w.document_id = d.id
                      AND (w.seen_at > v.seen_at OR (w.seen_at = v.seen_at AND w.number > v.number)))
"""
# First sight of an agenda that an earlier look had not shown: else nobody knows how early it came.
_LEADS = """
    SELECT s.council_id, s.body, s.date, min(d.first_seen_at) AS seen_at, c.timezone
    FROM sessions s JOIN councils c ON c.id = s.council_id
    JOIN session_versions sv ON sv.session_id = s.id AND sv.superseded_at IS NULL
    JOIN versions v ON v.id = sv.version_id JOIN documents d ON d.id = v.document_id
    WHERE s.superseded_at IS NULL AND s.id NOT IN (SELECT id FROM temp.hidden) AND d.kind IN ('agenda', 'convocation')
      AND d.absent_at IS NOT NULL AND s.date >= :since AND s.date < :today
    GROUP BY s.id
"""


class Lateness(ReaderBase):
    """``unread_names`` and ``usual_leads``."""

    def unread_names(self, now: datetime) -> dict[str, list[str]]:
        """By council, the names of the documents that could not be read and were seen in the last two months."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.rows(_UNREAD, {"since": (now - timedelta(days=60)).isoformat()}):
            found[row["council_id"]].append(row["named"])
        return found

    def usual_leads(self, now: datetime) -> dict[tuple[str, str], int]:
        """By council and body, how many days before a session its agenda is usually there: the median of three or
        more sessions whose agenda we saw appear."""
        leads: dict[tuple[str, str], list[int]] = defaultdict(list)
        days = {"since": (now - PAST).date().isoformat(), "today": now.date().isoformat()}
        for row in self.rows(_LEADS, days):
            seen = moment(row["seen_at"]).astimezone(ZoneInfo(row["timezone"])).date()
            lead = (date.fromisoformat(row["date"]) - seen).days
            if lead >= 0:
                leads[row["council_id"], row["body"]].append(lead)
        return {key: int(median(found)) for key, found in leads.items() if len(found) >= LEAST}


def names_day(text: str, day: date) -> bool:
    """Whether a name (of a link, a file, an address) holds this date, in figures or in French words."""
    folded = unicodedata.normalize("NFKD", unquote(text)).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    d, m, y = rf"0?{day.day}", rf"0?{day.month}", rf"(?:{day.year}|{day.year % 100:02})"
    sign = r"[\s._/-]"
    figures = rf"{d}{sign}+{m}{sign}+{y}|{day.year}{sign}+{m}{sign}+{d}"
    packed = rf"{day:%Y%m%d}|{day:%d%m%Y}|{day:%d%m%y}"
    words = rf"{d}(?:er)?{sign}+{_MONTHS[day.month - 1]}{sign}+{day.year}"
    return re.search(rf"(?<!\d)(?:{figures}|{packed}|{words})(?!\d)", plain) is not None
