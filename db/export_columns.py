"""The columns of each export and what they hold: for headers without rows, and for formats whose cells have types."""

from __future__ import annotations

from typing import Literal

# text; a day (YYYY-MM-DD); an instant (ISO 8601 with its offset); a list of words; the rest speak for themselves
Type = Literal["text", "day", "instant", "integer", "number", "boolean", "words", "outcome", "items"]

_FLAGGED: dict[str, Type] = {
    "flag_id": "text", "council_id": "text", "council": "text", "kind": "text", "department": "text", "region": "text",
    "body": "text", "session_id": "text", "session_date": "day", "starts_at": "instant", "session_status": "text",
    "item_id": "text", "item_number": "text", "item_title": "text", "topics": "words", "score": "number",
    "stance": "text", "excerpt": "text", "document_url": "text", "document_kind": "text", "page": "integer",
    "first_seen_at": "instant", "outcome": "outcome", "page_method": "text", "legible": "number",
    "uncertain": "boolean", "private": "boolean", "decided": "boolean", "amount": "number", "amount_role": "text",
    "amount_tax": "text", "subsidy": "number", "cameras": "integer", "body_cameras": "integer", "vendor": "text",
    "product": "text", "months": "integer", "funding": "words",
}  # fmt: skip
_SESSIONS: dict[str, Type] = {
    "session_id": "text", "council_id": "text", "body": "text", "session_date": "day", "starts_at": "instant",
    "place": "text", "status": "text", "convened_on": "day", "agenda_url": "text", "documents": "words",
    "items": "items", "council": "text", "kind": "text", "department": "text", "region": "text",
    "first_seen_at": "instant", "private": "boolean", "last_day": "day",
}  # fmt: skip
_ITEMS: dict[str, Type] = {
    "item_id": "text", "session_id": "text", "council_id": "text", "number": "text", "title": "text",
    "page": "integer", "document_url": "text", "topics": "words", "outcome": "outcome", "position": "integer",
    "listed": "boolean", "withdrawn": "boolean", "session_date": "day", "rapporteur": "text", "theme": "text",
    "parent_id": "text", "decided": "boolean", "announced": "boolean",
}  # fmt: skip
_VOTES: dict[str, Type] = {
    "council_id": "text", "session_date": "day", "item_number": "text", "item_title": "text", "result": "text",
    "for": "integer", "against": "integer", "abstain": "integer", "unanimous": "boolean", "document_url": "text",
    "page": "integer", "item_id": "text", "session_id": "text", "position": "integer", "vote": "integer",
    "not_voting": "integer",
}  # fmt: skip
_DOCUMENTS: dict[str, Type] = {
    "document_id": "text", "version": "integer", "council_id": "text", "url": "text", "kind": "text",
    "media_type": "text", "sha256": "text", "pages": "integer", "state": "text", "reason": "text", "method": "text",
    "fetched_at": "instant", "parent": "text", "first_seen_at": "instant", "private": "boolean",
}  # fmt: skip
_ALERTS: dict[str, Type] = {
    "alert_id": "text", "kind": "text", "subscription": "text", "council_id": "text", "session_date": "day",
    "item_title": "text", "due_at": "instant", "state": "text", "sent_at": "instant", "message_id": "text",
    "reason": "text",
}  # fmt: skip

COLUMNS: dict[str, dict[str, Type]] = {
    "flagged": _FLAGGED, "sessions": _SESSIONS, "items": _ITEMS, "votes": _VOTES, "documents": _DOCUMENTS,
    "alerts": _ALERTS,
}  # fmt: skip

__all__ = ["COLUMNS", "Type"]
