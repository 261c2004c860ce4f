"""A message as JSON, for machines: the body of a signed webhook. Pure.

The shape is a contract: ``alerts/channels/webhook.schema.json``, shown in docs/channels.md. What is fetched passes
through ``alerts.plain`` as it does on its way to people; promise 11 of DESIGN holds here too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alerts.notice import Notice
from alerts.plain import EXCERPT, TITLE, one_line, web_link
from alerts.views.parts import View
from crawler.models import AlertFact, Change, Council, Outcome

VERSION = 1  # grows only where a reader of the former one would break
SCHEME = "webhook+"


def is_webhook(address: str) -> bool:
    """Whether messages to this address are JSON."""
    return address.lower().startswith(SCHEME)


def payload(view: View, text: str, key: str, now: datetime, notices: Sequence[Notice], test: bool) -> bytes:
    """The bytes of the message ``key``; ``text`` is the whole of it in words, ``notices`` what it tells of."""
    message = {
        "type": "tocsin.message",
        "version": VERSION,
        "id": key,
        "created_at": now.isoformat(),
        "test": test,
        "language": view.language,
        "subject": view.subject,
        "text": text,
        "kinds": list(dict.fromkeys(alert.kind for notice in notices for alert in notice.alerts)),
        "subscriptions": sorted({one_line(each.name) for notice in notices for each in notice.subscriptions}),
        "why": list(view.why),
        "sessions": [session for notice in notices for session in _sessions(notice)],
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def text_of(body: bytes) -> str | None:
    """The words of such a message; None where ``body`` is something else."""
    if not body.startswith(b"{"):
        return None
    return str(json.loads(body)["text"])


def _sessions(notice: Notice) -> list[dict[str, Any]]:
    """The sessions of a notice with their items; passages without a session stand together under the id null."""
    if notice.family == "sources":
        return []
    found: dict[str | None, dict[str, Any]] = {
        each.id: _session(each.council, each.id, each.body, each.place)
        | _when(each.session_date.isoformat(), each.starts_at, each.council, each.status)
        for each in notice.sessions
    }
    for fact in notice.facts:
        known = found.get(fact.session_id)
        if known is None:
            day = fact.session_date.isoformat() if fact.session_date else None
            known = found[fact.session_id] = _session(fact.council, fact.session_id, fact.body, fact.place) | _when(
                day, fact.starts_at, fact.council, fact.session_status
            )
        known["items"].append(_item(fact))
    for change in notice.changes:
        if change.session_id in found:
            found[change.session_id]["changes"].append(_change(change))
    return list(found.values())


def _session(council: Council, session_id: str | None, body: str | None, place: str | None) -> dict[str, Any]:
    return {
        "id": session_id,
        "council": {
            "id": council.id,
            "name": one_line(council.name),
            "kind": council.kind,
            "department": council.department,
            "region": council.region,
        },
        "body": one_line(body) if body else None,
        "place": one_line(place) if place else None,
        "items": [],
        "changes": [],
    }


def _when(day: str | None, starts_at: datetime | None, council: Council, status: str) -> dict[str, Any]:
    """A time that is not stated is null (promise 5)."""
    local = starts_at.astimezone(council.zone).isoformat() if starts_at else None
    return {"date": day, "starts_at": local, "timezone": council.timezone, "status": status}


def _item(fact: AlertFact) -> dict[str, Any]:
    public = {} if fact.private else {"sha256": fact.sha256}
    return public | {
        "id": fact.subject,
        "number": one_line(fact.item_number, 20) if fact.item_number else None,
        "title": one_line(fact.item_title, TITLE),
        "topics": list(fact.topics),
        "score": fact.score,
        "phrase": one_line(fact.phrase, TITLE),
        "excerpt": one_line(fact.excerpt, EXCERPT),
        "listed": fact.item_listed,
        "withdrawn": fact.item_withdrawn,
        "uncertain": fact.uncertain,
        "document_url": None if fact.private else web_link(fact.document_url),
        "document_kind": fact.document_kind,
        "page": fact.page,
        "first_seen_at": fact.first_seen_at.isoformat(),
        "outcome": _outcome(fact.outcome) if fact.outcome else None,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "for": outcome.for_,
        "against": outcome.against,
        "abstain": outcome.abstain,
        "unanimous": outcome.unanimous,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "item_id": change.item_id,
        "before": one_line(change.before, TITLE) if change.before else None,
        "after": one_line(change.after, TITLE) if change.after else None,
        "seen_at": change.seen_at.isoformat(),
    }
