"""Confirming or dismissing flags: the review goes to the desk, the bare fact of a dismissal to the public archive.

What is dismissed leaves listings, exports, feeds and the portal at once, and alerts on it that were only planned are
dropped. What was already sent is not called back. Everything can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import feeds
from alerts.outbox import plan_and_store
from crawler.config import Config
from crawler.errors import UsageError
from db.home import Home
from db.queries import Reader
from db.reader import Row
from db.store.desk import Desk
from db.store.reviews import Reviews, Verdict

LONGEST_NOTE = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one review did: the flags whose verdict is new, alerts that were dropped, and those planned anew."""

    flags: tuple[str, ...]
    dropped: int = 0
    planned: int = 0


def review(
    home: Home, config: Config, flag_ids: Sequence[str], verdict: Verdict, note: str | None, now: datetime
) -> Reviewed:
    """Record a verdict on flags and let everything follow from it; the same call again changes nothing.

    Raises UsageError for an id that is no standing flag, or a note that is too long; then nothing is recorded.
    """
    if note is not None and len(note) > LONGEST_NOTE:
        raise UsageError(f"--note: {len(note)} characters; at most {LONGEST_NOTE}")
    with Reader(home) as reader:
        wanted = [reader.today(each) for each in dict.fromkeys(flag_ids)]
        rows = {row["flag_id"]: row for row in reader.reviewable_flags(wanted)}
    missing = [asked for asked, current in zip(dict.fromkeys(flag_ids), wanted, strict=True) if current not in rows]
    if missing:
        raise UsageError(f"no flag {missing[0]!r} stands in the archive; tocsin flagged lists them")
    with Reviews(home) as reviews:
        fresh = reviews.put({each: evidence_of(rows[each]) for each in wanted}, verdict, note or None, now)
        reviews.publish()
    before = _dropped(home)
    new = plan_and_store(home, config, now)
    if home.feeds.exists():
        feeds.write(home, config, now)
    dropped = _dropped(home) - before
    return Reviewed(tuple(fresh), max(0, dropped), new + max(0, -dropped))


def evidence_of(row: Row) -> Row:
    """What a flag rests on today, as it is kept with a review: a row of ``reviewable``."""
    names = ("council_id", "item_title", "excerpt", "document_kind", "topics", "score")
    return {name: row[name] for name in names} | {
        "terms": [{name: term[name] for name in ("topic", "term", "text", "score")} for term in row["terms"]]
    }


def _dropped(home: Home) -> int:
    with Desk(home) as desk:
        return desk.counts().get("dropped", 0)


__all__ = ["Reviewed", "evidence_of", "review"]
